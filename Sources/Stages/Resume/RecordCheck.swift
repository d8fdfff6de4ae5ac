import Glibc
import Manifests
import SystemPackage

/// Holds one record against what is on the disk.
struct RecordCheck: Sendable {
  let output: FilePath
  let retrying: Set<ReasonCode>

  /// Whether the photograph needs no work. Finishes the removal of a moved original that a crash has left behind.
  func holds(_ record: Record, original: PhotographPlace) -> Bool {
    if case .failed(let reason, _) = record.outcome, retrying.contains(reason) { return false }
    let areWhole = record.outputs.allSatisfy {
      isWhole(
        PhotographPlace(file: output.appending(bytes: $0.file)), bytes: $0.bytes, sha256: $0.sha256)
    }
    // A photograph that failed elsewhere keeps its original.
    let moved = record.status == .failed ? [] : record.outputs.filter { $0.placed == .move }
    guard let first = moved.first else { return areWhole && isUnchanged(original, record.input) }
    // What was moved away cannot be done again, and what stands at its old place since then is another photograph.
    guard isWhole(original, bytes: first.bytes, sha256: first.sha256) else { return true }
    if areWhole { MovedOriginal.finish(original: original.file, outputs: moved, below: output) }
    return areWhole
  }

  /// Whether the photograph still is what the record says it was, as far as it says.
  private func isUnchanged(_ original: PhotographPlace, _ input: InputRecord?) -> Bool {
    guard let input else { return true }
    if let sha256 = input.sha256, let bytes = input.bytes {
      return isWhole(original, bytes: bytes, sha256: sha256)
    }
    return input.bytes == FileFingerprint(original)?.size
  }

  private func isWhole(_ place: PhotographPlace, bytes: Int, sha256: String) -> Bool {
    guard FileFingerprint(place)?.size == bytes else { return false }
    return (try? place.sha256()) == sha256
  }
}

/// An original whose record says that it was moved.
enum MovedOriginal {
  /// Removes the names of its sidecars that are the same as those in the new place, and then the original's.
  static func finish(original: FilePath, outputs: [OutputRecord], below output: FilePath) {
    for sidecar in outputs.flatMap(\.sidecars) {
      let place = output.appending(bytes: sidecar.file)
      guard let name = FilePath(bytes: sidecar.from.rawBytes).lastComponent else { continue }
      let old = original.removingLastComponent().appending(name)
      guard let hash = try? Hashing.sha256(ofFile: old), (try? Hashing.sha256(ofFile: place)) == hash else {
        continue
      }
      unlink(old)
    }
    // Last, as when it was moved: its presence is what brings a resumed run here.
    unlink(original)
  }

  static func unlink(_ path: FilePath) { path.withPlatformString { _ = Glibc.unlink($0) } }
}
