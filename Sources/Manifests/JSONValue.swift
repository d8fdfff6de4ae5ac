/// A JSON document whose objects keep the order of their members.
///
/// Foundation's encoder orders keys by the alphabet or not at all; people read manifests, so the order here is ours.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// NaN and infinity, which JSON cannot say, are written as `null`.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A key and its value. Keys of one object should differ.
  package struct Member: Hashable, Sendable {
    /// The name.
    package let key: String
    /// What it stands for.
    package let value: JSONValue

    /// Takes the values as they are.
    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// An object with the members that are not `nil`, in this order.
  package init(members: KeyValuePairs<String, JSONValue?>) {
    self = .object(members.compactMap { key, value in value.map { Member(key, $0) } })
  }

  /// The document on one line.
  package var bytes: [UInt8] {
    var output: [UInt8] = []
    write(to: &output, depth: nil)
    return output
  }

  /// The document with one member or element a line, indented by two spaces, and a final newline.
  package var indentedBytes: [UInt8] {
    var output: [UInt8] = []
    write(to: &output, depth: 0)
    output.append(UInt8(ascii: "\n"))
    return output
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
}

// MARK: - Writing

extension JSONValue {
  /// Appends the document; at `depth` nil without any white space.
  func write(to output: inout [UInt8], depth: Int?) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .integer(let value): output += String(value).utf8
    case .number(let value): Self.write(value, to: &output)
    case .string(let value): Self.write(value, to: &output)
    case .array(let elements):
      Self.writeList(elements, in: "[]", to: &output, depth: depth) { element, output, depth in
        element.write(to: &output, depth: depth)
      }
    case .object(let members):
      Self.writeList(members, in: "{}", to: &output, depth: depth) { member, output, depth in
        Self.write(member.key, to: &output)
        output += (depth == nil ? ":" : ": ").utf8
        member.value.write(to: &output, depth: depth)
      }
    }
  }

  private static func writeList<Item>(
    _ items: [Item], in brackets: StaticString, to output: inout [UInt8], depth: Int?,
    _ writeItem: (Item, inout [UInt8], Int?) -> Void
  ) {
    output.append(brackets.utf8Start[0])
    for (index, item) in items.enumerated() {
      if index > 0 {
        output.append(UInt8(ascii: ","))
      }
      breakLine(depth.map { $0 + 1 }, to: &output)
      writeItem(item, &output, depth.map { $0 + 1 })
    }
    if !items.isEmpty {
      breakLine(depth, to: &output)
    }
    output.append(brackets.utf8Start[1])
  }

  private static func breakLine(_ depth: Int?, to output: inout [UInt8]) {
    guard let depth else { return }
    output.append(UInt8(ascii: "\n"))
    output += repeatElement(UInt8(ascii: " "), count: 2 * depth)
  }

  /// The shortest digits that read back as the same number; integral values without a point.
  private static func write(_ value: Double, to output: inout [UInt8]) {
    guard value.isFinite else {
      output += "null".utf8
      return
    }
    output += (Int(exactly: value).map(String.init) ?? value.description).utf8
  }

  private static func write(_ value: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += #"\""#.utf8
      case UInt8(ascii: "\\"): output += #"\\"#.utf8
      case UInt8(ascii: "\n"): output += #"\n"#.utf8
      case UInt8(ascii: "\r"): output += #"\r"#.utf8
      case UInt8(ascii: "\t"): output += #"\t"#.utf8
      case 0..<0x20:
        output += #"\u00"#.utf8
        output += Hexadecimal.digits(of: CollectionOfOne(byte))
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
