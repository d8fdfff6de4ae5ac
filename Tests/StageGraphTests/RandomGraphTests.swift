import StageGraph
import TestSupport
import Testing

/// The promise of the engine, on graphs nobody thought of: every run ends, nothing is lost or doubled, bounds hold, and the
/// results do not depend on how many cores there are.
@Suite struct RandomGraphTests {
  /// 5,000 graphs: each on one core with one credit, and with other numbers of both; every tenth with all of them.
  @Test(arguments: 0..<50)
  func everyGraphGivesTheSameResultsWhateverTheJobs(block: Int) {
    for seed in block * 100..<(block + 1) * 100 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let description = GraphDescription.random(using: &generator)
      let count = Int.random(in: 0...40, using: &generator)
      let reference = run(description, count: count, jobs: 1, credits: 1, seed: seed)
      for jobs in seed % 10 == 0 ? [1, 2, 3, 4] : [2 + seed % 3] {
        let credits = Int.random(in: 1...(4 * jobs), using: &generator)
        #expect(
          run(description, count: count, jobs: jobs, credits: credits, seed: seed) == reference,
          "seed \(seed), jobs \(jobs), credits \(credits)")
      }
    }
  }

  private func run(_ description: GraphDescription, count: Int, jobs: Int, credits: Int, seed: Int) -> [String]
  {
    let gauge = Gauge()
    let graph = description.graph(jobs: jobs, gauge: gauge)
    let sink = CollectingSink()
    let source = CountingSource(count) { number in
      let parcel = Parcel(number: number, byteCost: 1 + number % 5)
      guard number % 11 == 3 else { return .passed(parcel) }
      return .failed(parcel, StageFailure(code: "fake", detail: "refused"))
    }
    let bounds = Admission.Bounds(credits: credits, bytes: 40, places: 9)
    let executor = Executor(graph, from: source, to: sink, jobs: jobs, bounds: bounds)
    let status = executor.run()

    #expect(status.finished == count && status.admitted == count, "seed \(seed): lost or doubled")
    #expect(sink.commits.reduce(0, +) == count)
    #expect(status.inFlightHighWater <= credits)
    let largest = 5 - 1 + graph.lease(for: Parcel(number: 0))
    #expect(status.leasedHighWater <= max(40, largest))
    #expect(gauge.most <= jobs, "seed \(seed): more computed at once than there are permits")
    #expect(status.stages.allSatisfy { $0.queueHighWater <= credits && $0.running == 0 })
    return sink.sorted
  }
}

/// A graph drawn at random: a shape, and for each stage what it does with which numbers.
private struct GraphDescription {
  struct Place {
    var after: [Int]
    var phases: [Phase]
    var cost: Int
    var effort: Int
    var dropEvery: Int?
    var failEvery: Int?
    var whenOdd: Bool
  }

  var places: [Place] = []

  static func random(using generator: inout SeededGenerator) -> GraphDescription {
    var description = GraphDescription()
    let count = Int.random(in: 1...9, using: &generator)
    for index in 0..<count {
      var after: [Int] = []
      if index > 0 {
        let fans = [1, 1, 1, 2, 3].randomElement(using: &generator)!
        after = Array(Set((0..<fans).map { _ in Int.random(in: 0..<index, using: &generator) }))
      }
      let phases = Phase.allCases.filter { $0 == .compute || Bool.random(using: &generator) }
      description.places.append(
        Place(
          after: after, phases: phases, cost: Int.random(in: 0...6, using: &generator),
          effort: [0, 0, 200, 20_000].randomElement(using: &generator)!,
          dropEvery: Bool.random(using: &generator) ? nil : Int.random(in: 2...9, using: &generator),
          failEvery: Bool.random(using: &generator) ? nil : Int.random(in: 2...9, using: &generator),
          whenOdd: Int.random(in: 0..<5, using: &generator) == 0))
    }
    return description
  }

  func graph(jobs: Int, gauge: Gauge) -> Graph<Parcel> {
    let nodes = places.enumerated().map { index, place -> StageNode<Parcel> in
      let stage = FakeStage(
        name: "s\(index)", phases: place.phases,
        cost: MemoryCost(kept: place.cost, working: 7 * place.cost % 5), effort: place.effort, gauge: gauge
      ) { number -> FakeStage.Behaviour in
        if let every = place.failEvery, number % every == 1 { return .fail }
        if let every = place.dropEvery, number % every == 0 { return .drop }
        return .pass
      }
      let isOdd: @Sendable (Parcel) -> Bool = { $0.number % 2 == 1 }
      return StageNode(
        id: "s\(index)", stage: stage, after: place.after, workers: 1 + index % max(jobs, 2),
        when: place.whenOdd ? isOdd : nil)
    }
    return Graph(nodes)
  }
}
