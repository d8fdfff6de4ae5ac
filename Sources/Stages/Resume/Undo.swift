import Foundation
package import Manifests
package import SystemPackage

/// Puts originals that a run has moved back to where they were.
package struct Undo: Sendable {
  /// What became of the moved files of a run.
  package struct Outcome: Sendable {
    package internal(set) var restored = 0
    /// Files that are not what the manifest says, or whose old place is taken; with the reason.
    package internal(set) var left: [(path: String, reason: String)] = []
  }

  private let output: FilePath
  private let manifest: FilePath
  private let list: InputList
  private let lock: RunDirectory.Lock

  /// - Throws: `malformed` where the directory does not tell where the originals were, `inUse` while a run writes into it.
  package init(manifest: FilePath) throws(ManifestError) {
    guard FileFingerprint(manifest) != nil else {
      throw .file(FileError(.open, manifest, .noSuchFileOrDirectory))
    }
    self.manifest = manifest
    output = manifest.removingLastComponent().isEmpty ? "." : manifest.removingLastComponent()
    guard let earlier = RunDirectory(output).earlier() else {
      throw .malformed(
        manifest, line: 1,
        detail: "the folder .viewfinder beside it, which says where originals were, is missing")
    }
    do throws(FileError) {
      lock = try RunDirectory(output).lock()
    } catch {
      throw error.operation == .lock ? .inUse(manifest) : .file(error)
    }
    list = earlier.list
  }

  /// Puts everything back that can be. Each file is in one of its two places at every moment. When all are back, the manifest, which
  /// is no longer true, is called `manifest-undone.jsonl`, and the run cannot be continued.
  package func run() throws(ManifestError) -> Outcome {
    var outcome = Outcome()
    try Manifest.scan(manifest) { entry in
      for file in entry.record.outputs where file.placed == .move {
        putBack(file, of: entry.record, into: &outcome)
      }
    }
    if outcome.left.isEmpty {
      let undone = manifest.removingLastComponent().appending(
        "manifest-undone.\(manifest.extension ?? "jsonl")")
      try? FileManager.default.removeItem(atPath: undone.string)
      try? FileManager.default.moveItem(atPath: manifest.string, toPath: undone.string)
      RunDirectory(output).forget()
    }
    return outcome
  }

  private func putBack(_ file: OutputRecord, of record: Record, into outcome: inout Outcome) {
    guard let original = list.file(at: record.file)?.location else {
      outcome.left.append((record.path, "the run's list does not know it"))
      return
    }
    let place = output.appending(bytes: file.file)
    var pairs = [(place, original)]
    for sidecar in file.sidecars {
      guard let name = FilePath(bytes: sidecar.from.rawBytes).lastComponent else { continue }
      pairs.append((output.appending(bytes: sidecar.file), original.removingLastComponent().appending(name)))
    }
    // An attempt that ended in the middle has put some back already.
    let known = FileFingerprint(place) == nil ? original : place
    guard (try? Hashing.sha256(ofFile: known)) == file.sha256 else {
      outcome.left.append((file.path, "it is missing or was changed after the run"))
      return
    }
    for (from, to) in pairs {
      do throws(FileError) {
        try move(from, to)
      } catch {
        outcome.left.append((file.path, error.description))
        return
      }
    }
    outcome.restored += 1
  }

  private func move(_ place: FilePath, _ original: FilePath) throws(FileError) {
    guard FileFingerprint(place) != nil else { return }
    if FileFingerprint(original) == nil {
      let staged = try StagedFile(placing: place, by: .move, for: original)
      try staged.commit(replacing: false)
      try StagedFile.synchronizeNames(of: [staged])
    } else if (try? Hashing.sha256(ofFile: original)) != (try? Hashing.sha256(ofFile: place)) {
      throw FileError(.rename, original, .fileExists)
    }
    MovedOriginal.unlink(place)
    removeEmptyDirectories(above: place)
  }

  /// Folders that sorting made and that are empty again.
  private func removeEmptyDirectories(above path: FilePath) {
    var directory = path.removingLastComponent()
    while directory != output, directory.starts(with: output), directory.withPlatformString({ rmdir($0) }) == 0
    {
      directory.removeLastComponent()
    }
  }
}
