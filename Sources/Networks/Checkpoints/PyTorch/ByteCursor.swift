import Foundation

/// Reads numbers and stretches of bytes that nobody vouches for, one after the other: every step is checked.
struct ByteCursor {
  /// The file, as messages give it.
  let origin: String
  private let bytes: Data
  private let end: Int
  /// The next byte, counted from the start of the file.
  private(set) var position: Int

  /// A cursor over `range` of a file's bytes, whose indices start at 0.
  init(_ bytes: Data, in range: Range<Int>, origin: String) {
    precondition(bytes.startIndex == 0 && range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.origin = origin
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// How many bytes are left.
  var remaining: Int { end - position }

  /// The next bytes, not copied.
  mutating func take(_ count: Int) throws(ModelError) -> Data {
    guard count >= 0, count <= remaining else {
      throw malformed("ends early: \(count) bytes are needed at byte \(position), \(remaining) are left")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The next number, little-endian.
  mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(ModelError) -> Number {
    let raw = try take(MemoryLayout<Number>.size)
    return raw.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }

  /// The next byte as a count or an index.
  mutating func byte() throws(ModelError) -> Int { Int(try number(UInt8.self)) }

  /// The text of so many bytes of UTF-8.
  mutating func text(_ count: Int) throws(ModelError) -> String {
    let start = position
    guard let text = String(bytes: try take(count), encoding: .utf8) else {
      throw malformed("has a text at byte \(start) that is not UTF-8")
    }
    return text
  }

  /// The text up to the next line feed, which is passed over. At most `limit` bytes are looked at.
  mutating func line(limit: Int) throws(ModelError) -> String {
    let window = bytes[position..<min(end, position + limit)]
    guard let lineFeed = window.firstIndex(of: 0x0A) else {
      throw malformed("has no end of line where one is due after byte \(position)")
    }
    let line = try text(lineFeed - position)
    position += 1
    return line
  }

  /// An error about the file.
  func malformed(_ detail: String) -> ModelError { ModelError(.malformed, in: origin, detail) }
}
