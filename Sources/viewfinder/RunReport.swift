import ArgumentParser
import Foundation
import Glibc
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import Tensors

/// What a finished run comes to: `run.json`, the closing words, and the exit code.
struct RunReport {
  let session: RunSession
  /// The inputs, absolute.
  let roots: [FilePath]
  let status: RunStatus
  let counts: RunCounts
  let models: [ModelSummary]
  /// The pipeline with every option filled in.
  let resolved: String
  let seconds: Double

  /// Writes `run.json` beside the manifest, if there is one.
  func write() throws(Exit) {
    guard let output = session.output else { return }
    do throws(FileError) {
      try summary.write(to: output.appending("run.json"))
    } catch {
      throw Exit(
        error.stopsIntake ? ExitStatus.stoppedEarly : ExitStatus.inputOutput,
        "cannot write the run's summary: \(error.description)")
    }
  }

  /// Whether every photograph of the listing has its record. Corrections of a run that was stopped early do not complete it.
  private var isComplete: Bool { status.stop == nil && session.correcting?.summary.complete ?? true }

  private var summary: RunSummary {
    RunSummary(
      version: Version.current, complete: isComplete, pipeline: PipelineSummary(resolved: resolved),
      inputs: roots.map { RecordPath($0.string) }, model: models.first,
      libraries: LibrarySummary(
        libvips: Vips.version, openblas: OpenBLAS.configuration, core: OpenBLAS.coreName),
      host: ProcessInfo.processInfo.hostName, counts: counts, wallSeconds: seconds,
      peakRSSBytes: Self.peakMemory,
      stages: status.stages.map {
        StageSummary(
          id: $0.id, busySeconds: Double($0.busyNanoseconds) / 1e9, queueHighWater: $0.queueHighWater)
      })
  }

  /// The most memory the program ever held, in bytes. Taken from `getrusage` only where there is no /proc: that figure begins with the
  /// memory of whatever process started this one.
  private static var peakMemory: Int {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    if let words = line?.split(whereSeparator: \.isWhitespace), words.count > 1, let kilobytes = Int(words[1]) {
      return kilobytes << 10
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  /// A few lines that say what happened and where to look.
  var text: String {
    var ends = ["\(counts.ok) ok"]
    ends += Self.list("failed", counts.failed)
    ends += Self.list("skipped", counts.skipped)
    var text =
      "\(counts.records) photographs in \(Readable.duration(seconds)) (\(Readable.rate(Double(counts.records) / max(seconds, 1e-3))) img/s): "
      + ends.joined(separator: ", ") + "\n"
    if counts.ignored > 0 { text += "ignored   \(counts.ignored) files that are no pictures\n" }
    if let output = session.output {
      text += "records   \(Manifest.path(in: output, format: ManifestOptions.format(session.spec)))\n"
      text += "summary   \(output.appending("run.json"))\n"
    }
    text +=
      "memory    \(Readable.bytes(Self.peakMemory)) at the most, \(session.jobs) \(session.jobs == 1 ? "core" : "cores")\n"
    if session.options.verbose { text += stageTable }
    return text
  }

  /// The same of photographs that were processed again.
  var correctionText: String {
    let corrected = session.correcting?.fitted.corrections.list.count ?? 0
    let states = ["\(counts.ok) ok"] + Self.list("failed", counts.failed) + Self.list("skipped", counts.skipped)
    return """
      corrected \(corrected) photographs in \(Readable.duration(seconds))
      the run   \(states.joined(separator: ", "))
      """
  }

  /// What each stage did: photographs, seconds of work, and the longest queue before it.
  private var stageTable: String {
    let width = max(5, status.stages.map(\.id.count).max() ?? 0)
    let lines = status.stages.map { stage in
      stage.id.padding(toLength: width, withPad: " ", startingAt: 0)
        + String(
          format: " %11d %11.2f %8d\n", stage.items, Double(stage.busyNanoseconds) / 1e9, stage.queueHighWater)
    }
    return "stage".padding(toLength: width, withPad: " ", startingAt: 0) + " photographs     seconds    queue\n"
      + lines.joined()
  }

  private static func list(_ word: String, _ reasons: [ReasonCode: Int]) -> [String] {
    guard !reasons.isEmpty else { return [] }
    let parts = reasons.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
      .map { "\($0.value) \($0.key.rawValue)" }
    return ["\(reasons.values.reduce(0, +)) \(word) (\(parts.joined(separator: ", ")))"]
  }

  /// How the program must end; nil where all is well.
  var exit: Exit? {
    switch status.stop {
    case nil: missedBudget
    case .requested(RunPolicy.tooManyFailures):
      Exit(
        ExitStatus.failuresMatter,
        "stopped: \(counts.failures) photographs failed, more than --max-errors allows")
    case .requested(let who):
      Exit(ExitStatus.stoppedEarly, "stopped by \(who); the same command with --resume goes on")
    case .failure(let failure):
      switch failure.scope {
      case .item:
        Exit(
          ExitStatus.failuresMatter, "stopped, as the pipeline says, at the first failure: \(failure.detail)")
      case .host:
        Exit(
          ExitStatus.stoppedEarly,
          "stopped early: \(failure.detail); when that is mended, the same command with --resume goes on")
      case .run: Exit(ExitStatus.inputOutput, failure.detail)
      }
    }
  }

  /// What `--strict` and `--max-errors` say of a run that reached its end.
  private var missedBudget: Exit? {
    let failures = counts.failures
    if session.options.strict, failures > 0 {
      return Exit(ExitStatus.failuresMatter, "\(failures) photographs failed, and --strict allows none")
    }
    guard let budget = session.options.maxErrors,
      budget.isExceeded(failures: failures, of: counts.records, hasEnded: true)
    else { return nil }
    return Exit(ExitStatus.failuresMatter, "\(failures) photographs failed, more than --max-errors allows")
  }
}

extension RunCounts {
  /// Photographs that failed, for whatever reason.
  fileprivate var failures: Int { failed.values.reduce(0, +) }
}
