import Glibc
import Manifests
import SystemPackage

/// The bytes of an archive, read here and there through a small window. For one thread at a time.
package struct ArchiveBytes {
  /// How many there are.
  package let count: Int
  private let read: (_ offset: Int, UnsafeMutableRawBufferPointer) -> Int
  private var window: [UInt8] = []
  private var start = 0

  /// Enough for the small files that stand beside a photograph; more would read photographs only to pass over them.
  private static let windowLength = 16 << 10

  /// Bytes at hand.
  package init(_ bytes: [UInt8]) {
    count = bytes.count
    read = { offset, buffer in
      let part = bytes[offset..<min(offset + buffer.count, bytes.count)]
      buffer.copyBytes(from: part)
      return part.count
    }
  }

  /// Those of a regular file, which stays open as long as this value is there; nil for what is none or cannot be opened.
  init?(_ path: FilePath) {
    guard let file = OpenFile(path) else { return nil }
    count = file.size
    read = { offset, buffer in
      while true {
        let count = pread(file.descriptor, buffer.baseAddress, buffer.count, offset)
        if count >= 0 || errno != EINTR { return max(0, count) }
      }
    }
  }

  /// So many bytes from an offset on; fewer where the file ends, or cannot be read.
  mutating func bytes(at offset: Int, count wanted: Int) -> ArraySlice<UInt8> {
    guard offset < count else { return [] }
    let wanted = min(wanted, count - offset)
    if offset < start || offset + wanted > start + window.count {
      start = offset
      window = [UInt8](unsafeUninitializedCapacity: max(wanted, Self.windowLength)) {
        [read] buffer, filled in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        while filled < wanted {
          let rest = UnsafeMutableRawBufferPointer(rebasing: raw[filled...])
          let count = read(offset + filled, rest)
          if count == 0 { break }
          filled += count
        }
      }
    }
    let first = offset - start
    return window[first..<min(first + wanted, window.count)]
  }
}

/// A regular file that is open until the object's end.
private final class OpenFile {
  let descriptor: Int32
  let size: Int

  init?(_ path: FilePath) {
    let opened = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard opened >= 0 else { return nil }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      return nil
    }
    descriptor = opened
    size = Int(status.st_size)
    // Reading ahead would fetch the photographs that are passed over.
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM)
  }

  deinit { close(descriptor) }
}
