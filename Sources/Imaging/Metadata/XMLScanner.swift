/// Cuts a well-formed piece of XML into its tokens. Document type declarations are refused, so there are no entities to expand.
struct XMLScanner {
  struct Attribute {
    let name: ArraySlice<UInt8>
    /// Without the quotes, entities as they stand.
    let value: ArraySlice<UInt8>
    /// Name and value as written.
    let source: ArraySlice<UInt8>
  }

  enum Token {
    /// Character data, also that of a CDATA section.
    case text(ArraySlice<UInt8>)
    case start(name: ArraySlice<UInt8>, attributes: [Attribute], isEmpty: Bool)
    case end(name: ArraySlice<UInt8>)
    case instruction(ArraySlice<UInt8>)
    case comment
  }

  /// What is no XML, or more than this reader takes.
  struct Malformed: Error {}

  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next token; nil at the end.
  mutating func next() throws(Malformed) -> Token? {
    guard let first = rest.first else { return nil }
    guard first == UInt8(ascii: "<") else {
      return .text(take { $0.firstIndex(of: UInt8(ascii: "<")) ?? $0.endIndex })
    }
    if rest.starts(with: "<?".utf8) { return .instruction(try take(through: "?>")) }
    if rest.starts(with: "<!--".utf8) {
      _ = try take(through: "-->")
      return .comment
    }
    if rest.starts(with: "<![CDATA[".utf8) { return .text(try take(through: "]]>")) }
    if rest.starts(with: "<!".utf8) { throw Malformed() }
    if rest.starts(with: "</".utf8) {
      rest = rest.dropFirst(2)
      let name = try takeName()
      skipBlanks()
      try expect(">")
      return .end(name: name)
    }
    rest = rest.dropFirst()
    return try startTag()
  }

  private mutating func startTag() throws(Malformed) -> Token {
    let name = try takeName()
    var attributes: [Attribute] = []
    while true {
      let blanks = skipBlanks()
      if rest.first == UInt8(ascii: ">") {
        try expect(">")
        return .start(name: name, attributes: attributes, isEmpty: false)
      }
      if rest.first == UInt8(ascii: "/") {
        try expect("/>")
        return .start(name: name, attributes: attributes, isEmpty: true)
      }
      guard blanks else { throw Malformed() }
      attributes.append(try attribute())
    }
  }

  private mutating func attribute() throws(Malformed) -> Attribute {
    let source = rest
    let name = try takeName()
    skipBlanks()
    try expect("=")
    skipBlanks()
    guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw Malformed()
    }
    rest = rest.dropFirst()
    guard let end = rest.firstIndex(of: quote) else { throw Malformed() }
    let value = rest[..<end]
    guard !value.contains(UInt8(ascii: "<")) else { throw Malformed() }
    rest = rest[(end + 1)...]
    return Attribute(name: name, value: value, source: source[..<rest.startIndex])
  }

  // MARK: Pieces

  private mutating func takeName() throws(Malformed) -> ArraySlice<UInt8> {
    let name = take { bytes in bytes.firstIndex { $0 <= 0x20 || "<>/='\"".utf8.contains($0) } ?? bytes.endIndex
    }
    guard !name.isEmpty else { throw Malformed() }
    return name
  }

  @discardableResult private mutating func skipBlanks() -> Bool {
    !take { bytes in bytes.firstIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? bytes.endIndex }.isEmpty
  }

  private mutating func expect(_ text: StaticString) throws(Malformed) {
    let wanted = text.description.utf8
    guard rest.starts(with: wanted) else { throw Malformed() }
    rest = rest.dropFirst(wanted.count)
  }

  private mutating func take(through end: StaticString) throws(Malformed) -> ArraySlice<UInt8> {
    let wanted = Array(end.description.utf8)
    var place = rest.startIndex
    while place < rest.endIndex {
      if rest[place...].starts(with: wanted) {
        defer { rest = rest[(place + wanted.count)...] }
        return rest[..<(place + wanted.count)]
      }
      place += 1
    }
    throw Malformed()
  }

  private mutating func take(to end: (ArraySlice<UInt8>) -> Int) -> ArraySlice<UInt8> {
    let place = end(rest)
    defer { rest = rest[place...] }
    return rest[..<place]
  }
}
