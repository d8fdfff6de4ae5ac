/// What numbers of a manifest can be. A manifest may be anybody's, and what is computed with its numbers must not overflow.
enum RecordBounds {
  static let share = 0.0...1
  /// Pixels of one side; libvips ends at ten million.
  static let side = 0...100_000_000
  /// Places in a list of labels.
  static let index = 0...Int(Int32.max)
  /// Files, bytes, records.
  static let count = 0...(1 << 53)
  /// Pixels of a photograph, of what may lie outside of it, too.
  static let coordinate = -1e9...1e9
}

extension KeyedDecodingContainer {
  /// Reads a number that must be in a range.
  func decode<Number: Decodable & Comparable>(_ key: Key, in range: ClosedRange<Number>) throws -> Number {
    let number = try decode(Number.self, forKey: key)
    guard range.contains(number) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self,
        debugDescription: "\(number) is not from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The same for a number that may be missing.
  func decodeIfPresent<Number: Decodable & Comparable>(
    _ key: Key, in range: ClosedRange<Number>
  ) throws -> Number? {
    try contains(key) && !decodeNil(forKey: key) ? decode(key, in: range) : nil
  }
}
