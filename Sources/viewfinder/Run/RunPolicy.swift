import Logging
import Manifests
import StageGraph
import Stages
import Synchronization

/// Watches the records of a run pass by: adds them up, says which photographs failed, and stops the run when too many have.
final class RunPolicy: RecordOutput {
  /// What happens outside; set when the run exists.
  struct Actions: Sendable {
    var log: Logger?
    var stop: @Sendable (StopReason) -> Void = { _ in }
  }

  /// More failures than these are only in the manifest.
  private static let mostMessages = 10
  /// The reason with which a run is stopped for its failures.
  static let tooManyFailures = "too many failures"

  private let output: any RecordOutput
  private let budget: ErrorBudget?
  private let actions = Mutex(Actions())
  private let seen: Mutex<(failures: Int, total: Int, tally: RecordTally)>

  /// - Parameter done: what an interrupted run already has.
  init(into output: any RecordOutput, budget: ErrorBudget?, done: ResumePlan) {
    self.output = output
    self.budget = budget
    seen = Mutex((0, done.counts.records, done.tally))
  }

  /// What all records of the run add up to so far.
  var tally: RecordTally { seen.withLock { $0.tally } }

  func act(_ actions: Actions) { self.actions.withLock { $0 = actions } }

  func check() throws(ManifestError) { try output.check() }

  func append(_ records: [Record]) throws(ManifestError) {
    try output.append(records)
    let actions = actions.withLock { $0 }
    for record in records {
      let (failures, total) = seen.withLock { seen in
        seen.total += 1
        seen.tally.add(record)
        if record.status == .failed { seen.failures += 1 }
        return (seen.failures, seen.total)
      }
      if record.status == .failed { report(record, number: failures, actions) }
      if let budget, budget.isExceeded(failures: failures, of: total, hasEnded: false) {
        actions.stop(.requested(Self.tooManyFailures))
      }
    }
  }

  func close() throws(ManifestError) { try output.close() }

  private func report(_ record: Record, number: Int, _ actions: Actions) {
    if number <= Self.mostMessages {
      let reason = record.reason?.rawValue ?? ""
      actions.log?.warning(
        "failed: \(record.path.debugDescription): \(reason): \(record.detail ?? "")",
        metadata: ["path": "\(record.path)", "reason": "\(reason)"])
    } else if number == Self.mostMessages + 1 {
      actions.log?.warning("further failures are in the manifest only")
    }
  }
}
