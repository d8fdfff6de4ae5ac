import ArgumentParser
import Foundation
import Imaging
import Manifests
import Reports
import Synchronization
import SystemPackage

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a contact sheet of a run: a page for the browser.",
    discussion: """
      Shows each photograph with its rectangle, its crop and the reasons; filters, sorts, counts; previews other ratios and margins; \
      collects corrections. The page needs no server and no network. Open DIR/index.html.
      """)

  @Argument(help: "The run's manifest, like OUT/manifest.jsonl.", completion: .file())
  var manifest: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder to write the page into.", valueName: "dir"),
    completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("The longer side of a thumbnail, in pixels.", valueName: "pixels"))
  var thumbnail = 320

  @Flag(help: "Write into a directory that is there and holds no earlier report.")
  var overwrite = false

  @Flag(
    help:
      "Decode in processes of their own: a codec that crashes or hangs costs one thumbnail. Somewhat slower."
  )
  var isolate = false

  @OptionGroup(title: "Work") var work: WorkOptions

  func validate() throws {
    if !(16...2048).contains(thumbnail) {
      throw ValidationError("--thumbnail wants a number of pixels from 16 to 2048")
    }
    if output.isEmpty { throw ValidationError("--output wants the name of a directory") }
  }

  func run() throws {
    try reportingErrors {
      let outcome = try written()
      work.say(closingWords(outcome))
    }
  }

  private func written() throws(Exit) -> ContactSheet.Outcome {
    let manifest = FilePath(manifest)
    let run = summary(beside: manifest)
    let source = ContactSheet.Source(
      manifest: manifest, run: run, crops: run.map(CropsOfRun.options) ?? [:], version: Version.current)
    let state = Mutex(ProgressState())
    do throws(ContactSheetError) {
      let sheet = try ContactSheet(
        source, to: FilePath(output), thumbnail: thumbnail,
        codecs: isolate ? .apart(CodecProcessCommand.command) : .here, overwrite: overwrite)
      let shown = Progress(work.shownProgress) { state.withLock { $0 } }
      defer { shown.finish() }
      return try sheet.write(jobs: work.cores) { records in
        state.withLock { $0.total = records }
      } isDone: { failed in
        state.withLock {
          $0.done += 1
          if failed { $0.failed += 1 }
        }
      }
    } catch {
      throw Exit(error)
    }
  }

  /// The manifest alone makes a page too: without the options of the run and its figures.
  private func summary(beside manifest: FilePath) -> RunSummary? {
    let file = manifest.removingLastComponent().appending("run.json")
    guard FileManager.default.fileExists(atPath: file.string) else { return nil }
    do throws(ManifestError) {
      return try RunSummary.read(file)
    } catch {
      work.say("the page says nothing about the run: \(error)\n")
      return nil
    }
  }

  private func closingWords(_ outcome: ContactSheet.Outcome) -> String {
    let missing = outcome.records - outcome.thumbnails
    let without = missing == 0 ? "" : ", \(missing) without a picture"
    let page = FilePath(output).appending("index.html")
    return "\(outcome.records) photographs\(without)\npage      \(page)\n"
  }
}

extension Exit {
  /// A contact sheet that was not written.
  fileprivate init(_ error: ContactSheetError) {
    switch error {
    case .occupied(let sentence): self.init(ExitStatus.cannotCreate, sentence)
    case .manifest(let manifest): self.init(manifest)
    case .file(let file):
      let isMidway = file.stopsIntake
      self.init(isMidway ? ExitStatus.stoppedEarly : ExitStatus.cannotCreate, file.description)
    }
  }
}
