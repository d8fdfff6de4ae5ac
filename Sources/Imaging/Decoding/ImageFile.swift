import Glibc

/// An open regular file, or a part of one that is read as if it were the whole; closed at the end of its life.
package struct ImageFile: ~Copyable, Sendable {
  /// The open descriptor; read with pread(2) only, so its position never matters.
  let descriptor: Int32
  /// Where in the file the first byte of the photograph is: 0, unless it is a part.
  let start: Int
  /// The size in bytes when it was opened: of the part, where there is one.
  package let size: Int
  /// Whether there is more than `size` bytes without that meaning anything.
  let isPart: Bool

  /// Opens a file for reading. A path is bytes without a zero: it need not be UTF-8.
  ///
  /// - Parameter part: the bytes of the file that are the photograph; nil for all of them.
  /// - Throws: `unreadable` with the errno of open(2) or fstat(2); EINVAL for what is not a regular file (EISDIR for
  ///   a directory), found without waiting for the writer of a FIFO; `changed` where the file ends before the part does.
  package init(path: some Sequence<UInt8>, part: Range<Int>? = nil) throws(ImagingError) {
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
      if let part, part.lowerBound < 0 || part.upperBound > Int(status.st_size) { throw .changed }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    start = part?.lowerBound ?? 0
    size = part?.count ?? Int(status.st_size)
    isPart = part != nil
  }

  /// The same for a path that is text.
  package init(path: String) throws(ImagingError) { try self.init(path: path.utf8) }

  deinit { close(descriptor) }
}

extension ImageFile {
  /// Reads up to `buffer.count` bytes from `offset` on: fewer only where the photograph ends. What is no part may have grown since it was
  /// opened, and is read on.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImagingError) -> Int {
    let count = isPart ? min(buffer.count, max(0, size - offset)) : buffer.count
    return try Self.read(
      descriptor, at: start + offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
  }

  /// The same for a bare descriptor, at an offset of the whole file.
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
