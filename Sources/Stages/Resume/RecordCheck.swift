import Glibc
import Manifests
import SystemPackage

/// Holds one record against what is on the disk.
struct RecordCheck: Sendable {
  let output: FilePath
  let retrying: Set<ReasonCode>

  /// Whether the photograph needs no work. Finishes the removal of a moved original that a crash has left behind.
  func holds(_ record: Record, original: FilePath) -> Bool {
    if case .failed(let reason, _) = record.outcome, retrying.contains(reason) { return false }
    let files = record.outputs
    guard files.allSatisfy({ isWhole(output.appending(bytes: $0.file), bytes: $0.bytes, sha256: $0.sha256) })
    else {
      return false
    }
    // A photograph that failed elsewhere keeps its original.
    let moved = record.status == .failed ? [] : files.filter { $0.placed == .move }
    if !moved.isEmpty {
      MovedOriginal.finish(original: original, outputs: moved, below: output)
      return true
    }
    return isUnchanged(original, record.input)
  }

  /// Whether the photograph still is what the record says it was, as far as it says.
  private func isUnchanged(_ original: FilePath, _ input: InputRecord?) -> Bool {
    guard let input else { return true }
    if let sha256 = input.sha256, let bytes = input.bytes {
      return isWhole(original, bytes: bytes, sha256: sha256)
    }
    return input.bytes == FileFingerprint(original)?.size
  }

  private func isWhole(_ path: FilePath, bytes: Int, sha256: String) -> Bool {
    guard FileFingerprint(path)?.size == bytes else { return false }
    return (try? Hashing.sha256(ofFile: path)) == sha256
  }
}

/// An original whose record says that it was moved.
enum MovedOriginal {
  /// Removes the original's name and those of its sidecars, where the moved files are in their places.
  static func finish(original: FilePath, outputs: [OutputRecord], below output: FilePath) {
    unlink(original)
    for sidecar in outputs.flatMap(\.sidecars) {
      let place = output.appending(bytes: sidecar.file)
      guard FileFingerprint(place) != nil, let name = FilePath(bytes: sidecar.from.rawBytes).lastComponent
      else { continue }
      unlink(original.removingLastComponent().appending(name))
    }
  }

  static func unlink(_ path: FilePath) { path.withPlatformString { _ = Glibc.unlink($0) } }
}
