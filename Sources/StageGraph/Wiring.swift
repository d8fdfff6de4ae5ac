/// Checks that every stage finds the facts it needs, before any item exists.
package enum Wiring {
  /// A need that nothing before it meets.
  package struct Problem: Hashable, Sendable {
    /// The stage, by its place in the file.
    package let stage: Int
    package let missing: String
    /// Stages of the catalogue that would add the fact.
    package let providers: [String]
  }

  /// - Parameters:
  ///   - stages: schema and predecessors of each stage, in file order; predecessors are earlier.
  ///   - catalogue: all stages there are, to name what is missing.
  package static func problems(
    _ stages: [(schema: StageSchema, after: [Int])], catalogue: [StageSchema]
  ) -> [Problem] {
    var problems: [Problem] = []
    var facts: [Set<String>] = []
    for (index, stage) in stages.enumerated() {
      let present = arriving(at: stage.after, facts: facts, stages: stages)
      for missing in stage.schema.needs.subtracting(present).sorted() {
        let providers = catalogue.filter { $0.adds.contains(missing) }.map(\.name)
        problems.append(Problem(stage: index, missing: missing, providers: providers))
      }
      // What is missing is reported once, where it is first needed.
      facts.append(present.union(stage.schema.adds).union(stage.schema.needs))
    }
    return problems
  }

  /// The facts an item surely has behind `predecessors`: those of any of them, but for what ends at a join and what stands
  /// behind a filter that its branch may have ended at.
  private static func arriving(
    at predecessors: [Int], facts: [Set<String>], stages: [(schema: StageSchema, after: [Int])]
  ) -> Set<String> {
    guard let first = predecessors.first else { return [] }
    guard predecessors.count > 1 else { return facts[first] }
    let common = predecessors.dropFirst().reduce(facts[first]) { $0.intersection(facts[$1]) }
    let surely = predecessors.filter { !isBehindFilter($0, stages: stages) }
    let local = Set(stages.flatMap(\.schema.branchLocal))
    return surely.reduce(common) { $0.union(facts[$1].subtracting(local)) }
  }

  private static func isBehindFilter(_ stage: Int, stages: [(schema: StageSchema, after: [Int])]) -> Bool {
    stages[stage].schema.filters || stages[stage].after.contains { isBehindFilter($0, stages: stages) }
  }
}
