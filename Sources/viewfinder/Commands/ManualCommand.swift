import ArgumentParser
import Foundation
import Manifests
import PipelineFiles
import SystemPackage

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print a page of the manual, or write all of them.",
    discussion:
      "There is a page for the program, one for each command, and viewfinder-pipeline for pipeline files. They are made from what commands "
      + "and stages say of themselves. Once they are installed, read one like this:  man viewfinder-crop")

  @Argument(help: "A page, like viewfinder-pipeline, or a command, like crop.")
  var page = "viewfinder"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write all pages, into man1 and man5 below this directory, like ~/.local/share/man.", valueName: "dir"),
    completion: .directory)
  var output: String?

  func run() throws {
    try reportingErrors {
      let manual = try Manual(date: Manual.date)
      if let output {
        for page in manual.pages { try write(page, below: FilePath(output)) }
      } else if let page = manual.page(page) {
        print(page.text, terminator: "")
      } else {
        let names = manual.pages.map(\.name)
        let near = Suggestion.text(for: page, among: names)
        throw Exit(ExitStatus.usage, "no page '\(page)'\(near); there are \(names.joined(separator: ", "))")
      }
    }
  }

  private func write(_ page: ManualPage, below directory: FilePath) throws(Exit) {
    let file = directory.appending(page.path)
    do {
      try FileManager.default.createDirectory(
        atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
      try AtomicFile.write(Array(page.text.utf8), to: file)
    } catch let error as FileError {
      throw Exit(ExitStatus.cannotCreate, error.description)
    } catch {
      throw Exit(
        ExitStatus.cannotCreate, "the directory of \(file) cannot be made: \(error.localizedDescription)")
    }
  }
}
