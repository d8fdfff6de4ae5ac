/// Reads the text of a ``Condition`` by recursive descent.
struct ConditionParser {
  private enum Token: Hashable {
    case word(String)
    case number(Double)
    case string(String)
    case symbol(String)
    case end
  }

  /// Deeper nesting than any person writes; keeps a hostile file from exhausting the stack.
  private static let deepest = 64

  /// Words that are never the name of a fact.
  private static let reserved: Set<String> = ["and", "or", "not", "in"]
  /// What people who know other languages write, and what is meant.
  private static let foreign = ["=": "==", "&": "and", "|": "or", "!": "not"]

  private let known: [String: Condition.FactKind]
  private let tokens: [(token: Token, offset: Int)]
  private var position = 0
  private var depth = 0
  private(set) var facts: Set<String> = []

  init(_ text: String, known: [String: Condition.FactKind]) throws(Condition.Problem) {
    self.known = known
    tokens = try Self.tokens(of: Array(text))
  }

  mutating func condition() throws(Condition.Problem) -> Condition.Expression {
    let expression = try disjunction()
    guard tokens[position].token == .end else { throw problem("'and' or 'or' is wanted here") }
    return expression
  }

  private mutating func disjunction() throws(Condition.Problem) -> Condition.Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { throw problem("the condition is nested too deeply") }
    var parts = [try conjunction()]
    while take(.word("or")) { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(of: parts)
  }

  private mutating func conjunction() throws(Condition.Problem) -> Condition.Expression {
    var parts = [try negation()]
    while take(.word("and")) { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .all(of: parts)
  }

  private mutating func negation() throws(Condition.Problem) -> Condition.Expression {
    var isNegated = false
    while take(.word("not")) { isNegated.toggle() }
    let inner: Condition.Expression
    if take(.symbol("(")) {
      inner = try disjunction()
      guard take(.symbol(")")) else { throw problem("')' is missing") }
    } else {
      inner = try comparison()
    }
    return isNegated ? .not(inner) : inner
  }

  private mutating func comparison() throws(Condition.Problem) -> Condition.Expression {
    let (left, leftKind) = try operand()
    if take(.word("in")) { return try membership(left, leftKind) }
    guard case .symbol(let symbol) = tokens[position].token,
      let comparison = Condition.Comparison(rawValue: symbol)
    else { throw problem("a comparison is wanted here: == != < <= > >= in") }
    position += 1
    let start = position
    let (right, rightKind) = try operand()
    try check(leftKind, rightKind, at: start)
    return .compare(left, comparison, right)
  }

  private mutating func membership(
    _ left: Condition.Operand, _ kind: Condition.FactKind
  ) throws(Condition.Problem) -> Condition.Expression {
    guard take(.symbol("(")) else {
      let start = position
      let (whole, wholeKind) = try operand()
      guard kind == .text, wholeKind == .text else {
        throw problem("'in' wants a list in parentheses, or two texts", at: start)
      }
      return .contains(whole, part: left)
    }
    var list: [Condition.Operand] = []
    repeat {
      let start = position
      let (value, valueKind) = try operand()
      try check(kind, valueKind, at: start)
      list.append(value)
    } while take(.symbol(","))
    guard take(.symbol(")")) else { throw problem("')' is missing") }
    return .isOne(left, of: list)
  }

  private mutating func operand() throws(Condition.Problem) -> (Condition.Operand, Condition.FactKind) {
    let token = tokens[position].token
    switch token {
    case .number(let value):
      position += 1
      return (.literal(.number(value)), .number)
    case .string(let value):
      position += 1
      return (.literal(.text(value)), .text)
    case .word(let name) where !Self.reserved.contains(name):
      guard let kind = known[name] else {
        throw Condition.Problem(
          offset: tokens[position].offset, message: "unknown fact '\(name)'", candidates: known.keys.sorted())
      }
      position += 1
      facts.insert(name)
      return (.fact(name), kind)
    case .word, .symbol, .end:
      throw problem("a fact, a number or a quoted text is wanted here")
    }
  }

  private mutating func take(_ token: Token) -> Bool {
    guard tokens[position].token == token else { return false }
    position += 1
    return true
  }

  private func check(_ a: Condition.FactKind, _ b: Condition.FactKind, at start: Int) throws(Condition.Problem)
  {
    guard a != b else { return }
    throw problem("a number and a text cannot be compared", at: start)
  }

  private func problem(_ message: String, at index: Int? = nil) -> Condition.Problem {
    Condition.Problem(offset: tokens[index ?? position].offset, message: message, candidates: [])
  }

  private static func tokens(of text: [Character]) throws(Condition.Problem) -> [(token: Token, offset: Int)] {
    var tokens: [(token: Token, offset: Int)] = []
    var index = 0
    func run(from start: Int, while belongs: (Character) -> Bool) -> String {
      var end = start
      while end < text.count, belongs(text[end]) { end += 1 }
      return String(text[start..<end])
    }
    while index < text.count {
      let start = index
      let character = text[index]
      if character.isWhitespace {
        index += 1
        continue
      } else if character == "\"" || character == "'" {
        let content = run(from: index + 1) { $0 != character }
        index += content.count + 2
        guard index <= text.count else {
          throw Condition.Problem(offset: start, message: "the quote is not closed", candidates: [])
        }
        tokens.append((.string(content), start))
      } else if character.isLetter || character == "_" {
        let word = run(from: index) { $0.isLetter || $0.isNumber || $0 == "_" }
        index += word.count
        tokens.append((.word(word), start))
      } else if character.isNumber || character == "." || character == "-" {
        let digits = run(from: index) { $0.isLetter || $0.isNumber || "+-.".contains($0) }
        index += digits.count
        guard let value = Double(digits), value.isFinite else {
          throw Condition.Problem(offset: start, message: "'\(digits)' is not a number", candidates: [])
        }
        tokens.append((.number(value), start))
      } else {
        let pair = String(text[index..<min(index + 2, text.count)])
        let symbol = Condition.Comparison(rawValue: pair) != nil ? pair : String(character)
        guard Condition.Comparison(rawValue: symbol) != nil || "(),".contains(symbol) else {
          throw Condition.Problem(
            offset: start,
            message: "'\(symbol)' means nothing here" + (foreign[symbol].map { "; write '\($0)'" } ?? ""),
            candidates: [])
        }
        index += symbol.count
        tokens.append((.symbol(symbol), start))
      }
    }
    tokens.append((.end, text.count))
    return tokens
  }
}
