import StageGraph
import Synchronization
import Testing

@Suite struct OverdueTests {
  private func work(_ item: String, _ stage: String = "decode", since seconds: Int) -> ItemAtWork {
    ItemAtWork(stage: stage, item: item, since: UInt64(seconds) * 1_000_000_000)
  }

  @Test func whatIsOverdueIsNamedOnce() {
    var overdue = Overdue(patience: 60)
    let (slow, quick, later) = (work("slow", since: 10), work("quick", since: 60), work("later", since: 20))
    #expect(overdue.news(of: [slow, quick], at: 70_000_000_000).isEmpty)
    #expect(overdue.news(of: [quick, later, slow], at: 81_000_000_000) == [slow, later])
    #expect(overdue.news(of: [quick, later, slow], at: 90_000_000_000).isEmpty)
    #expect(overdue.news(of: [quick], at: 121_000_000_000) == [quick])
    // The same item in another stage, or again.
    #expect(overdue.news(of: [work("slow", "crop", since: 130)], at: 200_000_000_000).count == 1)
  }

  /// A stage that asks, while it works, what is at work.
  @Test func theExecutorKnowsWhatIsAtWork() throws {
    let executor = Mutex<Executor<Parcel>?>(nil)
    let seen = Mutex<[ItemAtWork]>([])
    let stage = FakeStage(name: "a") { number in
      let status = executor.withLock { $0 }?.status
      seen.withLock { $0 += status?.atWork.filter { $0.item == "parcel \(number)" } ?? [] }
      return number == 3 ? .fail : .pass
    }
    let run = Executor(
      Graph([StageNode(id: "a", stage: stage, after: [], workers: 2)]), from: CountingSource(20),
      to: CollectingSink(), jobs: 2,
      bounds: Admission.Bounds(credits: 4, bytes: 100))
    executor.withLock { $0 = run }
    let status = run.run()
    #expect(status.finished == 20)
    #expect(seen.withLock { Set($0.map(\.item)) } == Set((0..<20).map { "parcel \($0)" }))
    #expect(seen.withLock { $0.allSatisfy { $0.stage == "a" && $0.since > 0 } })
    #expect(status.atWork.isEmpty)
  }
}
