import StageGraph
import TestSupport

enum ConditionFacts {
  static let kinds: [String: Condition.FactKind] = [
    "label": .text, "format": .text, "score": .number, "width": .number, "coverage": .number,
  ]
}

/// What a condition means, without a text to read.
indirect enum ReferenceExpression {
  case and(ReferenceExpression, ReferenceExpression)
  case or(ReferenceExpression, ReferenceExpression)
  case not(ReferenceExpression)
  case compare(ReferenceOperand, String, ReferenceOperand)
  case isOne(ReferenceOperand, [ReferenceOperand])
  case part(ReferenceOperand, of: ReferenceOperand)

  func holds(_ facts: [String: Fact]) -> Bool {
    switch self {
    case .and(let a, let b): a.holds(facts) ? b.holds(facts) : false
    case .or(let a, let b): a.holds(facts) ? true : b.holds(facts)
    case .not(let a): a.holds(facts) == false
    case .compare(let a, let sign, let b): Self.compare(a.value(facts), sign, b.value(facts))
    case .isOne(let a, let list): list.contains { Self.compare(a.value(facts), "==", $0.value(facts)) }
    case .part(let part, let whole): Self.isPart(part.value(facts), of: whole.value(facts))
    }
  }

  /// By the sign of a difference.
  private static func compare(_ a: Fact?, _ sign: String, _ b: Fact?) -> Bool {
    let order: Int
    switch (a, b) {
    case (.number(let a)?, .number(let b)?): order = a == b ? 0 : a - b < 0 ? -1 : 1
    case (.text(let a)?, .text(let b)?): order = a == b ? 0 : [a, b].sorted() == [a, b] ? -1 : 1
    default: return false
    }
    let signs = ["==": [0], "!=": [-1, 1], "<": [-1], "<=": [-1, 0], ">": [1], ">=": [1, 0]]
    return signs[sign]!.contains(order)
  }

  private static func isPart(_ part: Fact?, of whole: Fact?) -> Bool {
    guard case .text(let wanted)? = part, case .text(let text)? = whole else { return false }
    let starts = text.indices + [text.endIndex]
    return starts.contains { text[$0...].hasPrefix(wanted) }
  }
}

enum ReferenceOperand {
  case fact(String)
  case value(Fact)

  func value(_ facts: [String: Fact]) -> Fact? {
    switch self {
    case .fact(let name): facts[name]
    case .value(let fact): fact
    }
  }

  var text: String {
    switch self {
    case .fact(let name): name
    case .value(.number(let number)): String(number)
    case .value(.text(let text)): text.contains("'") ? "\"\(text)\"" : "'\(text)'"
    }
  }
}

/// Draws conditions and facts, and writes conditions with as few or as many parentheses and blanks as they may have.
struct SeededConditions {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private static let words = ["", "pug", "beagle", "golden retriever", "it's", "été", "and"]
  private static let numbers = [-1, 0, 0.2, 0.5, 1, 640]

  mutating func expression(depth: Int) -> ReferenceExpression {
    switch depth == 0 ? 0 : Int.random(in: 0...8, using: &generator) {
    case 4, 5: return .and(expression(depth: depth - 1), expression(depth: depth - 1))
    case 6, 7: return .or(expression(depth: depth - 1), expression(depth: depth - 1))
    case 8: return .not(expression(depth: depth - 1))
    default: return leaf()
    }
  }

  mutating func facts() -> [String: Fact] {
    var facts: [String: Fact] = [:]
    for (name, kind) in ConditionFacts.kinds.sorted(by: { $0.key < $1.key })
    where Int.random(in: 0...4, using: &generator) > 0 {
      facts[name] = value(kind)
    }
    return facts
  }

  mutating func text(of expression: ReferenceExpression) -> String { text(of: expression, binding: 0) }

  private mutating func leaf() -> ReferenceExpression {
    let kind: Condition.FactKind = Bool.random(using: &generator) ? .text : .number
    switch Int.random(in: 0...3, using: &generator) {
    case 0:
      return .isOne(operand(kind), (0...Int.random(in: 0...2, using: &generator)).map { _ in operand(kind) })
    case 1 where kind == .text: return .part(operand(.text), of: operand(.text))
    default:
      let sign = ["==", "!=", "<", "<=", ">", ">="].randomElement(using: &generator)!
      return .compare(operand(kind), sign, operand(kind))
    }
  }

  private mutating func operand(_ kind: Condition.FactKind) -> ReferenceOperand {
    guard Bool.random(using: &generator) else { return .value(value(kind)) }
    let names = ConditionFacts.kinds.filter { $0.value == kind }.keys.sorted()
    return .fact(names.randomElement(using: &generator)!)
  }

  private mutating func value(_ kind: Condition.FactKind) -> Fact {
    kind == .text
      ? .text(Self.words.randomElement(using: &generator)!)
      : .number(Self.numbers.randomElement(using: &generator)!)
  }

  /// - Parameter binding: how tight the surroundings bind: 0 not at all, 1 `or`, 2 `and`, 3 `not`.
  private mutating func text(of expression: ReferenceExpression, binding: Int) -> String {
    let (text, own): (String, Int)
    switch expression {
    case .or(let a, let b):
      (text, own) = ("\(self.text(of: a, binding: 1)) or \(self.text(of: b, binding: 1))", 1)
    case .and(let a, let b):
      (text, own) = ("\(self.text(of: a, binding: 2)) and \(self.text(of: b, binding: 2))", 2)
    case .not(let a): (text, own) = ("not \(self.text(of: a, binding: 3))", 3)
    case .compare(let a, let sign, let b): (text, own) = (a.text + blank() + sign + blank() + b.text, 4)
    case .isOne(let a, let list):
      (text, own) = ("\(a.text) in (\(list.map(\.text).joined(separator: "," + blank())))", 4)
    case .part(let part, let whole): (text, own) = ("\(part.text) in \(whole.text)", 4)
    }
    let needsParentheses = own < binding
    return needsParentheses || Int.random(in: 0...5, using: &generator) == 0 ? "(\(text))" : text
  }

  private mutating func blank() -> String { [" ", "", "  ", "\t"].randomElement(using: &generator)! }
}
