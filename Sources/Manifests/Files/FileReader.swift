import Foundation
import SystemPackage

/// Reads a file, or a part of one, from its beginning to its end in bounded memory.
struct FileReader: ~Copyable {
  let path: FilePath
  let descriptor: FileDescriptor
  private let part: Range<Int>

  /// - Parameter part: the bytes that are read, as far as the file has them; nil for all.
  init(_ path: FilePath, part: Range<Int>? = nil) throws(FileError) {
    self.path = path
    self.part = part ?? 0..<Int.max
    // Opening a FIFO must not wait for a writer.
    descriptor = try attempt(.open, path) {
      try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    }
  }

  deinit { try? descriptor.close() }

  /// Hands on one chunk after the other; each is there for the length of the call only.
  ///
  /// - Returns: the number of bytes that were read.
  @discardableResult
  func forEachChunk(_ body: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var position = part.lowerBound
    while position < part.upperBound {
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(part.upperBound - position))
      let count = try attempt(.read, path) {
        try descriptor.read(fromAbsoluteOffset: Int64(position), into: wanted)
      }
      if count == 0 { break }
      try body(UnsafeRawBufferPointer(rebasing: wanted[..<count]))
      position += count
    }
    return position - part.lowerBound
  }
}
