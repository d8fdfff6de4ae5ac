import Foundation
import SystemPackage

/// Reads a regular file line by line in bounded memory.
struct LineReader: ~Copyable {
  struct Line {
    /// Without the newline.
    let bytes: [UInt8]
    /// Where the line begins in the file.
    let offset: Int
    /// False for a last line that no newline ends.
    let isWhole: Bool
  }

  /// No line is longer than this; a record has a few thousand bytes.
  static let longestLine = 16 << 20

  private let path: FilePath
  private let descriptor: FileDescriptor
  private let chunk: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var offset = 0
  private var lineNumber = 0

  /// - Parameter chunk: how many bytes are read at once.
  init(_ path: FilePath, chunk: Int = 1 << 18) throws(ManifestError) {
    descriptor = try Self.open(path)
    self.path = path
    self.chunk = chunk
  }

  deinit { try? descriptor.close() }

  private static func open(_ path: FilePath) throws(ManifestError) -> FileDescriptor {
    let descriptor = try onFile { () throws(FileError) in
      // Opening a FIFO must not wait for a writer.
      try attempt(.open, path) {
        try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
      }
    }
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      try? descriptor.close()
      throw .malformed(path, line: 1, detail: "not a regular file")
    }
    return descriptor
  }

  /// The next line; `nil` at the end.
  mutating func next() throws(ManifestError) -> Line? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        return take(upTo: end, isWhole: true)
      }
      guard buffer.count - start < Self.longestLine else {
        throw .malformed(path, line: lineNumber + 1, detail: "longer than \(Self.longestLine) bytes")
      }
      let unread = buffer.count - start
      guard try fill() else {
        return unread == 0 ? nil : take(upTo: buffer.count, isWhole: false)
      }
      searched = start + unread
    }
  }

  private mutating func take(upTo end: Int, isWhole: Bool) -> Line {
    let line = Line(bytes: Array(buffer[start..<end]), offset: offset, isWhole: isWhole)
    offset += end - start + (isWhole ? 1 : 0)
    start = end + (isWhole ? 1 : 0)
    lineNumber += 1
    return line
  }

  /// The length of the whole file and its SHA-256, wherever the reading stands: of the very file that is read, also when
  /// another has taken its name.
  func fingerprint() throws(ManifestError) -> (bytes: Int, sha256: String) {
    try onFile { () throws(FileError) in try Hashing.sha256(of: descriptor, path) }
  }

  /// Drops what was taken and reads a further chunk; false at the end of the file.
  private mutating func fill() throws(ManifestError) -> Bool {
    buffer.removeFirst(start)
    start = 0
    var failure: (any Error)?
    let chunk = [UInt8](unsafeUninitializedCapacity: chunk) { bytes, count in
      do { count = try descriptor.read(into: UnsafeMutableRawBufferPointer(bytes)) } catch { failure = error }
    }
    if let failure { throw .file(FileError(.read, path, failure as? Errno ?? .ioError)) }
    buffer += chunk
    return !chunk.isEmpty
  }
}
