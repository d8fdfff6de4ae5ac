import ArgumentParser
import Foundation
import Glibc
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import Tensors

/// What a finished run comes to: `run.json` and the exit code.
struct RunReport {
  let session: RunSession
  /// What made it one of many.
  let shard: ShardAttempt?
  /// The inputs, absolute.
  let roots: [FilePath]
  /// Files of the listing.
  let listed: Int
  let status: RunStatus
  let counts: RunCounts
  /// What the records add up to.
  let tally: RecordTally
  /// How many photographs an earlier run had done.
  let before: Int
  let models: [ModelSummary]
  /// The pipeline with every option filled in.
  let resolved: String
  let seconds: Double

  /// Where the records are; nil where they went to stdout.
  var manifestPath: FilePath? {
    shard?.files.manifest
      ?? session.output.map { Manifest.path(in: $0, format: ManifestOptions.format(session.spec)) }
  }

  /// Where the summary goes.
  var summaryPath: FilePath? { shard?.files.summary ?? session.output?.appending("run.json") }

  /// Writes `run.json` beside the manifest, if there is one; of a shard that has come to its end also that it is finished.
  func write() throws(Exit) {
    guard let path = summaryPath else { return }
    do throws(FileError) {
      try summary.write(to: path)
    } catch {
      throw Exit(
        error.stopsIntake ? ExitStatus.stoppedEarly : ExitStatus.inputOutput,
        "cannot write the run's summary: \(error.description)")
    }
    if status.stop == nil { try shard?.finish(counts) }
  }

  /// Whether every photograph of the listing has its record. Corrections of a run that was stopped early do not complete it.
  private var isComplete: Bool {
    status.stop == nil && (session.correcting == nil || counts.records + counts.ignored >= listed)
  }

  private var summary: RunSummary {
    RunSummary(
      version: Version.current, complete: isComplete,
      pipeline: PipelineSummary(
        resolved: resolved, directory: session.directory.map(RecordPath.init(absolute:))),
      inputs: roots.map(RecordPath.init(absolute:)), model: models.first,
      libraries: LibrarySummary(
        libvips: Vips.version, openblas: OpenBLAS.configuration, core: OpenBLAS.coreName),
      host: ProcessInfo.processInfo.hostName, counts: counts, earlierRecords: before,
      wallSeconds: seconds, peakRSSBytes: Self.peakMemory,
      stages: status.stages.map {
        StageSummary(
          id: $0.id, busySeconds: Double($0.busyNanoseconds) / 1e9, queueHighWater: $0.queueHighWater)
      })
  }

  /// The most memory the program ever held, in bytes. Taken from `getrusage` only where there is no /proc: that figure begins with the
  /// memory of whatever process started this one.
  static var peakMemory: Int {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    if let words = line?.split(whereSeparator: \.isWhitespace), words.count > 1, let kilobytes = Int(words[1]) {
      return kilobytes << 10
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  /// How the program must end; nil where all is well.
  var exit: Exit? {
    switch status.stop {
    case nil: Self.missedBudget(session.options, counts)
    case .requested(RunPolicy.tooManyFailures):
      Exit(
        ExitStatus.failuresMatter,
        "stopped: \(counts.failures) photographs failed, more than --max-errors allows")
    case .requested(let who):
      Exit(ExitStatus.stoppedEarly, "stopped by \(who); \(advice)")
    case .failure(let failure):
      switch failure.scope {
      case .item:
        Exit(
          ExitStatus.failuresMatter, "stopped, as the pipeline says, at the first failure: \(failure.detail)")
      case .host:
        Exit(
          ExitStatus.stoppedEarly,
          "stopped early: \(failure.detail); when that is mended, \(advice)")
      case .run: Exit(ExitStatus.inputOutput, failure.detail)
      }
    }
  }

  /// How a run that was stopped goes on.
  private var advice: String { "the same command\(shard == nil ? " with --resume" : "") goes on" }

  /// What `--strict` and `--max-errors` say of a run that reached its end.
  static func missedBudget(_ options: ExecutionOptions, _ counts: RunCounts) -> Exit? {
    let failures = counts.failures
    if options.strict, failures > 0 {
      return Exit(ExitStatus.failuresMatter, "\(failures) photographs failed, and --strict allows none")
    }
    guard let budget = options.maxErrors,
      budget.isExceeded(failures: failures, of: counts.records, hasEnded: true)
    else { return nil }
    return Exit(ExitStatus.failuresMatter, "\(failures) photographs failed, more than --max-errors allows")
  }
}

extension RunCounts {
  /// Photographs that failed, for whatever reason.
  fileprivate var failures: Int { failed.values.reduce(0, +) }
}
