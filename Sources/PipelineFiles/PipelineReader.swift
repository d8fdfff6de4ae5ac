import StageGraph
import Yams

/// Walks the nodes of one pipeline file. Goes on after an error, so that all of them are found in one go.
final class PipelineReader {
  private(set) var diagnostics: [Diagnostic] = []
  let vocabulary: Vocabulary
  private let source: SourceText

  /// More than any person writes; keeps the checks of a hostile file short.
  static let mostStages = 256

  init(_ source: SourceText, vocabulary: Vocabulary) {
    self.source = source
    self.vocabulary = vocabulary
  }

  /// - Parameter offset: characters before the trouble, where it is inside the text of a scalar.
  func report(_ message: String, at node: Node?, offset: Int? = nil) {
    let mark = node?.mark
    var column = mark?.column ?? 1
    if let offset, let scalar = node?.scalar, let start = source.column(ofTextIn: scalar) {
      column = start + String(scalar.string.prefix(offset)).unicodeScalars.count
    }
    diagnostics.append(
      Diagnostic(file: source.name, line: mark?.line ?? 1, column: column, message: message.printable))
  }

  func reportSetting(_ setting: Setting, _ message: String) {
    let option = "--set \(setting.stage).\(setting.option)".printable
    diagnostics.append(Diagnostic(file: option, line: 0, column: 0, message: message.printable))
  }

  // MARK: The file

  func pipeline(_ root: Node, settings: [Setting]) -> PipelineSpec? {
    guard let entries = mapping(root, what: "a pipeline", keys: ["version", "limits", "stages"]) else {
      return nil
    }
    if let version = entries["version"] {
      if version.value.scalar?.string != "1" { report("this program reads version 1", at: version.value) }
    } else {
      report("'version: 1' is missing", at: root)
    }
    var limits = options(entries["limits"]?.value, of: "limits", schema: vocabulary.limits)
    guard let list = entries["stages"] else {
      report("'stages' is missing: the list of what to do", at: root)
      return nil
    }
    guard let sequence = list.value.sequence, !sequence.isEmpty else {
      report("'stages' must be a list with at least one stage", at: list.value)
      return nil
    }
    guard sequence.count <= Self.mostStages else {
      report("more than \(Self.mostStages) stages", at: list.value)
      return nil
    }
    let linker = StageLinker(self)
    var drafts = sequence.compactMap { draft($0) }
    guard drafts.count == sequence.count else { return nil }
    drafts = linker.withLastStage(drafts)
    apply(settings.filter { $0.stage != Self.limits }, to: &drafts)
    apply(settings.filter { $0.stage == Self.limits }, to: &limits)
    var spreading = StageSpreading(self)
    drafts = spreading.spread(drafts)
    let stages = linker.link(drafts)
    return PipelineSpec(limits: Options(vocabulary.limits, given: limits), stages: stages)
  }

  /// One entry of `stages:` before it is known what it follows.
  struct Draft {
    let node: Node
    let schema: StageSchema
    var id: String
    let idNode: Node?
    /// The id in the file, where the stage stands for one value of several.
    var original: String?
    var given: [String: OptionValue]
    let optionNodes: [String: Node]
    /// Names it follows; nil where the file leaves it open.
    var after: [(name: String, node: Node)]?
    let workers: Int?
    let when: Condition?
    let onError: StageSpec.ErrorPolicy
    /// Facts that its conditions and templates read, and where each of them stands, by the option's name; `when` for the stage's own
    /// condition.
    var conditions: [String: (facts: Set<String>, node: Node)]

    var reads: Set<String> { conditions.values.reduce(into: []) { $0.formUnion($1.facts) } }

    /// Where a condition reads a fact.
    func place(ofReading fact: String) -> Node? { conditions.values.first { $0.facts.contains(fact) }?.node }
  }

