import Yams

/// The text of a YAML file, as YAML and as lines for people.
struct SourceText {
  /// Larger than any pipeline a person writes.
  private static let largest = 1 << 20
  /// An alias stands for all its anchor holds, aliases included: few of them are enough to write billions of nodes.
  private static let mostAliases = 32

  let name: String
  let text: String
  /// What the file is, for messages.
  private let kind: String

  init(name: String, text: String, kind: String = "a pipeline file") {
    self.name = name
    self.kind = kind
    self.text = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// The root of the one document; nil where the file is empty.
  func root() throws(Diagnostic) -> Node? {
    guard text.utf8.count <= Self.largest else {
      throw Diagnostic(file: name, line: 0, column: 0, message: "larger than 1 MiB: not \(kind)")
    }
    guard aliases <= Self.mostAliases else {
      throw Diagnostic(
        file: name, line: 0, column: 0,
        message: "more than \(Self.mostAliases) aliases (*): write the values out")
    }
    do {
      return try Yams.compose(yaml: text)
    } catch {
      throw diagnostic(of: error)
    }
  }

  /// The column at which the text of a scalar begins, from 1; nil where the file does not hold it letter for letter on one line, as
  /// with escapes and folded lines.
  func column(ofTextIn scalar: Node.Scalar) -> Int? {
    guard let mark = scalar.mark, mark.line >= 1 else { return nil }
    let lines = Self.lines(of: text)
    guard mark.line <= lines.count else { return nil }
    let isQuoted = [.singleQuoted, .doubleQuoted].contains(scalar.style)
    let start = mark.column + (isQuoted ? 1 : 0)
    let rest = lines[mark.line - 1].unicodeScalars.dropFirst(start - 1)
    return rest.starts(with: scalar.string.unicodeScalars) ? start : nil
  }

  /// The lines of a text, without their ends.
  static func lines(of text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// At least as many as there are: stars that stand where a value can begin.
  private var aliases: Int {
    var count = 0
    var previous: UInt8 = 0x20
    var wasStar = false
    for byte in text.utf8 {
      if wasStar, byte > 0x20 { count += 1 }
      wasStar = byte == UInt8(ascii: "*") && (previous <= 0x20 || "[{,:?-".utf8.contains(previous))
      previous = byte
    }
    return count
  }

  private func diagnostic(of error: any Error) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let plain = [
        "but found another document": "a second document begins here; \(kind) has one",
        "found undefined alias": "no anchor (&) of this name stands before this alias",
      ]
      return Diagnostic(
        file: name, line: mark.line, column: mark.column, message: plain[problem] ?? "YAML: \(problem)")
    case .reader(let problem, let offset, _, _):
      let before = text.prefix(offset ?? 0)
      let line = Self.lines(of: String(before))
      return Diagnostic(
        file: name, line: line.count, column: (line.last?.unicodeScalars.count ?? 0) + 1,
        message: "YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      let words = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
      return Diagnostic(
        file: name, line: context.mark.line, column: context.mark.column,
        message: "\(words) \(keys.count == 1 ? "stands" : "stand") twice in this mapping".printable)
    default: return Diagnostic(file: name, line: 1, column: 1, message: "not a YAML file")
    }
  }
}
