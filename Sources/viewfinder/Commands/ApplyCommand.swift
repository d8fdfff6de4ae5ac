import ArgumentParser
import Geometry
import Manifests
import Stages
import SystemPackage

struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Redo the outputs that corrections name.",
    discussion: """
      Corrections are the file that the page of `viewfinder report` hands out: right labels, better crops. The photographs that it names are \
      processed again as their run did, with the corrections in place of what the program had chosen; outputs under a wrong label go. All \
      other photographs stay as they are. The run remembers its corrections: they hold when it is continued too.
      """)

  @Argument(help: "The run's manifest, like OUT/manifest.jsonl.", completion: .file())
  var manifest: String

  @Argument(help: "The corrections, like corrections.json.", completion: .file())
  var corrections: String

  @Flag(help: "Say what would be done again, and do nothing.")
  var dryRun = false

  @OptionGroup(title: "Work") var work: WorkOptions

  func run() throws {
    try reportingErrors {
      let run = try CorrectedRun(FilePath(manifest), try given())
      for (path, reason) in run.fitted.unfit {
        Terminal.write("left: \(path.debugDescription): \(reason)\n", to: 2)
      }
      let wanted = run.fitted.corrections.list
      if dryRun {
        for correction in wanted { print(Self.plan(correction)) }
      } else if !wanted.isEmpty {
        try RunSession(correcting: run, try execution()).run()
        work.say("\(Readable.count(wanted.count, "photograph")) corrected\n")
      }
      let unfit = run.fitted.unfit.count
      guard unfit == 0 else {
        throw Exit(
          ExitStatus.invalidData,
          "\(unfit) of \(unfit + wanted.count) corrections do not fit this run\(wanted.isEmpty ? "" : "; the others were heeded")"
        )
      }
      if wanted.isEmpty { work.say("there is nothing to correct\n") }
    }
  }

  private func given() throws(Exit) -> Corrections {
    do throws(ManifestError) {
      return try Corrections(contentsOf: FilePath(corrections))
    } catch {
      throw Exit(error)
    }
  }

  /// One line that says what is corrected of a photograph.
  private static func plan(_ correction: Correction) -> String {
    let label = correction.label.map { "label \($0.to)" }
    let crops = correction.crops.sorted { $0.key < $1.key }.map { stage, crop in
      switch crop {
      case .drawn(let box): "\(stage) \(box.width)x\(box.height)+\(box.x)+\(box.y)"
      case .composed(let aspect, let margin): "\(stage) \(aspect?.description ?? "free") margin \(margin)"
      }
    }
    let plan = ((label.map { [$0] } ?? []) + crops).joined(separator: ", ")
    return Readable.plain("\(correction.file.text): \(plan)")
  }

  private func execution() throws -> ExecutionOptions {
    var options = try ExecutionOptions.parse([])
    options.jobs = work.jobs
    options.progress = work.progress
    options.quiet = work.quiet
    return options
  }
}
