import Foundation
import Glibc
import Manifests
import SystemPackage

/// A folder for files that pass between this program and one it has started. It goes, with all it holds, at the end of its life.
final class ScratchFolder: Sendable {
  /// Absolute, below `TMPDIR`.
  let path: FilePath

  /// Makes one that nobody else may look into.
  init() throws(FileError) {
    let place = FilePath(FileManager.default.temporaryDirectory.path).absolute.appending("viewfinder-XXXXXX")
    var name = place.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: place.length + 1)) }
    guard mkdtemp(&name) != nil else { throw FileError(.makeDirectory, place, Errno(rawValue: errno)) }
    path = name.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  /// Removes what is in it.
  func empty() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? [] {
      try? FileManager.default.removeItem(atPath: path.appending(name).string)
    }
  }
}
