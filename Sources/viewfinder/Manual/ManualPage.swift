import Foundation

/// A page of the manual, in mdoc: the macros say what is an option, a file or an example, and `man` how that looks.
struct ManualPage {
  /// Like `viewfinder-run`.
  let name: String
  /// 1 for commands, 5 for files.
  let section: Int
  private var lines: [String]

  /// A word or an option with what it means. `term` is mdoc already, see ``argument(_:)``.
  struct Item {
    let term: String
    let text: String

    init(_ term: String, _ text: String) {
      self.term = term
      self.text = text
    }
  }

  /// - Parameters:
  ///   - summary: a line for NAME, without capital and full stop there.
  ///   - date: the page's date, in universal time.
  init(name: String, section: Int, summary: String, date: Date) {
    self.name = name
    self.section = section
    lines = [
      ".Dd \(Self.written(date))", ".Dt \(Self.escaped(name.uppercased())) \(section)",
      ".Os Viewfinder \(Version.current)", ".Sh NAME", ".Nm \(Self.escaped(name))",
      ".Nd \(Self.escaped(Self.asPart(summary)))",
    ]
  }

  /// Like `man1/viewfinder-run.1`.
  var path: String { "man\(section)/\(name).\(section)" }

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func heading(_ title: String) { lines.append(".Sh \(title.uppercased())") }

  mutating func part(_ title: String) { lines.append(".Ss \(Self.escaped(title))") }

  /// A line as it is, for macros that are rarely wanted.
  mutating func macro(_ line: String) { lines.append("." + line) }

  /// One paragraph.
  mutating func prose(_ text: String) {
    let starts = [".Sh", ".Ss", ".It"]
    if let last = lines.last, !starts.contains(String(last.prefix(3))) { lines.append(".Pp") }
    lines += Self.filled(text)
  }

  /// Lines to be typed, or seen, as they stand.
  mutating func code(_ text: String) {
    lines.append(".Bd -literal -offset indent")
    lines += text.split(separator: "\n", omittingEmptySubsequences: false).map {
      Self.guarded(Self.escaped(String($0)))
    }
    lines.append(".Ed")
  }

  /// - Parameter width: a text as wide as the terms, to put the meanings beside them; nil puts them below.
  mutating func list(_ items: [Item], width: String? = nil) {
    guard !items.isEmpty else { return }
    lines.append(width.map { ".Bl -tag -width \(Self.argument($0)) -compact" } ?? ".Bl -tag -width Ds")
    for item in items {
      lines.append(".It " + item.term)
      prose(item.text)
    }
    lines.append(".El")
  }

  /// A text as one argument of a macro; never taken for a macro itself.
  static func argument(_ text: String) -> String { "\"\\&\(escaped(text))\"" }

  /// Without a capital at its beginning, unless it is that of an abbreviation, and without a full stop.
  private static func asPart(_ sentence: String) -> String {
    let isWord = sentence.dropFirst().first?.isLowercase ?? false
    let text = isWord ? sentence.prefix(1).lowercased() + sentence.dropFirst() : sentence
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// A sentence begins on a new line, as the language wants it, and no line is long.
  private static func filled(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in escaped(text, marksCode: true).split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 78 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? guarded(String(word)) : " " + word
      let end = word.last { !")\"".contains($0) }
      if end == "." || end == "!" || end == "?" {
        lines.append(line)
        line = ""
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// A line that begins with a dot would be a macro.
  private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }

  /// - Parameter marksCode: whether what stands between backticks is set in bold instead.
  private static func escaped(_ text: String, marksCode: Bool = false) -> String {
    let marksCode = marksCode && text.count { $0 == "`" }.isMultiple(of: 2)
    var isCode = false
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "`" where marksCode:
        isCode.toggle()
        result += isCode ? "\\fB" : "\\fR"
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return result
  }

  private static func written(_ date: Date) -> String {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December",
    ]
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let day = calendar.dateComponents([.year, .month, .day], from: date)
    return "\(months[day.month! - 1]) \(day.day!), \(day.year!)"
  }
}
