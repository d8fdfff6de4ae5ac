/// What a stage is called, what it needs, what it adds, and its options: the one declaration from which command-line help,
/// validation, JSON Schema and the reference page are made.
package struct StageSchema: Sendable {
  package let name: String
  /// One line for lists.
  package let summary: String
  /// One paragraph for the reference page.
  package let discussion: String
  package let options: [OptionSchema]
  /// Facts an item must have when it comes here.
  package let needs: Set<String>
  /// Facts every item has when it leaves, whatever branch it is on.
  package let adds: Set<String>
  /// Facts among ``adds`` that end at a join, because they belong to the pixels of one branch.
  package let branchLocal: Set<String>
  /// True for a stage that may end items on its branch, so that what it added cannot be relied on behind a join.
  package let filters: Bool
  /// For a stage whose facts depend on its options: those it has with these. ``needs`` and ``adds`` are then all that it may have.
  private let facts: (@Sendable (Options) -> (needs: Set<String>, adds: Set<String>))?
  /// What is wrong with options that are well each by itself, in words that follow the stage's name; nil when nothing is.
  package let conflict: @Sendable (Options) -> String?

  package init(
    name: String, summary: String, discussion: String = "", options: [OptionSchema] = [],
    needs: Set<String> = [],
    adds: Set<String> = [], branchLocal: Set<String> = [], filters: Bool = false,
    facts: (@Sendable (Options) -> (needs: Set<String>, adds: Set<String>))? = nil,
    conflict: @escaping @Sendable (Options) -> String? = { _ in nil }
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.options = options
    self.needs = needs
    self.adds = adds
    self.branchLocal = branchLocal
    self.filters = filters
    self.facts = facts
    self.conflict = conflict
  }

  /// The schema of the stage as it is with these options: its facts are those that hold then.
  package func with(_ options: Options) -> StageSchema {
    guard let facts = facts?(options) else { return self }
    return StageSchema(
      name: name, summary: summary, discussion: discussion, options: self.options, needs: facts.needs,
      adds: facts.adds, branchLocal: branchLocal.intersection(facts.adds), filters: filters,
      conflict: conflict)
  }
}

/// One option of a stage.
package struct OptionSchema: Sendable {
  package let name: String
  package let kind: OptionKind
  /// The value where the pipeline gives none; nil makes the option required.
  package let fallback: OptionValue?
  package let summary: String
  /// True where two stages with the same value would write the same files.
  package let isDestination: Bool
  /// The option of the same stage of which this one lists several values: the stage, and what follows it alone, then stands once for each.
  /// A destination behind it may name the value: `{aspect}` where this is `aspect`.
  package let spreads: String?

  package init(
    _ name: String, _ kind: OptionKind, default fallback: OptionValue?, isDestination: Bool = false,
    spreads: String? = nil, _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.isDestination = isDestination
    self.spreads = spreads
    self.summary = summary
  }
}

/// The values an option takes.
package enum OptionKind: Sendable {
  case boolean
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// A share, written `0.1` or `10%`.
  case fraction(ClosedRange<Double>)
  case text
  case choice([String])
  /// A list of distinct words out of these.
  case choices([String])
  /// A list of distinct texts, each with this grammar; not longer than ``mostListed``.
  case list(TextFormat)
  /// A program and its arguments: a list of words, at most ``mostWords``. Never one text, which a shell would have to take apart.
  case command
  /// A ``Condition`` on the facts of an item.
  case condition
  /// Text with a grammar of its own.
  case parsed(TextFormat)

  /// Values in a ``list(_:)``.
  package static let mostListed = 32
  /// Words in a ``command``.
  package static let mostWords = 256

  /// Whether it takes several values.
  package var isList: Bool {
    switch self {
    case .choices, .list, .command: true
    case .boolean, .integer, .number, .fraction, .text, .choice, .condition, .parsed: false
    }
  }
}

/// A grammar for the text of an option.
package struct TextFormat: Sendable {
  /// What the text is, for help: `ratio`, `path template`.
  package let name: String
  package let example: String
  /// Says what is wrong with a text, in words that follow "is not a ratio: "; nil when nothing is.
  package let problem: @Sendable (String) -> String?
  /// The facts of an item that such a text speaks of.
  package let facts: @Sendable (String) -> Set<String>

  package init(
    name: String, example: String, facts: @escaping @Sendable (String) -> Set<String> = { _ in [] },
    problem: @escaping @Sendable (String) -> String?
  ) {
    self.name = name
    self.example = example
    self.facts = facts
    self.problem = problem
  }
}

/// The value of an option, after it was checked against its schema.
package enum OptionValue: Hashable, Sendable {
  case none
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([String])
}

extension OptionValue {
  /// The value as it would be written in a pipeline file.
  package var written: String {
    switch self {
    case .none: "none"
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .text(let value): value
    case .list(let words): "[\(words.joined(separator: ", "))]"
    }
  }
}
