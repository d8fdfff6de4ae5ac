/// Why a text is no value of an option; a sentence that ends without a full stop.
package struct OptionProblem: Error, Hashable, Sendable {
  package let message: String
  /// Values that would have been right, for "did you mean".
  package let candidates: [String]

  package init(message: String, candidates: [String] = []) {
    self.message = message
    self.candidates = candidates
  }
}

extension OptionKind {
  /// Reads one written value, as it stands in a pipeline file or on the command line.
  package func value(of text: String) throws(OptionProblem) -> OptionValue {
    switch self {
    case .boolean:
      guard let value = ["true": true, "yes": true, "false": false, "no": false][text.lowercased()] else {
        throw problem("'\(text)' is not true or false")
      }
      return .boolean(value)
    case .integer(let range):
      guard let value = Int(text) else { throw problem("'\(text)' is not a whole number") }
      guard range.contains(value) else { throw problem("\(text) is not in \(Self.written(range))") }
      return .integer(value)
    case .number(let range):
      return .number(try Self.number(text, in: range))
    case .fraction(let range):
      return .number(try Self.number(text, in: range, takesPercent: true))
    // A condition is read where the known facts are; here it is its text.
    case .text, .condition: return .text(text)
    case .choice(let words), .choices(let words):
      guard words.contains(text) else {
        throw OptionProblem(
          message: "'\(text)' is not one of \(words.joined(separator: ", "))", candidates: words)
      }
      if case .choice = self { return .text(text) }
      return .list([text])
    case .command:
      throw problem(
        "a list of words is wanted here, the program first, like [python3, judge.py, --strict]; no shell takes a text apart"
      )
    case .parsed(let format), .list(let format):
      if let trouble = format.problem(text) { throw problem("'\(text)' is not a \(format.name): \(trouble)") }
      if case .list = self { return .list([text]) }
      return .text(text)
    }
  }

  /// Reads a list of written values; only ``choices(_:)``, ``list(_:)`` and ``command`` take one.
  package func value(ofList texts: [String]) throws(OptionProblem) -> OptionValue {
    guard isList else { throw problem("one value is wanted here, not a list") }
    if case .command = self { return .list(try Self.command(texts)) }
    guard texts.count <= Self.mostListed else { throw problem("more than \(Self.mostListed) values") }
    var words: [String] = []
    for text in texts {
      _ = try value(of: text)
      guard !words.contains(text) else { throw problem("'\(text)' stands twice") }
      words.append(text)
    }
    guard !words.isEmpty else { throw problem("the list is empty") }
    return .list(words)
  }

  private static func command(_ words: [String]) throws(OptionProblem) -> [String] {
    let problem: String? =
      if words.isEmpty {
        "the list is empty; it begins with a program"
      } else if words.count > mostWords {
        "more than \(mostWords) words"
      } else if words[0].isEmpty {
        "the first word is empty; it names a program"
      } else if words.contains(where: { $0.unicodeScalars.contains("\0") }) {
        "a word holds a zero, which no program can be given"
      } else {
        nil
      }
    if let problem { throw OptionProblem(message: problem) }
    return words
  }

  /// The type in words, for help: `integer 1...100`, `one of jpeg, png`.
  package var summary: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range): "integer \(Self.written(range))"
    case .number(let range): "number \(Self.written(range))"
    case .fraction(let range): "share \(Self.written(range)), or a percentage"
    case .text: "text"
    case .condition: "condition, like score >= 0.5 and label != \"web site\""
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    case .choices(let words): "list out of \(words.joined(separator: ", "))"
    case .command: "list of words: a program and its arguments"
    case .list(let format): "list of \(format.name)s, each like \(format.example)"
    case .parsed(let format): "\(format.name), like \(format.example)"
    }
  }

  private static func number(
    _ text: String, in range: ClosedRange<Double>, takesPercent: Bool = false
  ) throws(OptionProblem) -> Double {
    let isPercent = takesPercent && text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text), number.isFinite else {
      throw OptionProblem(message: "'\(text)' is not a number", candidates: [])
    }
    // Divided, not multiplied by 0.01: 7% is exactly what 0.07 is.
    let value = isPercent ? number / 100 : number
    guard range.contains(value) else {
      throw OptionProblem(message: "\(text) is not in \(written(range))", candidates: [])
    }
    return value
  }

  private static func written(_ range: ClosedRange<Int>) -> String {
    "\(range.lowerBound)...\(range.upperBound)"
  }

  private static func written(_ range: ClosedRange<Double>) -> String {
    "\(written(range.lowerBound))...\(written(range.upperBound))"
  }

  /// A whole number without ".0".
  private static func written(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }

  private func problem(_ message: String) -> OptionProblem { OptionProblem(message: message, candidates: []) }
}
