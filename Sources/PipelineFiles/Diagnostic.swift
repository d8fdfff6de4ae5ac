/// Something wrong at a place in a pipeline file.
package struct Diagnostic: Error, Hashable, Sendable, Comparable {
  package let file: String
  /// From 1. Zero where the trouble is not in the file but on the command line.
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int
  package let message: String

  package static func < (a: Diagnostic, b: Diagnostic) -> Bool {
    (a.line, a.column, a.message) < (b.line, b.column, b.message)
  }

  /// `file:line:column: error: message`
  package var summary: String {
    line == 0 ? "\(file): error: \(message)" : "\(file):\(line):\(column): error: \(message)"
  }

  /// Longer lines are not shown: no terminal would keep the caret below its place.
  private static let longestLine = 400

  /// The summary, with the line it speaks of and a caret below the place.
  package func rendered(source: String) -> String {
    let lines = SourceText.lines(of: source)
    guard line > 0, line <= lines.count, lines[line - 1].count <= Self.longestLine else { return summary }
    let text = lines[line - 1]
    // One blank for each character, however many scalars it has. Tabs stay tabs: they are as wide in both lines.
    let before = String(text.unicodeScalars.prefix(max(column - 1, 0)))
    let indent = before.map { $0 == "\t" ? "\t" : " " }.joined()
    return "\(summary)\n    \(text)\n    \(indent)^"
  }
}

/// Everything that is wrong with a pipeline file, in the order of the file.
package struct Diagnostics: Error, Sendable {
  package let all: [Diagnostic]
  private let source: String

  init(_ all: [Diagnostic], source: String) {
    self.all = Array(Set(all)).sorted()
    self.source = source
  }

  /// Text for people: each diagnostic with its line.
  package var rendered: String { all.map { $0.rendered(source: source) }.joined(separator: "\n") }
}

/// "did you mean": the nearest of some words, if one is near.
package enum Suggestion {
  /// Text to append to a message; empty where nothing is near.
  package static func text(for word: String, among words: some Sequence<String>) -> String {
    let limit = max(1, word.count / 3)
    let near = words.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased(), limit: limit)) }
      .filter { $0.distance <= limit }
      .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    return near.map { "; did you mean '\($0.word)'?" } ?? ""
  }

  /// The same, but where nothing is near it says what there is.
  static func orList(for word: String, among words: [String]) -> String {
    let near = text(for: word, among: words)
    return near.isEmpty && !words.isEmpty ? "; there are \(words.joined(separator: ", "))" : near
  }

  /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other (optimal string alignment).
  private static func distance(_ a: String, _ b: String, limit: Int) -> Int {
    let (a, b) = (Array(a), Array(b))
    guard abs(a.count - b.count) <= limit else { return limit + 1 }
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

extension String {
  /// The text with control characters shown as escapes, and not longer than a message should be: words of a file are repeated in
  /// messages, and must not steer a terminal.
  var printable: String {
    let escaped = unicodeScalars.map { scalar in
      let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
      return isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
    return escaped.count <= 500 ? escaped : escaped.prefix(500) + "…"
  }
}
