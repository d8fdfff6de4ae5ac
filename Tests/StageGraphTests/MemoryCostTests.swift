import StageGraph
import Testing

@Suite struct MemoryCostTests {
  private func graph(_ stages: [(cost: MemoryCost, after: [Int])]) -> Graph<Parcel> {
    Graph(
      stages.enumerated().map { index, stage in
        var fake = FakeStage(name: "s\(index)") { _ in .pass }
        fake.cost = stage.cost
        return StageNode(id: "s\(index)", stage: fake, after: stage.after, workers: 1)
      })
  }

  @Test func whatIsKeptAddsUpAndWorkOneAfterAnotherDoesNot() {
    let chain = graph([
      (MemoryCost(kept: 10, working: 500), []), (MemoryCost(kept: 20, working: 700), [0]),
      (MemoryCost(kept: 3, working: 60), [1]),
    ])
    #expect(chain.lease(for: Parcel(number: 0, byteCost: 1000)) == 1000 + 33 + 700)
  }

  @Test func branchesWorkAtTheSameTime() {
    let fork = graph([
      (MemoryCost(kept: 1, working: 100), []), (MemoryCost(working: 70), [0]), (MemoryCost(working: 50), [0]),
      (MemoryCost(working: 60), [2]),
    ])
    #expect(fork.lease(for: Parcel(number: 0, byteCost: 0)) == 1 + 70 + 60)
  }

  @Test func aStageBeforeBranchesMayNeedMoreThanAllOfThem() {
    let fork = graph([
      (MemoryCost(working: 1000), []), (MemoryCost(working: 70), [0]), (MemoryCost(working: 50), [0]),
    ])
    #expect(fork.lease(for: Parcel(number: 0, byteCost: 0)) == 1000)
  }

  /// Each of a chain of joins counts on both its branches: never as more than all stages at once, and never beyond what a number holds.
  @Test func manyJoinsStayBelowAllAtOnce() {
    var stages: [(cost: MemoryCost, after: [Int])] = [(MemoryCost(), [])]
    for _ in 0..<80 {
      let end = stages.count - 1
      stages += [(MemoryCost(), [end]), (MemoryCost(), [end]), (MemoryCost(working: 1), [end + 1, end + 2])]
    }
    stages.append((MemoryCost(working: 1 << 40), [stages.count - 1]))
    #expect(graph(stages).lease(for: Parcel(number: 0, byteCost: 7)) == 7 + 80 + 1 << 40)
  }

  @Test func twoStagesFromTheSourceWorkAtTheSameTime() {
    let pair = graph([(MemoryCost(working: 5), []), (MemoryCost(working: 6), [])])
    #expect(pair.lease(for: Parcel(number: 0, byteCost: 2)) == 2 + 11)
  }
}
