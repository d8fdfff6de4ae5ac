import StageGraph
import Yams

/// Turns names into arrows, and checks what can only be seen of all stages together.
struct StageLinker {
  private let reader: PipelineReader

  init(_ reader: PipelineReader) { self.reader = reader }

  /// - Parameter drafts: complete, the last stage too.
  func link(_ drafts: [PipelineReader.Draft]) -> [StageSpec] {
    checkNames(drafts)
    checkEnds(drafts)
    checkDestinations(drafts)
    checkRequired(drafts)
    let after = drafts.indices.map { predecessors(of: $0, in: drafts) }
    guard reader.diagnostics.isEmpty else { return [] }
    checkConflicts(drafts)
    checkLeaves(drafts, after: after)
    checkWiring(drafts, after: after)
    return drafts.indices.map { index in
      let draft = drafts[index]
      return StageSpec(
        id: draft.id, use: draft.schema.name, options: Options(draft.schema.options, given: draft.given),
        after: after[index], workers: draft.workers, when: draft.when, onError: draft.onError)
    }
  }

  private var vocabulary: Vocabulary { reader.vocabulary }

  /// A file need not name the manifest: every run has one.
  func withLastStage(_ drafts: [PipelineReader.Draft]) -> [PipelineReader.Draft] {
    guard !drafts.contains(where: { $0.schema.name == vocabulary.last }),
      let schema = vocabulary.schema(vocabulary.last),
      let end = drafts.last?.node
    else { return drafts }
    let followed = Set(drafts.indices.flatMap { predecessorNames(of: $0, in: drafts) })
    var seen = followed
    let leaves = drafts.map(\.id).filter { seen.insert($0).inserted }
    let last = PipelineReader.Draft(
      node: end, schema: schema, id: schema.name, idNode: nil, given: [:], optionNodes: [:],
      after: leaves.map { ($0, end) }, workers: nil, when: nil, onError: .record, conditions: [:])
    return drafts + [last]
  }

  private func predecessorNames(of index: Int, in drafts: [PipelineReader.Draft]) -> [String] {
    drafts[index].after?.map(\.name) ?? (index > 0 ? [drafts[index - 1].id] : [])
  }

  private func predecessors(of index: Int, in drafts: [PipelineReader.Draft]) -> [Int] {
    guard let after = drafts[index].after else { return index > 0 ? [index - 1] : [] }
    var places: Set<Int> = []
    for (name, node) in after {
      guard let place = drafts.firstIndex(where: { $0.id == name }) else {
        reader.report(
          "no stage '\(name)'\(Suggestion.orList(for: name, among: drafts[..<index].map(\.id)))", at: node)
        continue
      }
      if place == index {
        reader.report("'\(name)' cannot follow itself", at: node)
      } else if place > index {
        reader.report(
          "'\(name)' stands further down; a stage follows earlier ones, so there is no cycle", at: node)
      } else if !places.insert(place).inserted {
        reader.report("'\(name)' stands twice in 'after'", at: node)
      }
    }
    return places.sorted()
  }

  private func checkNames(_ drafts: [PipelineReader.Draft]) {
    var seen: Set<String> = []
    for draft in drafts where !seen.insert(draft.id).inserted {
      let advice = draft.idNode == nil ? "; give this one an 'id'" : ""
      reader.report("a second stage '\(draft.id)'\(advice)", at: draft.idNode ?? draft.node)
    }
  }

  private func checkEnds(_ drafts: [PipelineReader.Draft]) {
    for (index, draft) in drafts.enumerated() {
      let name = draft.schema.name
      if index == 0, name != vocabulary.first {
        reader.report("a pipeline starts with '\(vocabulary.first)'", at: draft.node)
      }
      if index > 0, name == vocabulary.first {
        reader.report("'\(name)' can only be the first stage", at: draft.node)
      }
      if name == vocabulary.last {
        if index < drafts.count - 1 { reader.report("'\(name)' can only be the last stage", at: draft.node) }
        if draft.when != nil {
          reader.report("'\(name)' cannot have a condition: every photograph has a record", at: draft.node)
        }
      }
      if index == 0, let after = draft.after?.first {
        reader.report("the first stage follows nothing", at: after.node)
      }
    }
  }

