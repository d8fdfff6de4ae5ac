import ArgumentParser
import Foundation
import Manifests
import PipelineFiles
import Reports
import SystemPackage

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Give the labels and rectangles of a run to other tools.",
    discussion: ExportCatalog.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "The run's manifest, like OUT/manifest.jsonl.")
  var manifest: String

  @Option(
    help: ArgumentHelp(
      "What to write: \(ExportCatalog.all.map { $0.name }.joined(separator: ", ")).", valueName: "format"),
    completion: .list(ExportCatalog.all.map { $0.name }))
  var format: String

  @Option(
    name: .shortAndLong,
    help: "Where: a file or, for some formats, a directory, that is not there yet.")
  var output: String

  @Option(help: ArgumentHelp("Leave out photographs whose best label has a lower score.", valueName: "score"))
  var minScore = 0.0

  func validate() throws {
    let names = ExportCatalog.all.map { $0.name }
    if !names.contains(format) {
      let near = Suggestion.text(for: format, among: names)
      throw ValidationError("--format: no format '\(format)'\(near)")
    }
    if !(0...1).contains(minScore) { throw ValidationError("--min-score wants a number from 0 to 1") }
  }

  func run() throws {
    try reportingErrors {
      let run = ExportedRun(manifest: FilePath(manifest), leastScore: minScore)
      do throws(ExportError) {
        try ExportCatalog.write(run, as: format, to: FilePath(output))
      } catch {
        throw Exit(error)
      }
    }
  }
}

extension Exit {
  /// An export that cannot be made.
  fileprivate init(_ error: ExportError) {
    switch error {
    case .manifest(let error): self.init(error)
    case .file(let error): self.init(ExitStatus.cannotCreate, error.description)
    case .exists(let path):
      self.init(ExitStatus.cannotCreate, "\(path) is there already; choose another --output, or remove it")
    case .nothing(let message): self.init(ExitStatus.invalidData, message)
    }
  }
}
