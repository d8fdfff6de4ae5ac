import Glibc

/// An open regular file, closed at the end of its life.
package struct ImageFile: ~Copyable, Sendable {
  /// The open descriptor; read with pread(2) only, so its position never matters.
  let descriptor: Int32
  /// The size in bytes when it was opened.
  package let size: Int

  /// Opens a file for reading. A path is bytes without a zero: it need not be UTF-8.
  ///
  /// - Throws: `unreadable` with the errno of open(2) or fstat(2); EINVAL for what is not a regular file (EISDIR for
  ///   a directory), found without waiting for the writer of a FIFO.
  package init(path: some Sequence<UInt8>) throws(ImagingError) {
    var name = path.map { CChar(bitPattern: $0) }
    guard !name.contains(0) else { throw .unreadable(call: "open", errno: ENOENT) }
    name.append(0)
    let descriptor = try uninterrupted("open") { open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    var status = stat()
    do throws(ImagingError) {
      _ = try uninterrupted("fstat") { fstat(descriptor, &status) }
      let kind = status.st_mode & S_IFMT
      guard kind == S_IFREG else {
        throw .unreadable(call: "open", errno: kind == S_IFDIR ? EISDIR : EINVAL)
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.size = Int(status.st_size)
  }

  /// The same for a path that is text.
  package init(path: String) throws(ImagingError) { try self.init(path: path.utf8) }

  deinit { close(descriptor) }
}

extension ImageFile {
  /// Reads up to `buffer.count` bytes from `offset` on: fewer only where the file ends.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImagingError) -> Int {
    try Self.read(descriptor, at: offset, into: buffer)
  }

  /// The same for a bare descriptor.
  static func read(
    _ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ImagingError) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try uninterrupted("read") { pread(descriptor, rest.baseAddress, rest.count, offset + done) }
      if count == 0 { break }
      done += count
    }
    return done
  }
}