  private func checkDestinations(_ drafts: [PipelineReader.Draft]) {
    var owners: [OptionValue: PipelineReader.Draft] = [:]
    for draft in drafts {
      for option in draft.schema.options where option.isDestination {
        guard let value = draft.given[option.name] ?? option.fallback, value != .none else { continue }
        if let owner = owners[value] {
          reader.report(
            clash(of: draft, with: owner, option.name), at: draft.optionNodes[option.name] ?? draft.node)
        }
        owners[value] = draft
      }
    }
  }

  private func clash(
    of draft: PipelineReader.Draft, with owner: PipelineReader.Draft, _ option: String
  ) -> String {
    guard let original = draft.original, original == owner.original else {
      return "'\(draft.id)' and '\(owner.id)' would write the same files; change '\(option)' of one"
    }
    let fields = Set(vocabulary.stages.flatMap(\.options).compactMap(\.spreads)).sorted().map { "{\($0)}" }
    return
      "'\(original)' would write the same file several times; put \(fields.joined(separator: " or ")) into its '\(option)', "
      + "or let it follow a stage before those that stand for several values"
  }

  private func checkRequired(_ drafts: [PipelineReader.Draft]) {
    for draft in drafts {
      for option in draft.schema.options where option.fallback == nil && draft.given[option.name] == nil {
        // A wrong value was reported where it stands.
        guard draft.optionNodes[option.name] == nil else { continue }
        reader.report("'\(draft.id)' needs the option '\(option.name)': \(option.summary)", at: draft.node)
      }
    }
  }

  private func checkConflicts(_ drafts: [PipelineReader.Draft]) {
    for draft in drafts {
      guard let conflict = draft.schema.conflict(Options(draft.schema.options, given: draft.given)) else {
        continue
      }
      reader.report("'\(draft.id)' \(conflict)", at: draft.node)
    }
  }

  /// Every branch must lead to the manifest.
  private func checkLeaves(_ drafts: [PipelineReader.Draft], after: [[Int]]) {
    let followed = Set(after.joined())
    for index in drafts.indices.dropLast() where !followed.contains(index) {
      reader.report(
        "nothing follows '\(drafts[index].id)'; add it to the 'after' of '\(drafts[drafts.count - 1].id)'",
        at: drafts[index].node)
    }
  }

  private func checkWiring(_ drafts: [PipelineReader.Draft], after: [[Int]]) {
    let places = drafts.indices.map { index in
      let draft = drafts[index]
      return Wiring.Place(
        schema: draft.schema.with(Options(draft.schema.options, given: draft.given)), after: after[index],
        reads: draft.reads, isConditional: draft.when != nil)
    }
    for problem in Wiring.problems(places, catalogue: vocabulary.stages) {
      let draft = drafts[problem.stage]
      reader.report(
        "'\(draft.id)' needs \(problem.missing), which \(advice(problem, drafts))",
        at: draft.place(ofReading: problem.missing) ?? draft.node)
    }
    for rivals in Wiring.rivals(places) {
      let (first, second) = (drafts[rivals.first], drafts[rivals.second])
      reader.report(
        "'\(second.id)' and '\(first.id)' give \(rivals.fact) on different branches; put one of them where the branches part",
        at: second.node)
    }
  }

  /// Why a fact is missing, in words that follow "which".
  private func advice(_ problem: Wiring.Problem, _ drafts: [PipelineReader.Draft]) -> String {
    if let unsure = problem.unsure.last {
      return "not every photograph that comes here has from '\(drafts[unsure].id)'"
    }
    guard !problem.providers.isEmpty else { return "nothing before it gives" }
    return "nothing before it gives; put '\(problem.providers.joined(separator: "' or '"))' before it"
  }
}
