import Dispatch
package import Manifests
import Synchronization
package import SystemPackage

/// Which photographs of an interrupted run are done, and stay so.
///
/// A record is believed when the photograph still is the one it speaks of, and every output is there with the size and hash that
/// it names. Everything else is done again.
package struct ResumePlan: Sendable {
  /// Photographs that need nothing.
  package private(set) var done: Set<RecordPath> = []
  /// What their records say.
  package private(set) var counts = RunCounts()
  /// What these records add up to.
  package private(set) var tally = RecordTally()
  /// Where their outputs are, so that no other photograph takes the place.
  package private(set) var destinations: Set<DestinationKey> = []

  /// Nothing is done yet.
  package init() {}

  /// Looks at every record of a manifest, at `jobs` of them at once, and removes those that do not hold from it.
  ///
  /// - Parameters:
  ///   - list: the run's frozen list; a record of a file that it does not have is removed.
  ///   - output: the directory that outputs are relative to.
  ///   - retrying: failed records with one of these reasons do not hold.
  ///   - redoing: photographs whose records do not hold either.
  package init(
    manifest: FilePath, format: ManifestFormat, list: InputList, output: FilePath, retrying: Set<ReasonCode>,
    redoing: Set<RecordPath> = [], jobs: Int
  ) throws(ManifestError) {
    let check = RecordCheck(output: output, retrying: retrying)
    var batch: [Record] = []
    var stays: [Bool] = []
    var plan = ResumePlan()
    func judge() {
      let holds = Self.concurrently(batch.count, jobs: jobs) { [batch] index in
        let record = batch[index]
        guard !redoing.contains(record.file), let file = list.file(at: record.file) else { return false }
        return check.holds(record, original: file.place)
      }
      for (record, holds) in zip(batch, holds) { stays.append(holds && plan.add(record, output: output)) }
      batch.removeAll(keepingCapacity: true)
    }
    try Manifest.scan(manifest) { entry in
      batch.append(entry.record)
      if batch.count == 256 { judge() }
    }
    judge()
    var verdicts = stays[...]
    try Manifest.rewrite(manifest, to: manifest, format: format) { _ in verdicts.popFirst() ?? false }
    self = plan
  }

  /// Everything stays as it is but the named photographs, whose records are removed from the manifest.
  package init(
    manifest: FilePath, list: InputList, output: FilePath, redoing: Set<RecordPath>
  ) throws(ManifestError) {
    var plan = ResumePlan()
    try Manifest.rewrite(manifest, to: manifest, format: .lines) { record in
      !redoing.contains(record.file) && plan.add(record, output: output)
    }
    // Also what has no record, because it is no picture or the run was stopped before it.
    plan.done = Set(list.files.map { RecordPath(bytes: $0.pathBytes) }).subtracting(redoing)
    self = plan
  }

  /// False for a second record of one photograph.
  private mutating func add(_ record: Record, output: FilePath) -> Bool {
    guard done.insert(record.file).inserted else { return false }
    counts.add(record.outcome)
    tally.add(record)
    for file in record.outputs { destinations.insert(DestinationKey(output.appending(bytes: file.file))) }
    return true
  }

  private static func concurrently(_ count: Int, jobs: Int, _ body: @Sendable (Int) -> Bool) -> [Bool] {
    let results = Mutex([Bool](repeating: false, count: count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(jobs, max(count, 1))) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let result = body(index)
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { $0 }
  }
}

/// Stands for the place of an output: eight bytes of a hash, so that millions of them stay small.
package struct DestinationKey: Hashable, Sendable {
  private let key: UInt64

  package init(_ destination: FilePath) {
    key = destination.withPlatformString {
      Hashing.number(UnsafeRawBufferPointer(start: $0, count: destination.length))
    }
  }
}

extension FilePath {
  /// A path below this one, of any bytes.
  package func appending(bytes path: RecordPath) -> FilePath { pushing(FilePath(bytes: path.rawBytes)) }

  /// The same; nil where the path would lead out of this one.
  func appending(inside path: RecordPath) -> FilePath? {
    let path = FilePath(bytes: path.rawBytes)
    guard path.isRelative, !path.components.contains(where: { $0.kind == .parentDirectory }) else { return nil }
    return pushing(path)
  }
}
