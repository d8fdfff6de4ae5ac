/// Random access to the bytes of a file, on disk or in memory, through a window that moves along.
///
/// Reading beyond the end answers nil, and so does a read that fails: for the container probe both mean the same.
struct ByteWindow {
  private static let length = 64 << 10

  /// The bytes of the file.
  let count: Int
  private let fill: (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int
  private var window: [UInt8] = []
  private var start = 0

  /// `file` must stay open as long as this value is used.
  init(_ file: borrowing ImageFile) {
    let (descriptor, start, size) = (file.descriptor, file.start, file.size)
    count = size
    fill = { offset, buffer in
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(size - offset))
      return (try? ImageFile.read(descriptor, at: start + offset, into: part)) ?? 0
    }
  }

  /// `bytes` must stay valid as long as this value is used.
  init(_ bytes: UnsafeRawBufferPointer) {
    count = bytes.count
    fill = { offset, buffer in
      let part = bytes[offset..<min(offset + buffer.count, bytes.count)]
      buffer.copyBytes(from: part)
      return part.count
    }
  }

  /// The byte at an offset.
  subscript(offset: Int) -> UInt8? {
    mutating get {
      guard offset >= 0, offset < count else { return nil }
      if offset < start || offset >= start + window.count {
        start = offset
        window = [UInt8](unsafeUninitializedCapacity: Self.length) { [fill] buffer, filled in
          filled = fill(offset, UnsafeMutableRawBufferPointer(buffer))
        }
      }
      return offset < start + window.count ? window[offset - start] : nil
    }
  }

  /// The whole number of `size` bytes, at most 8, at an offset; values above `Int.max` become it.
  mutating func integer(at offset: Int, size: Int, bigEndian: Bool) -> Int? {
    var value: UInt64 = 0
    for index in 0..<size {
      guard let byte = self[offset + (bigEndian ? index : size - 1 - index)] else { return nil }
      value = value << 8 | UInt64(byte)
    }
    return Int(clamping: value)
  }

  /// Whether the bytes at an offset are these.
  mutating func matches(_ text: StaticString, at offset: Int) -> Bool {
    for (index, byte) in text.description.utf8.enumerated() where self[offset + index] != byte { return false }
    return true
  }
}
