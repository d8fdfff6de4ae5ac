import Foundation
package import Manifests
package import SystemPackage

/// Joins the manifests of a run's shards to one, in the order of the paths.
///
/// It goes through the frozen list, which is in that order, and takes each photograph's record from its shard's manifest, which is in
/// that order too. So it sees what is missing and what does not belong, and holds a few records of each shard at a time.
package struct ShardMerge {
  /// What came of it.
  package struct Outcome: Sendable {
    package internal(set) var counts = RunCounts()
    /// Records of a photograph that had a newer one.
    package internal(set) var duplicates = 0
    /// The manifest that was written.
    package let manifest: FilePath
  }

  package let shards: Int
  private let directory: RunDirectory
  private let lock: RunDirectory.Lock
  private let parts: [FinishedShard]
  private let summary: RunSummary

  /// Looks at everything but the records.
  ///
  /// - Parameter expected: how many shards there must be; nil for as many as the directory says.
  package init(_ output: FilePath, expecting expected: Int? = nil) throws(MergeError) {
    directory = RunDirectory(output)
    let state = try directory.cutState()
    shards = state.shards
    if let expected, expected != shards {
      throw .incomplete("\(output) is cut into \(shards) shards, not \(expected)")
    }
    if let corrections = try? directory.corrections(), !corrections.list.isEmpty {
      throw .incomplete(
        "the merged manifest of \(output) was corrected (`viewfinder apply`); merging its shards again would forget that"
      )
    }
    do throws(FileError) {
      lock = try directory.lock(isShared: true)
    } catch {
      let isHeld = error.operation == .lock && error.errno == .wouldBlock
      throw .manifest(isHeld ? .inUse(Manifest.path(in: output)) : .file(error))
    }
    let all = Shard.all(of: shards)
    if let stranger = ShardFiles.found(in: output).first(where: { $0.count != all.count }) {
      throw .incomplete(
        "\(output) is cut into \(shards) shards and holds files of shard \(stranger); remove those of the cut that is not meant"
      )
    }
    try UnfinishedShards(all, in: directory).refuse()
    // What all of them hold at once is bounded.
    let chunk = min(1 << 18, max(1 << 13, (64 << 20) / all.count))
    var parts: [FinishedShard] = []
    for shard in all {
      parts.append(
        try FinishedShard(ShardFiles(shard, in: output), state: state.whole, chunk: chunk))
    }
    self.parts = parts
    summary = RunSummary(joining: parts.map { ($0.summary, $0.done) })
  }

  /// The pipeline that all shards have run, with every option filled in.
  package var pipeline: String { summary.pipeline.resolved }

  /// How many different programs took part, by their files.
  package var programs: Int { Set(parts.map { $0.done.program.sha256 }).count }

  /// Writes the manifest, and then the summary, each in one atomic step. Call it once.
  package func write(_ format: ManifestFormat) throws(MergeError) -> Outcome {
    var outcome = Outcome(manifest: Manifest.path(in: directory.output, format: format))
    let manifest = try MergedManifest(outcome.manifest, format)
    var places: Set<UInt64> = []
    var missing = Missing()
    let isWhole = try directory.scanList { (file) throws(MergeError) in
      let path = RecordPath(bytes: file.pathBytes)
      let part = parts[Shard.index(of: file.pathBytes, among: shards) - 1]
      guard let entry = try part.take(path) else {
        if file.isLikelyPicture { missing.add(path, of: part.done.shard) }
        return
      }
      try Self.claim(entry.record, &places)
      outcome.counts.add(entry.record.outcome)
      try manifest.append(entry.line)
    }
    guard isWhole else { throw .incomplete("the frozen listing of \(directory.output) is damaged") }
    try missing.refuse()
    for part in parts { try part.end() }
    outcome.counts.ignored = parts.reduce(0) { $0 + $1.done.counts.ignored }
    outcome.duplicates = parts.reduce(0) { $0 + $1.duplicates }
    try manifest.commit()
    try writeSummary(outcome, format)
    return outcome
  }

  private func writeSummary(_ outcome: Outcome, _ format: ManifestFormat) throws(MergeError) {
    var summary = summary
    summary.counts = outcome.counts
    try onShardFiles { () throws(FileError) in
      for other in ManifestFormat.allCases where other != format {
        try remove(Manifest.path(in: directory.output, format: other))
      }
      try summary.write(to: directory.output.appending("run.json"))
    }
  }

  /// Removes what killed attempts left under temporary names, unless somebody is at work.
  package func removeLeftovers() {
    if lock.becomeExclusive() { directory.removeLeftovers() }
  }

  /// Two photographs of different shards may come to one name only where what the network says decides it: a run of one program makes
  /// the later one fail, here neither could know of the other.
  private static func claim(_ record: Record, _ places: inout Set<UInt64>) throws(MergeError) {
    for output in record.outputs where !places.insert(Hashing.number(output.file.rawBytes)).inserted {
      throw .incomplete(
        "\(record.path.debugDescription) and another photograph have both written \(output.path); tell them apart in the `path` of stage '\(output.stage)', as by {hash8}, and run all into another directory"
      )
    }
  }

  /// Photographs without a record.
  private struct Missing {
    private var count = 0
    private var examples: [String] = []
    private var shards: Set<Int> = []

    mutating func add(_ path: RecordPath, of shard: Shard) {
      count += 1
      shards.insert(shard.index)
      if examples.count < 3 { examples.append(path.text.debugDescription) }
    }

    func refuse() throws(MergeError) {
      guard count > 0 else { return }
      throw .incomplete(
        "\(count) photographs of the frozen listing have no record, like \(examples.joined(separator: ", ")); run again: shard \(NumberRanges.text(shards))"
      )
    }
  }
}
