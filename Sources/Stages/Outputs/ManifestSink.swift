package import Manifests
package import StageGraph
import Synchronization
import SystemPackage

/// The end of every photograph: commits its outputs and then its record, in groups, so that a record never speaks of a file
/// that is not there, and an original that is moved is never without a name.
package final class ManifestSink: ItemSink {
  private struct Arrival: Sendable {
    var record: Record
    let outputs: [PlannedOutput]
    let file: InputFile
    /// Whether the photograph failed where failures are put aside.
    var isQuarantined = false
    /// Without a record: something concerned the host, or the run, and not this photograph.
    var isUndone = false
  }

  private struct Committed: Sendable {
    var counts: RunCounts
    /// Where outputs of this run are: no two photographs may have one place.
    var destinations: Set<DestinationKey>
  }

  private let pending = Mutex<[Arrival]>([])
  private let committed: Mutex<Committed>
  private let output: any RecordOutput
  private let replacesOutputs: Bool
  private let originals: Originals
  private let quarantine: Quarantine

  /// - Parameters:
  ///   - done: the part of an interrupted run that stays.
  ///   - replacesOutputs: false refuses to write over files that this run has not made.
  ///   - originals: files that are never written over.
  package init(
    _ output: any RecordOutput, continuing done: ResumePlan = ResumePlan(), replacesOutputs: Bool,
    originals: Originals = Originals([]), quarantine: Quarantine = .nowhere
  ) {
    self.output = output
    self.replacesOutputs = replacesOutputs
    self.originals = originals
    self.quarantine = quarantine
    committed = Mutex(Committed(counts: done.counts, destinations: done.destinations))
  }

  /// What the committed records say.
  package var counts: RunCounts { committed.withLock { $0.counts } }

  package func absorb(_ outcome: Outcome<Sample>) {
    let sample = outcome.item
    var arrival = Arrival(
      record: sample.record(outcome.recordOutcome), outputs: sample.outputs, file: sample.file)
    if case .failed(_, let failure) = outcome {
      arrival.isQuarantined = quarantine.wants(failure)
      arrival.isUndone = failure.scope != .item
    }
    pending.withLock { [arrival] in $0.append(arrival) }
  }

  package func commit() throws(StageFailure) -> Int {
    let arrived = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    // What the host lacks is no photograph's fault: without a record it is done when the run goes on.
    discard(arrived.filter(\.isUndone))
    var group = arrived.filter { !$0.isUndone }
    guard !group.isEmpty else { return arrived.count }
    do throws(StageFailure) {
      try onRecords { () throws(ManifestError) in try output.check() }
      try nameOutputs(of: &group)
      try quarantine.put(group.filter(\.isQuarantined).map { ($0.file, $0.record) })
      try onRecords { [group] () throws(ManifestError) in try output.append(group.map(\.record)) }
    } catch {
      discard(group)
      throw error
    }
    for arrival in group where arrival.record.outcome.status != .failed {
      // The photograph last: while it is there, a run that goes on sees that something is left to be taken away.
      for original in arrival.outputs.flatMap({ $0.leaving.reversed() }) { MovedOriginal.unlink(original) }
    }
    committed.withLock { committed in for arrival in group { committed.counts.add(arrival.record.outcome) } }
    return arrived.count
  }

  /// Ends the manifest. Nothing may be committed afterwards; what never was, after a commit that failed, is forgotten.
  package func close() throws(ManifestError) {
    let forgotten = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    discard(forgotten)
    try output.close()
  }

  /// Gives the outputs of a group their names and makes them durable. A photograph whose output cannot get its name fails, and
  /// keeps the outputs that could.
  private func nameOutputs(of group: inout [Arrival]) throws(StageFailure) {
    var named: [StagedFile] = []
    for index in group.indices {
      var kept: [OutputRecord] = []
      for planned in group[index].outputs {
        var files: [StagedFile] = []
        do throws(FileError) {
          for file in planned.files {
            try name(file)
            files.append(file)
          }
          named += files
          kept.append(planned.record)
        } catch {
          let failure = StageFailure(error)
          guard failure.scope == .item else { throw failure }
          // A part of an output is none: what got its name goes again.
          for file in files { MovedOriginal.unlink(file.destination) }
          for file in planned.files { file.discard() }
          if group[index].record.outcome.status != .failed {
            group[index].record.outcome = .failed(
              ReasonCode(rawValue: failure.code) ?? .io, detail: failure.detail)
            group[index].isQuarantined = quarantine.wants(failedOutput: planned.record)
          }
        }
      }
      group[index].record.outputs = kept
    }
    do throws(FileError) {
      try StagedFile.synchronizeNames(of: named)
    } catch {
      throw StageFailure(ofRun: error)
    }
  }

  private func onRecords(_ body: () throws(ManifestError) -> Void) throws(StageFailure) {
    do throws(ManifestError) {
      try body()
    } catch {
      throw StageFailure(ofRun: error)
    }
  }

  private func discard(_ arrivals: [Arrival]) {
    for file in arrivals.flatMap(\.outputs).flatMap(\.files) { file.discard() }
  }

  private func name(_ file: StagedFile) throws(FileError) {
    let key = DestinationKey(file.destination)
    guard committed.withLock({ $0.destinations.insert(key).inserted }) else {
      throw FileError(.rename, file.destination, .fileExists)
    }
    try file.commit(replacing: replacesOutputs && !originals.contains(file.destination))
  }
}
