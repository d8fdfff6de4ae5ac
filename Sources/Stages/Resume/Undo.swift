import Foundation
package import Manifests
package import SystemPackage

/// Puts originals that a run has moved back to where they were.
package struct Undo: Sendable {
  /// What became of the moved files of a run.
  package struct Outcome: Sendable {
    package internal(set) var restored = 0
    /// Whether the run had moved anything, be it back already or not.
    package internal(set) var hadMoves = false
    /// Files that are not what the manifest says, or whose old place is taken; with the reason.
    package internal(set) var left: [(path: String, reason: String)] = []
  }

  private let manifest: FilePath
  private let moves: MovedFiles
  private let lock: RunDirectory.Lock

  /// - Throws: `malformed` where the directory does not tell where the originals were, `inUse` while a run writes into it.
  package init(manifest: FilePath) throws(ManifestError) {
    guard FileFingerprint(manifest) != nil else {
      throw .file(FileError(.open, manifest, .noSuchFileOrDirectory))
    }
    self.manifest = manifest
    let output: FilePath =
      manifest.removingLastComponent().isEmpty ? "." : manifest.removingLastComponent()
    // It leads back the photographs of one shard only, and the others' manifests must not be forgotten for that.
    if let name = manifest.lastComponent?.string, ShardFiles.shard(ofFile: name) != nil {
      throw .malformed(
        manifest, line: 1,
        detail: "this is the manifest of one shard; join all with `viewfinder merge \(output)` first")
    }
    guard let earlier = RunDirectory(output).earlier() else {
      throw .malformed(
        manifest, line: 1,
        detail: "the folder .viewfinder beside it, which says where originals were, is missing")
    }
    do throws(FileError) {
      lock = try RunDirectory(output).lock()
    } catch {
      throw error.operation == .lock && error.errno == .wouldBlock ? .inUse(manifest) : .file(error)
    }
    moves = MovedFiles(below: output, of: earlier.list)
  }

  /// Puts everything back that can be. Each file is in one of its two places at every moment. When all are back, the manifest, which
  /// is no longer true, is called `manifest-undone.jsonl`, and the run cannot be continued. A run that moved nothing stays as it is.
  package func run() throws(ManifestError) -> Outcome {
    var outcome = Outcome()
    try Manifest.scan(manifest) { entry in
      for file in entry.record.outputs where file.placed == .move {
        outcome.hadMoves = true
        do throws(MovedFiles.Stays) {
          try moves.putBack(file, of: entry.record)
          outcome.restored += 1
        } catch {
          outcome.left.append((error.path, error.reason))
        }
      }
    }
    if outcome.hadMoves, outcome.left.isEmpty {
      let undone = manifest.removingLastComponent().appending(
        "manifest-undone.\(manifest.extension ?? "jsonl")")
      try? FileManager.default.removeItem(atPath: undone.string)
      try? FileManager.default.moveItem(atPath: manifest.string, toPath: undone.string)
      RunDirectory(moves.output).forget()
    }
    return outcome
  }
}
