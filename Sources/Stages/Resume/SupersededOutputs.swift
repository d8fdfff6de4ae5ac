import Foundation
package import Manifests
package import SystemPackage

/// Outputs of photographs that are processed again, from before: once a photograph's new record is safe, those that it does not
/// name go. A run that is killed in between leaves the list behind, and the next one in the directory ends what was begun.
package struct SupersededOutputs: Sendable {
  private let directory: RunDirectory

  /// - Parameter output: the run's directory, whose lock is held.
  package init(in output: FilePath) { directory = RunDirectory(output) }

  /// Remembers what is about to be made anew, beside what a killed run has left to be removed: also of the same photographs.
  package func add(_ records: [Record]) throws(ManifestError) {
    let known = Set(records)
    let open = try waiting().filter { !known.contains($0) }
    try write(open + records)
  }

  /// The remembered records that are in the manifest still: whoever remembered them was killed before it took them out.
  package func untouched(_ manifest: FilePath) throws(ManifestError) -> [Record] {
    let old = Dictionary(try waiting().map { ($0.file, $0) }) { $1 }
    guard !old.isEmpty else { return [] }
    var found: [Record] = []
    try Manifest.scan(manifest) { entry in
      if old[entry.record.file] == entry.record { found.append(entry.record) }
    }
    return found
  }

  /// Removes what has been made anew. A file that somebody has changed stays, and so does everything of a photograph that failed or
  /// has no record yet.
  ///
  /// - Parameter manifest: that of the directory, as it is now.
  package func settle(_ manifest: FilePath) throws(ManifestError) {
    let old = try waiting()
    guard !old.isEmpty else { return }
    let paths = Set(old.map(\.file))
    var now: [RecordPath: Record] = [:]
    var inUse: Set<RecordPath> = []
    try Manifest.scan(manifest) { entry in
      if paths.contains(entry.record.file) { now[entry.record.file] = entry.record }
      for output in entry.record.outputs { inUse.formUnion([output.file] + output.sidecars.map(\.file)) }
    }
    var open: [Record] = []
    for record in old {
      guard let made = now[record.file], made.status != .failed else {
        open.append(record)
        continue
      }
      for output in record.outputs where output.placed != .move {
        remove(output, inUse: inUse, instead: made)
      }
    }
    try write(open)
  }

  private func remove(_ old: OutputRecord, inUse: Set<RecordPath>, instead made: Record) {
    let sidecars = made.outputs.first { $0.stage == old.stage }?.sidecars ?? []
    for sidecar in old.sidecars where !inUse.contains(sidecar.file) {
      guard let copy = sidecars.first(where: { $0.from == sidecar.from }), let hash = hash(copy.file) else {
        continue
      }
      remove(sidecar.file, holding: hash)
    }
    if !inUse.contains(old.file) { remove(old.file, holding: old.sha256) }
  }

  private func remove(_ file: RecordPath, holding sha256: String) {
    guard hash(file) == sha256 else { return }
    let path = directory.output.appending(bytes: file)
    MovedOriginal.unlink(path)
    directory.removeEmptyDirectories(above: path)
  }

  private func hash(_ file: RecordPath) -> String? {
    try? Hashing.sha256(ofFile: directory.output.appending(bytes: file))
  }

  private func waiting() throws(ManifestError) -> [Record] {
    guard FileFingerprint(directory.supersededPath) != nil else { return [] }
    return try Manifest.read(directory.supersededPath).records
  }

  private func write(_ records: [Record]) throws(ManifestError) {
    guard !records.isEmpty else {
      try? FileManager.default.removeItem(atPath: directory.supersededPath.string)
      return
    }
    do throws(FileError) {
      try AtomicFile.write(records.flatMap(\.line), to: directory.supersededPath)
    } catch {
      throw .file(error)
    }
  }
}