  private func draft(_ node: Node) -> Draft? {
    let keys = ["use", "id", "with", "after", "workers", "when", "on_error"]
    guard let entries = mapping(node, what: "a stage", keys: keys) else { return nil }
    guard let use = entries["use"] else {
      report("'use' is missing: the name of a stage", at: node)
      return nil
    }
    guard let word = scalar(use.value, what: "'use'") else { return nil }
    guard let schema = vocabulary.schema(word) else {
      let near = Suggestion.orList(for: word, among: vocabulary.stages.map(\.name))
      report("unknown stage '\(word)'\(near)", at: use.value)
      return nil
    }
    var conditions: [String: (facts: Set<String>, node: Node)] = [:]
    let when = entries["when"].flatMap { condition($0.value) }
    if let when, let node = entries["when"]?.value { conditions["when"] = (when.facts, node) }
    let with = entries["with"]?.value
    let given = options(with, of: "stage '\(word)'", schema: schema.options)
    for option in schema.options {
      let place = with?.mapping?[option.name]
      switch option.kind {
      case .condition:
        if let place, let condition = condition(place) { conditions[option.name] = (condition.facts, place) }
      case .parsed(let format):
        guard case .text(let text)? = given[option.name] ?? option.fallback else { continue }
        conditions[option.name] = (format.facts(text), place ?? node)
      default: break
      }
    }
    return Draft(
      node: node, schema: schema, id: entries["id"].flatMap { identifier($0.value) } ?? word,
      idNode: entries["id"]?.value, given: given,
      optionNodes: Dictionary(
        (with?.mapping?.map { ($0.key.scalar?.string ?? "", $0.value) }) ?? [],
        uniquingKeysWith: { first, _ in first }),
      after: entries["after"].map { names($0.value) },
      workers: entries["workers"].flatMap { integer($0.value, what: "'workers'", in: 1...256) }, when: when,
      onError: entries["on_error"].flatMap { policy($0.value) } ?? .record,
      conditions: conditions)
  }

  /// Where a setting names a stage, this stands for the limits of the run.
  private static let limits = "limits"

  private func apply(_ settings: [Setting], to limits: inout [String: OptionValue]) {
    for setting in settings {
      guard let option = vocabulary.limits.first(where: { $0.name == setting.option }) else {
        let near = Suggestion.orList(for: setting.option, among: vocabulary.limits.map(\.name))
        reportSetting(setting, "limits has no option '\(setting.option)'\(near)")
        continue
      }
      if let value = value(setting, of: option) { limits[option.name] = value }
    }
  }

  private func apply(_ settings: [Setting], to drafts: inout [Draft]) {
    for setting in settings {
      guard let index = drafts.firstIndex(where: { $0.id == setting.stage }) else {
        let near = Suggestion.orList(for: setting.stage, among: drafts.map(\.id))
        reportSetting(setting, "no stage '\(setting.stage)' in this pipeline\(near)")
        continue
      }
      guard let option = drafts[index].schema.options.first(where: { $0.name == setting.option }) else {
        let near = Suggestion.orList(for: setting.option, among: drafts[index].schema.options.map(\.name))
        reportSetting(setting, "stage '\(setting.stage)' has no option '\(setting.option)'\(near)")
        continue
      }
      apply(setting, of: option, to: &drafts[index])
    }
  }

  private func apply(_ setting: Setting, of option: OptionSchema, to draft: inout Draft) {
    guard let value = value(setting, of: option) else { return }
    draft.given[option.name] = value
    guard value != OptionValue.none else { return }
    if case .parsed(let format) = option.kind {
      draft.conditions[option.name] = (format.facts(setting.value), draft.node)
    }
    guard case .condition = option.kind else { return }
    do throws(Condition.Problem) {
      let condition = try Condition(setting.value, known: vocabulary.facts)
      draft.conditions[option.name] = (condition.facts, draft.node)
    } catch {
      reportSetting(setting, "condition: " + advised(error, in: setting.value))
    }
  }

  // MARK: Values

  private func value(_ setting: Setting, of option: OptionSchema) -> OptionValue? {
    if option.fallback == OptionValue.none, setting.value == "none" { return OptionValue.none }
    do throws(OptionProblem) {
      let words = setting.value.split(separator: ",").map(String.init)
      let value =
        option.kind.isList
        ? try option.kind.value(ofList: words) : try option.kind.value(of: setting.value)
      return try checked(value, of: option)
    } catch {
      reportSetting(setting, error.message + Suggestion.text(for: setting.value, among: error.candidates))
      return nil
    }
  }

  /// The entries of a mapping by key; unknown keys are reported.
  private func mapping(_ node: Node, what: String, keys: [String]) -> [String: (key: Node, value: Node)]? {
    guard let mapping = node.mapping else {
      report("\(what) must be a mapping with the keys \(keys.joined(separator: ", "))", at: node)
      return nil
    }
    var entries: [String: (key: Node, value: Node)] = [:]
    for (key, value) in mapping {
      guard let name = scalar(key, what: "a key") else { continue }
      guard keys.contains(name) else {
        report("unknown key '\(name)' in \(what)\(Suggestion.orList(for: name, among: keys))", at: key)
        continue
      }
      if entries[name] != nil { report("'\(name)' stands twice in this mapping", at: key) }
      entries[name] = (key, value)
    }
    return entries
  }

