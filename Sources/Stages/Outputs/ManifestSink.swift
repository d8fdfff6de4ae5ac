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
      try putAside(&group)
      try onRecords { [group] () throws(ManifestError) in try output.append(group.map(\.record)) }
    } catch {
      discard(group)
      throw error
    }
    for arrival in group where arrival.record.outcome.status != .failed {
      // The photograph last: while it is there, a run that goes on sees that something is left to be taken away.
      // One that was changed meanwhile is another file than the one that was moved.
      for original in arrival.outputs.flatMap({ $0.leaving.reversed() }) where original.isUnchanged {
        MovedOriginal.unlink(original.path)
      }
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
        do throws(StageFailure) {
          named += try name(planned)
          kept.append(planned.record)
        } catch {
          guard error.scope == .item else { throw error }
          if group[index].record.outcome.status != .failed {
            group[index].record.outcome = .failed(
              ReasonCode(rawValue: error.code) ?? .io, detail: error.detail)
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

  /// A photograph that cannot be put aside stays where it is, and its record says why.
  private func putAside(_ group: inout [Arrival]) throws(StageFailure) {
    for index in group.indices where group[index].isQuarantined {
      do throws(FileError) {
        try quarantine.put(group[index].file, group[index].record)
      } catch {
        guard !error.stopsIntake else { throw StageFailure(ofRun: error) }
        guard case .failed(let reason, let detail) = group[index].record.outcome else { continue }
        let words = "it could not be put aside: \(error.description)"
        group[index].record.outcome = .failed(reason, detail: detail.map { "\($0); \(words)" } ?? words)
      }
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

  /// Gives the files of an output their names: all, or none.
  private func name(_ planned: PlannedOutput) throws(StageFailure) -> [StagedFile] {
    var named: [StagedFile] = []
    do throws(StageFailure) {
      if let changed = planned.leaving.first(where: { !$0.isUnchanged }) {
        throw StageFailure(.changed, "\(changed.path) was changed while it was processed")
      }
      // The only copy of another photograph, which another shard has moved there, is not replaced.
      if replacesOutputs, planned.record.placed == .move,
        let there = try? Hashing.sha256(ofFile: planned.file.destination),
        there != planned.record.sha256
      {
        throw StageFailure(FileError(.rename, planned.file.destination, .fileExists))
      }
      for file in planned.files {
        do throws(FileError) { try name(file) } catch { throw StageFailure(error) }
        named.append(file)
      }
      return named
    } catch {
      guard error.scope == .item else { throw error }
      // A part of an output is none: what got its name goes again.
      for file in named { MovedOriginal.unlink(file.destination) }
      for file in planned.files { file.discard() }
      throw error
    }
  }

  private func name(_ file: StagedFile) throws(FileError) {
    let key = DestinationKey(file.destination)
    guard committed.withLock({ $0.destinations.insert(key).inserted }) else {
      throw FileError(.rename, file.destination, .fileExists)
    }
    try file.commit(replacing: replacesOutputs && !originals.contains(file.destination))
  }
}
