/// Names with words beside them, laid out for a width: what does not fit goes on in the next line, below the words.
struct WordTable {
  struct Row {
    let name: String
    /// Lines end between these, never in one: a path stays whole, to be copied.
    let words: [String]
    let ink: Ink

    init(_ name: String, _ words: [String], _ ink: Ink = .dim) {
      self.name = name
      self.words = words
      self.ink = ink
    }

    /// Lines may end at every space of the text.
    init(_ name: String, _ text: String, _ ink: Ink = .dim) {
      self.init(name, text.split(separator: " ").map(String.init), ink)
    }
  }

  let rows: [Row]

  /// However narrow it is, so many columns are for the words.
  private static let leastRoom = 16

  /// The lines, with the names in their colours or in none.
  func lines(width: Int, coloured: Bool) -> [String] {
    let indent = (rows.map(\.name.count).max() ?? 0) + 2
    return rows.flatMap { row in
      Self.broken(row.words, width: max(width - indent, Self.leastRoom)).enumerated().map { index, text in
        let name = index == 0 ? row.name : ""
        let space = String(repeating: " ", count: indent - name.count)
        return (coloured ? row.ink.on(name) : name) + space + text
      }
    }
  }

  /// Words in lines of a width, as many in each as fit.
  static func broken(_ words: [String], width: Int) -> [String] {
    words.reduce(into: []) { lines, word in
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
  }
}
