/// What a pax header says of the member behind it: lines of `LENGTH KEY=VALUE`.
struct PaxFields {
  /// The bytes are no such lines, or a number is none.
  struct Malformed: Error {}

  private(set) var path: [UInt8]?
  /// Bytes of contents.
  private(set) var size: Int?
  /// Whole seconds since 1970.
  private(set) var modified: Int?
  /// The name of a file with holes, whose own stands for its pieces.
  private(set) var sparseName: [UInt8]?
  /// Whether the contents are pieces of a file with holes.
  private(set) var isSparse = false

  /// Takes further fields; they count more than those that are there.
  mutating func add(_ bytes: [UInt8]) throws(Malformed) {
    // Some archivers pad with zeros.
    var rest = bytes[...]
    while let first = rest.first, first != 0 {
      guard let blank = rest.prefix(20).firstIndex(of: UInt8(ascii: " ")),
        let length = Self.decimal(rest[..<blank]), length > blank - rest.startIndex + 1, length <= rest.count
      else { throw Malformed() }
      let line = rest.prefix(length)
      rest = rest.dropFirst(length)
      guard line.last == UInt8(ascii: "\n") else { throw Malformed() }
      let pair = line[(blank + 1)...].dropLast()
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { throw Malformed() }
      try set(String(decoding: pair[..<equals], as: UTF8.self), Array(pair[(equals + 1)...]))
    }
  }

  private mutating func set(_ key: String, _ value: [UInt8]) throws(Malformed) {
    // A field without a value takes back what was said before.
    let given = value.isEmpty ? nil : value
    switch key {
    case "path": path = given
    case "size":
      size = given.flatMap { Self.decimal($0[...]) }
      if given != nil, size == nil { throw Malformed() }
    case "mtime": modified = given.flatMap(Self.wholeSeconds)
    case "GNU.sparse.name": sparseName = given
    default: break
    }
    if key.hasPrefix("GNU.sparse.") { isSparse = true }
  }

  /// Digits and nothing else; nil for what is larger than an `Int` too.
  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    let known = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard !digits.isEmpty, digits.allSatisfy({ known.contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// The second in which a time lies that may have a fraction and a sign.
  private static func wholeSeconds(_ value: [UInt8]) -> Int? {
    Double(String(decoding: value, as: UTF8.self)).flatMap { Int(exactly: $0.rounded(.down)) }
  }
}