  private func options(_ node: Node?, of owner: String, schema: [OptionSchema]) -> [String: OptionValue] {
    guard let node else { return [:] }
    guard let mapping = node.mapping else {
      report("\(owner) wants its options as a mapping, like {name: value}", at: node)
      return [:]
    }
    var values: [String: OptionValue] = [:]
    for (key, value) in mapping {
      guard let word = scalar(key, what: "the name of an option") else { continue }
      guard let option = schema.first(where: { $0.name == word }) else {
        let near = Suggestion.orList(for: word, among: schema.map(\.name))
        report(
          word == "<<"
            ? "merge keys (<<) are not read; write the options out" : "\(owner) has no option '\(word)'\(near)",
          at: key)
        continue
      }
      if values[word] != nil { report("'\(word)' stands twice in this mapping", at: key) }
      if let read = self.value(value, of: option) { values[word] = read }
    }
    return values
  }

  private func value(_ node: Node, of option: OptionSchema) -> OptionValue? {
    do throws(OptionProblem) {
      if let list = node.sequence {
        guard list.allSatisfy({ $0.scalar != nil }) else {
          report("'\(option.name)': each value of the list must be one word or text", at: node)
          return nil
        }
        return try checked(option.kind.value(ofList: list.compactMap { $0.scalar?.string }), of: option)
      }
      guard let scalar = node.scalar else {
        report("'\(option.name)': one value is wanted here, not a mapping", at: node)
        return nil
      }
      // Only a plain word means "none"; in quotes it is a text.
      if scalar.style == .plain, ["none", "null", "~", ""].contains(scalar.string),
        option.fallback == OptionValue.none
      {
        return OptionValue.none
      }
      return try option.kind.value(of: scalar.string)
    } catch {
      let words = node.sequence?.compactMap { $0.scalar?.string } ?? [node.scalar?.string ?? ""]
      let wrong = words.first { !error.candidates.contains($0) } ?? ""
      let near = Suggestion.text(for: wrong, among: error.candidates)
      report("'\(option.name)': \(error.message)\(near)", at: node)
      return nil
    }
  }

  private func checked(_ value: OptionValue, of option: OptionSchema) throws(OptionProblem) -> OptionValue {
    if case .command = option.kind, case .list(let words) = value,
      let problem = vocabulary.commandProblem(words)
    {
      throw OptionProblem(message: problem)
    }
    return value
  }

  private func condition(_ node: Node) -> Condition? {
    guard let text = scalar(node, what: "a condition") else { return nil }
    do throws(Condition.Problem) {
      return try Condition(text, known: vocabulary.facts)
    } catch {
      report("condition: " + advised(error, in: text), at: node, offset: error.offset)
      return nil
    }
  }

  /// What is wrong with a condition, and what was perhaps meant.
  private func advised(_ problem: Condition.Problem, in text: String) -> String {
    let word = text.dropFirst(problem.offset).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let near = Suggestion.text(for: String(word), among: problem.candidates)
    guard near.isEmpty, !problem.candidates.isEmpty else { return problem.message + near }
    return problem.message
      + "; there are \(problem.candidates.joined(separator: ", ")), and a text stands in quotes"
  }

  private func names(_ node: Node) -> [(name: String, node: Node)] {
    if let list = node.sequence {
      if list.isEmpty { report("'after' names no stage", at: node) }
      return list.compactMap { entry in scalar(entry, what: "a name in 'after'").map { ($0, entry) } }
    }
    return scalar(node, what: "'after'").map { [($0, node)] } ?? []
  }

  private func identifier(_ node: Node) -> String? {
    guard let word = scalar(node, what: "'id'") else { return nil }
    let isFine =
      !word.isEmpty && word.count <= 64
      && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
    if !isFine { report("an id is made of letters, digits, '-' and '_'", at: node) }
    return isFine ? word : nil
  }

  private func policy(_ node: Node) -> StageSpec.ErrorPolicy? {
    let words = StageSpec.ErrorPolicy.allCases.map(\.rawValue)
    guard let word = scalar(node, what: "'on_error'") else { return nil }
    guard let policy = StageSpec.ErrorPolicy(rawValue: word) else {
      report(
        "'on_error' is one of \(words.joined(separator: ", "))\(Suggestion.text(for: word, among: words))",
        at: node)
      return nil
    }
    return policy
  }

  private func integer(_ node: Node, what: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = node.scalar.flatMap({ Int($0.string) }), range.contains(value) else {
      report("\(what) must be a whole number in \(range)", at: node)
      return nil
    }
    return value
  }

  private func scalar(_ node: Node, what: String) -> String? {
    guard let scalar = node.scalar, !scalar.string.isEmpty else {
      report(node.scalar == nil ? "\(what) must be one word or text" : "\(what) is empty", at: node)
      return nil
    }
    return scalar.string
  }
}
