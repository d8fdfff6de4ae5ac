package import Manifests
package import StageGraph
import Synchronization

/// The end of every photograph: commits its outputs and then its record, in groups, so that a record never speaks of a file that is not there.
package final class ManifestSink: ItemSink {
  private struct Result: Sendable {
    let record: Record
    let files: [StagedFile]
  }

  private let pending = Mutex<[Result]>([])
  private let tally = Mutex(RunCounts())
  private let output: any RecordOutput
  private let replacesOutputs: Bool

  /// - Parameter replacesOutputs: false refuses to write over files that are already there.
  package init(_ output: any RecordOutput, replacesOutputs: Bool) {
    self.output = output
    self.replacesOutputs = replacesOutputs
  }

  /// What the committed records say.
  package var counts: RunCounts { tally.withLock { $0 } }

  package func absorb(_ outcome: Outcome<Sample>) {
    let sample = outcome.item
    let result = Result(record: sample.record(outcome.recordOutcome), files: sample.outputs.map(\.file))
    pending.withLock { $0.append(result) }
  }

  package func commit() throws(StageFailure) -> Int {
    let group = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    guard !group.isEmpty else { return 0 }
    do throws(StageFailure) {
      let records = try name(group)
      do throws(ManifestError) {
        try output.append(records)
      } catch {
        throw StageFailure(ofRun: error)
      }
      tally.withLock { tally in for record in records { tally.add(record.outcome) } }
    } catch {
      for file in group.flatMap(\.files) { file.discard() }
      throw error
    }
    return group.count
  }

  /// Ends the manifest. Nothing may be committed afterwards; what never was, after a commit that failed, is forgotten.
  package func close() throws(ManifestError) {
    let forgotten = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    for file in forgotten.flatMap(\.files) { file.discard() }
    try output.close()
  }

  /// Gives the outputs of a group their names and makes them durable; a photograph whose output cannot get its name fails.
  private func name(_ group: [Result]) throws(StageFailure) -> [Record] {
    var records: [Record] = []
    var named: [StagedFile] = []
    for result in group {
      var record = result.record
      for (index, file) in result.files.enumerated().reversed() {
        do throws(FileError) {
          try file.commit(replacing: replacesOutputs)
          named.append(file)
        } catch {
          let failure = StageFailure(error)
          guard failure.scope == .item else { throw failure }
          file.discard()
          record.outputs.remove(at: index)
          if record.outcome.status != .failed {
            record.outcome = .failed(ReasonCode(rawValue: failure.code) ?? .io, detail: failure.detail)
          }
        }
      }
      records.append(record)
    }
    do throws(FileError) {
      try StagedFile.synchronizeNames(of: named)
    } catch {
      throw StageFailure(ofRun: error)
    }
    return records
  }
}
