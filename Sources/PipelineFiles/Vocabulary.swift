package import StageGraph

/// What a pipeline file may say: the stages there are, the limits, and the facts that conditions may compare.
package struct Vocabulary: Sendable {
  package let stages: [StageSchema]
  package let limits: [OptionSchema]
  package let facts: [String: Condition.FactKind]
  /// The stage every pipeline starts with.
  package let first: String
  /// The stage every pipeline ends with; it is added where a file does not name it.
  package let last: String
  /// Says what is wrong with a program and its arguments, as far as that can be told without starting it; nil where nothing is, or nobody
  /// looks.
  package var commandProblem: @Sendable ([String]) -> String? = { _ in nil }

  package init(
    stages: [StageSchema], limits: [OptionSchema], facts: [String: Condition.FactKind], first: String,
    last: String
  ) {
    self.stages = stages
    self.limits = limits
    self.facts = facts
    self.first = first
    self.last = last
  }

  func schema(_ name: String) -> StageSchema? { stages.first { $0.name == name } }
}

/// An option given on the command line: `--set crop.margin=5%`.
package struct Setting: Hashable, Sendable {
  package let stage: String
  package let option: String
  package let value: String

  /// Nil where the text is not `STAGE.OPTION=VALUE`.
  package init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), let dot = text[..<equals].lastIndex(of: ".") else {
      return nil
    }
    stage = String(text[..<dot])
    option = String(text[text.index(after: dot)..<equals])
    value = String(text[text.index(after: equals)...])
    guard !stage.isEmpty, !option.isEmpty else { return nil }
  }
}
