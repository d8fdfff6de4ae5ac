/// A test on the facts of an item: `score >= 0.5 and label in ("beagle", "pug")`.
///
/// Grammar, loosest binding first: `or`, `and`, `not`, one comparison. `A in (…)` asks for one of several values,
/// `"terrier" in label` for a part of a text.
package struct Condition: Hashable, Sendable {
  /// What can be compared, with what kind of value.
  package enum FactKind: Hashable, Sendable { case number, text }

  /// The condition as it was written.
  package let text: String
  /// The facts it reads.
  package let facts: Set<String>
  let root: Expression

  /// A condition that does not read, at a place in its text.
  package struct Problem: Error, Hashable, Sendable {
    /// Characters before the trouble.
    package let offset: Int
    package let message: String
    package let candidates: [String]
  }

  /// - Parameter known: the facts there are.
  package init(_ text: String, known: [String: FactKind]) throws(Problem) {
    var parser = try ConditionParser(text, known: known)
    root = try parser.condition()
    facts = parser.facts
    self.text = text
  }

  /// Whether it holds. A comparison with a fact that the item does not have is false, whatever the operator.
  package func holds(_ fact: (String) -> Fact?) -> Bool { root.holds(fact) }

  indirect enum Expression: Hashable, Sendable {
    // Lists, not pairs: a chain of a hundred thousand parts must not become a tree as deep.
    case any(of: [Expression])
    case all(of: [Expression])
    case not(Expression)
    case compare(Operand, Comparison, Operand)
    case isOne(Operand, of: [Operand])
    case contains(Operand, part: Operand)

    func holds(_ fact: (String) -> Fact?) -> Bool {
      switch self {
      case .any(let parts): return parts.contains { $0.holds(fact) }
      case .all(let parts): return parts.allSatisfy { $0.holds(fact) }
      case .not(let a): return !a.holds(fact)
      case .compare(let a, let comparison, let b):
        guard let left = a.value(fact), let right = b.value(fact) else { return false }
        return comparison.holds(left, right)
      case .isOne(let a, let list):
        guard let value = a.value(fact) else { return false }
        return list.contains { $0.value(fact) == value }
      case .contains(let whole, let part):
        guard case .text(let whole)? = whole.value(fact), case .text(let part)? = part.value(fact) else {
          return false
        }
        return whole.contains(part)
      }
    }
  }

  enum Operand: Hashable, Sendable {
    case fact(String)
    case literal(Fact)

    func value(_ fact: (String) -> Fact?) -> Fact? {
      switch self {
      case .fact(let name): fact(name)
      case .literal(let value): value
      }
    }
  }

  enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"

    func holds(_ a: Fact, _ b: Fact) -> Bool {
      switch (a, b) {
      case (.number(let a), .number(let b)): ordered(a, b)
      case (.text(let a), .text(let b)): ordered(a, b)
      default: false
      }
    }

    private func ordered<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
      switch self {
      case .equal: a == b
      case .notEqual: a != b
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      }
    }
  }
}
