/// What a command's help says at length, taken apart by the forms it is written in.
struct Discussion {
  enum Part: Equatable {
    case prose(String)
    /// A command to be typed: what stands behind a colon and two spaces.
    case command(String)
    /// Lines like `csv: one table`.
    case words([Word])
  }

  struct Word: Equatable {
    let name: String
    let text: String
  }

  /// An option as ``Shortcut`` lists those of its stages: `  --margin <share>`, with the text on the lines below it.
  struct Option: Equatable {
    let name: String
    /// What its value is; nil where it is a flag.
    let value: String?
    var text: String
  }

  private(set) var parts: [Part] = []
  private(set) var options: [Option] = []

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for paragraph in lines.split(whereSeparator: { $0.isEmpty }) {
      if paragraph.first?.hasPrefix("  -") == true {
        add(options: Array(paragraph))
      } else {
        add(Array(paragraph))
      }
    }
  }

  private mutating func add(options lines: [String]) {
    for line in lines {
      let words = line.trimmingPrefix { $0 == " " }
      if line.hasPrefix("  -") {
        let halves = words.split(separator: " ", maxSplits: 1).map(String.init)
        // Of a switch and its opposite, `--modified/--no-modified`, the first.
        let name = String(halves[0].prefix { $0 != "/" }.trimmingPrefix { $0 == "-" })
        let value = halves.count < 2 ? nil : String(halves[1].dropFirst().dropLast())
        options.append(Option(name: name, value: value, text: ""))
      } else if !options.isEmpty {
        let text = options[options.count - 1].text
        options[options.count - 1].text = text.isEmpty ? String(words) : text + " " + words
      }
    }
  }

  private mutating func add(_ lines: [String]) {
    let words = lines.compactMap { line -> Word? in
      guard let match = line.wholeMatch(of: /([a-z0-9\-]+): (\S.*)/) else { return nil }
      return Word(name: String(match.1), text: String(match.2))
    }
    if words.count == lines.count {
      parts.append(.words(words))
      return
    }
    var prose: [Substring] = []
    for line in lines {
      let halves = line.split(separator: ":  ", maxSplits: 1)
      if halves.count == 2 {
        parts.append(.prose((prose + [halves[0] + ":"]).joined(separator: " ")))
        parts.append(.command(String(halves[1])))
        prose = []
      } else {
        prose.append(Substring(line))
      }
    }
    if !prose.isEmpty { parts.append(.prose(prose.joined(separator: " "))) }
  }
}
