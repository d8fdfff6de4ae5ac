import Glibc
import Manifests
import SystemPackage

/// The bytes of an archive, read here and there through a small window. For one thread at a time.
package struct ArchiveBytes {
  /// How many there are.
  package let count: Int
  /// What the file system said when bytes could not be read; nil while all could.
  private(set) var failure: Errno?
  /// The number of bytes read, or what the file system said.
  private let read: (_ offset: Int, UnsafeMutableRawBufferPointer) -> Result<Int, Errno>
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
      return .success(part.count)
    }
  }

  /// Those of a regular file, which stays open as long as this value is there; nil for what is none or cannot be opened.
  init?(_ path: FilePath) {
    do throws(Errno) { try self.init(opening: path) } catch { return nil }
  }

  /// The same, with what the file system says; `EINVAL` for what is no regular file.
  init(opening path: FilePath) throws(Errno) {
    let file = try OpenFile(path)
    count = file.size
    read = { offset, buffer in
      while true {
        let count = pread(file.descriptor, buffer.baseAddress, buffer.count, offset)
        if count >= 0 { return .success(count) }
        if errno != EINTR { return .failure(Errno(rawValue: errno)) }
      }
    }
  }

  /// So many bytes from an offset on; fewer where the file ends, or cannot be read.
  mutating func bytes(at offset: Int, count wanted: Int) -> ArraySlice<UInt8> {
    guard offset < count else { return [] }
    let wanted = min(wanted, count - offset)
    if offset < start || offset + wanted > start + window.count {
      start = offset
      var failure: Errno?
      window = [UInt8](unsafeUninitializedCapacity: max(wanted, Self.windowLength)) {
        [read] buffer, filled in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        reading: while filled < wanted {
          switch read(offset + filled, UnsafeMutableRawBufferPointer(rebasing: raw[filled...])) {
          case .success(0): break reading
          case .success(let count): filled += count
          case .failure(let errno):
            failure = errno
            break reading
          }
        }
      }
      self.failure = failure ?? self.failure
    }
    let first = offset - start
    return window[first..<min(first + wanted, window.count)]
  }
}

/// A regular file that is open until the object's end.
private final class OpenFile {
  let descriptor: Int32
  let size: Int

  init(_ path: FilePath) throws(Errno) {
    let opened = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard opened >= 0 else { throw Errno(rawValue: errno) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw Errno.invalidArgument
    }
    descriptor = opened
    size = Int(status.st_size)
    // Reading ahead would fetch the photographs that are passed over.
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM)
  }

  deinit { close(descriptor) }
}
