/// Checks that every stage finds the facts it needs, before any item exists.
package enum Wiring {
  /// What the check needs to know of a stage at its place.
  package struct Place: Sendable {
    package let schema: StageSchema
    /// Earlier places it follows.
    package let after: [Int]
    /// Facts that its conditions read, besides what its schema needs.
    package let reads: Set<String>
    /// True where the stage may be passed by, so that nothing can rely on what it adds.
    package let isConditional: Bool

    package init(schema: StageSchema, after: [Int], reads: Set<String> = [], isConditional: Bool = false) {
      self.schema = schema
      self.after = after
      self.reads = reads
      self.isConditional = isConditional
    }
  }

  /// A need that nothing before it meets.
  package struct Problem: Hashable, Sendable {
    /// The stage, by its place in the file.
    package let stage: Int
    package let missing: String
    /// Stages of the catalogue that would add the fact.
    package let providers: [String]
    /// Places before the stage that add the fact, but not to every item that comes to it.
    package let unsure: [Int]
  }

  /// - Parameter catalogue: all stages there are, to name what is missing.
  package static func problems(_ places: [Place], catalogue: [StageSchema]) -> [Problem] {
    // What a stage adds only where it is told to is no hint.
    let catalogue = catalogue.map { $0.with(Options($0.options)) }
    var problems: [Problem] = []
    var facts: [Set<String>] = []
    // For each place itself and all places before it.
    var ways: [Set<Int>] = []
    for (index, place) in places.enumerated() {
      ways.append(place.after.reduce(into: [index]) { $0.formUnion(ways[$1]) })
      let present = arriving(at: place.after, facts: facts, ways: ways, places: places)
      let needs = place.schema.needs.union(place.reads)
      for missing in needs.subtracting(present).sorted() {
        let providers = catalogue.filter { $0.adds.contains(missing) && !$0.needs.contains(missing) }.map(
          \.name)
        let unsure = ways[index].subtracting([index]).filter { places[$0].schema.adds.contains(missing) }
          .sorted()
        problems.append(Problem(stage: index, missing: missing, providers: providers, unsure: unsure))
      }
      // What is missing is reported once, where it is first needed.
      facts.append(present.union(needs).union(place.isConditional ? [] : place.schema.adds))
    }
    return problems
  }

  /// Two stages on different branches that give the same fact: behind the join one of them would be lost.
  package struct Rivals: Hashable, Sendable {
    package let first: Int
    package let second: Int
    package let fact: String
  }

  /// Every stage that gives what an earlier one on another branch gives, with the first such stage. All branches meet in the end, so where
  /// they join does not matter. Facts that end at a join cannot meet.
  package static func rivals(_ places: [Place]) -> [Rivals] {
    var rivals: [Rivals] = []
    var ways: [Set<Int>] = []
    for (index, place) in places.enumerated() {
      ways.append(place.after.reduce(into: [index]) { $0.formUnion(ways[$1]) })
      let lasting = place.schema.adds.subtracting(place.schema.branchLocal)
      let rival = places.indices.prefix(index).first { other in
        !ways[index].contains(other)
          && !lasting.isDisjoint(with: places[other].schema.adds.subtracting(places[other].schema.branchLocal))
      }
      guard let rival, let fact = lasting.intersection(places[rival].schema.adds).min() else { continue }
      rivals.append(Rivals(first: rival, second: index, fact: fact))
    }
    return rivals
  }

  /// The facts an item surely has behind `predecessors`: what all branches have, and what any branch adds that cannot have
  /// ended at a filter. Facts that belong to a branch's pixels end at the join unless the item had them before it forked.
  private static func arriving(
    at predecessors: [Int], facts: [Set<String>], ways: [Set<Int>], places: [Place]
  ) -> Set<String> {
    guard let first = predecessors.first else { return [] }
    guard predecessors.count > 1 else { return facts[first] }
    let ways = predecessors.map { ways[$0] }
    let shared = ways.dropFirst().reduce(ways[0]) { $0.intersection($1) }
    let base = shared.max().map { facts[$0] } ?? []
    let local = Set(places.flatMap(\.schema.branchLocal)).subtracting(base)
    let common = predecessors.dropFirst().reduce(facts[first]) { $0.intersection(facts[$1]) }
    let sure = zip(predecessors, ways).filter { _, way in
      !way.subtracting(shared).contains { places[$0].schema.filters }
    }
    return sure.reduce(common) { $0.union(facts[$1.0]) }.subtracting(local)
  }
}
