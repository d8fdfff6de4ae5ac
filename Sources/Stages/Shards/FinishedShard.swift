import Manifests
import SystemPackage

/// A shard whose files fit together, and its records one after the other.
final class FinishedShard {
  let done: ShardDone
  let summary: RunSummary
  /// Records that gave way to a newer one of the same photograph.
  private(set) var duplicates = 0
  /// Files of the list without a record.
  private var unrecorded = 0
  private var counts = RunCounts()

  private let files: ShardFiles
  private let reader: RecordReader
  private var lines = 0
  /// The next record to be taken, and the one behind it.
  private var head: RecordReader.Entry?
  private var behind: RecordReader.Entry?

  /// - Parameters:
  ///   - state: what all shards of the directory must have run with.
  ///   - chunk: how many bytes of the manifest are read at once.
  /// - Throws: `incomplete` where a file is not what another says of it.
  init(_ files: ShardFiles, state: RunDirectory.State, chunk: Int) throws(MergeError) {
    self.files = files
    let done = try Self.look(at: files.shard) { () throws(ManifestError) in try ShardDone.read(files.done) }
    guard done.shard == files.shard else {
      throw .incomplete("\(files.done) is that of shard \(done.shard); run shard \(files.shard) again")
    }
    guard done.pipeline == state.pipeline else {
      throw .incomplete("\(files.done): shard \(done.shard) ran another pipeline than the others; run it again")
    }
    guard done.models == state.models else {
      throw .incomplete("\(files.done): shard \(done.shard) ran another model than the others; run it again")
    }
    let summary = try Self.look(at: files.shard) { () throws(ManifestError) in
      try RunSummary.read(files.summary)
    }
    guard summary.complete, summary.pipeline.sha256 == done.pipeline else {
      throw .incomplete(
        "\(files.summary) is not that of the run that \(files.done) speaks of; run shard \(done.shard) again")
    }
    let reader = try Self.look(at: files.shard) { () throws(ManifestError) in
      try RecordReader(files.manifest, chunk: chunk)
    }
    let (bytes, sha256) = try Self.look(at: files.shard) { () throws(ManifestError) in
      try reader.fingerprint()
    }
    guard bytes == done.manifest.bytes, sha256 == done.manifest.sha256 else {
      throw .incomplete(
        "\(files.manifest) is not the manifest that \(files.done) speaks of (its length or SHA-256 differ); run shard \(done.shard) again"
      )
    }
    self.done = done
    self.summary = summary
    self.reader = reader
    behind = try read()
    try advance()
  }

  /// The record of the next file of the list that belongs to this shard; nil for one without a record.
  func take(_ path: RecordPath) throws(MergeError) -> RecordReader.Entry? {
    guard let entry = head, !(path < entry.record.file) else {
      unrecorded += 1
      return nil
    }
    guard entry.record.file == path else { throw stray(entry) }
    counts.add(entry.record.outcome)
    try advance()
    return entry
  }

  /// Called when the list has ended: everything must have been taken, and the done file must have counted the same.
  func end() throws(MergeError) {
    if let head { throw stray(head) }
    guard lines == done.manifest.records else {
      throw .incomplete(
        "\(files.manifest) has \(lines) records, and \(files.done) counts \(done.manifest.records); run shard \(done.shard) again"
      )
    }
    counts.ignored = unrecorded
    // A record that gave way was counted by the attempt that wrote it.
    guard counts.ignored == done.counts.ignored, duplicates > 0 || counts == done.counts else {
      throw .incomplete(
        "\(files.manifest) has \(counts.records) records for \(counts.records + unrecorded) files, and \(files.done) counts \(done.counts.records) and \(done.counts.ignored) that are no pictures; run shard \(done.shard) again"
      )
    }
  }

  /// Runs an operation on a file of the shard. One that is missing or damaged is a shard that is not whole.
  private static func look<Result>(
    at shard: Shard, _ body: () throws(ManifestError) -> Result
  ) throws(MergeError) -> Result {
    do throws(ManifestError) {
      return try body()
    } catch .file(let error) where error.errno == .noSuchFileOrDirectory {
      throw .incomplete("\(error.path) is missing; run shard \(shard) again")
    } catch .malformed(let path, let line, let detail) {
      throw .incomplete("\(path):\(line): \(detail); run shard \(shard) again")
    } catch {
      throw .manifest(error)
    }
  }

  private func advance() throws(MergeError) {
    head = behind
    guard var entry = head else { return }
    behind = try read()
    // Of two records of one photograph the later line is that of the newer attempt.
    while let next = behind, next.record.file == entry.record.file {
      duplicates += 1
      entry = next
      behind = try read()
    }
    head = entry
    if let next = behind, next.record.file < entry.record.file {
      throw .incomplete(
        "\(files.manifest):\(next.number): the records are not in the order of their paths; run shard \(done.shard) again"
      )
    }
  }

  private func read() throws(MergeError) -> RecordReader.Entry? {
    let next = try Self.look(at: files.shard) { () throws(ManifestError) in try reader.next() }
    guard let entry = next else { return nil }
    lines += 1
    let own = Shard.index(of: entry.record.file.rawBytes, among: files.shard.count)
    guard own == files.shard.index else {
      throw .incomplete(
        "\(files.manifest):\(entry.number): \(entry.record.path.debugDescription) is a photograph of shard \(own), not of this one; run shard \(files.shard) again"
      )
    }
    return entry
  }

  private func stray(_ entry: RecordReader.Entry) -> MergeError {
    .incomplete(
      "\(files.manifest):\(entry.number): \(entry.record.path.debugDescription) is not in the frozen listing of \(files.output); run shard \(files.shard) again"
    )
  }
}
