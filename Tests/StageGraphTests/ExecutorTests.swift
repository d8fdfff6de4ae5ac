import Dispatch
import StageGraph
import Synchronization
import Testing

@Suite struct ExecutorTests {
  private func chain(_ stages: [FakeStage], workers: Int = 2) -> Graph<Parcel> {
    Graph(
      stages.enumerated().map { index, stage in
        StageNode(id: stage.name, stage: stage, after: index == 0 ? [] : [index - 1], workers: workers)
      })
  }

  private let small = Admission.Bounds(credits: 3, bytes: 100)

  @Test func phasesRunInOrder() {
    let sink = CollectingSink()
    let graph = chain([FakeStage(name: "a", phases: [.output, .input, .compute, .prepare]) { _ in .pass }])
    _ = Executor(graph, from: CountingSource(1), to: sink, jobs: 1, bounds: small).run()
    #expect(sink.lines == ["0 a^ a< a a> passed"])
  }

  /// Also where the run was stopped before its first item.
  @Test func everyStageEndsOnceWhenNothingIsAtWork() {
    for count in [0, 5] {
      let (ends, work) = (Gauge(), Gauge())
      let stages = ["a", "b"].map { FakeStage(name: $0, gauge: work, ends: ends) { $0 == 2 ? .fail : .pass } }
      _ = Executor(chain(stages), from: CountingSource(count), to: CollectingSink(), jobs: 2, bounds: small)
        .run()
      #expect(ends.most == 2 && work.now == 0)
    }
  }

  @Test func aFailedItemIsNotShownToLaterStages() {
    let sink = CollectingSink()
    let graph = chain([
      FakeStage(name: "a") { $0 == 1 ? .fail : .pass }, FakeStage(name: "b") { $0 == 2 ? .drop : .pass },
    ])
    let status = Executor(graph, from: CountingSource(4), to: sink, jobs: 2, bounds: small).run()
    #expect(
      sink.sorted == ["0 a b passed", "1 a failed in a at 0", "2 a b dropped by b", "3 a b passed"])
    #expect(status.passed == 2 && status.failed == 1 && status.dropped == 1)
  }

  @Test func aJoinStartsFromTheItemOfTheSharedStage() {
    let sink = CollectingSink()
    let pass: @Sendable (Int) -> FakeStage.Behaviour = { _ in .pass }
    let graph = Graph([
      StageNode(id: "a", stage: FakeStage(name: "a", decide: pass), after: [], workers: 1),
      StageNode(id: "b", stage: FakeStage(name: "b", decide: pass), after: [0], workers: 1),
      StageNode(id: "c", stage: FakeStage(name: "c", decide: pass), after: [0], workers: 1),
      StageNode(id: "d", stage: FakeStage(name: "d", decide: pass), after: [1, 2], workers: 1),
    ])
    _ = Executor(graph, from: CountingSource(1), to: sink, jobs: 2, bounds: small).run()
    #expect(sink.lines == ["0 a (b) (c) d passed"])
  }

  @Test func theFirstFailingBranchInFileOrderSaysWhy() {
    let sink = CollectingSink()
    // The second branch fails long before the first one does.
    let graph = Graph([
      StageNode(id: "a", stage: FakeStage(name: "a") { _ in .pass }, after: [], workers: 1),
      StageNode(id: "b", stage: FakeStage(name: "b", effort: 3_000_000) { _ in .fail }, after: [0], workers: 1),
      StageNode(id: "c", stage: FakeStage(name: "c") { _ in .fail }, after: [0], workers: 1),
    ])
    _ = Executor(graph, from: CountingSource(1), to: sink, jobs: 2, bounds: small).run()
    #expect(sink.lines == ["0 a (b) (c) failed in b at 1"])
  }

  @Test func anItemLargerThanTheBudgetRunsAlone() {
    let sink = CollectingSink()
    let gauge = Gauge()
    let graph = chain([FakeStage(name: "a", effort: 10_000, gauge: gauge) { _ in .pass }], workers: 4)
    let source = CountingSource(12) { .passed(Parcel(number: $0, byteCost: 1000)) }
    let status = Executor(graph, from: source, to: sink, jobs: 4, bounds: small).run()
    #expect(status.passed == 12)
    #expect(gauge.most == 1)
    #expect(status.leasedHighWater == 1000)
  }

  @Test func stoppingEndsIntakeAndDrains() {
    let sink = CollectingSink()
    let graph = chain([FakeStage(name: "a", effort: 1000) { _ in .pass }])
    let box = Mutex<Executor<Parcel>?>(nil)
    let source = CountingSource(100_000) { number in
      if number == 40 { box.withLock { $0 }?.stop(.requested("test")) }
      return .passed(Parcel(number: number))
    }
    let executor = Executor(graph, from: source, to: sink, jobs: 2, bounds: small)
    box.withLock { $0 = executor }
    let status = executor.run()
    box.withLock { $0 = nil }
    #expect(status.stop == .requested("test"))
    #expect(status.admitted == 40, "the item that was being opened must not enter")
    #expect(status.finished == 40 && sink.commits.reduce(0, +) == 40)
  }

  @Test func aFailureOfTheHostEndsTheRun() {
    let sink = CollectingSink()
    let source = CountingSource(1000) { number throws(StageFailure) in
      guard number < 30 else { throw StageFailure(code: "io", detail: "no descriptors", scope: .run) }
      return .passed(Parcel(number: number))
    }
    let status = Executor(
      chain([FakeStage(name: "a") { _ in .pass }]), from: source, to: sink, jobs: 2, bounds: small
    )
    .run()
    #expect(status.finished == 30)
    guard case .failure(let failure)? = status.stop else {
      Issue.record("the run did not say why it stopped")
      return
    }
    #expect(failure.detail == "no descriptors")
  }

  @Test func aFailingCommitEndsTheRun() {
    let sink = CollectingSink { $0 >= 1 }
    let bounds = Admission.Bounds(credits: 4, bytes: 100, places: 8)
    let status = Executor(
      chain([FakeStage(name: "a") { _ in .pass }]), from: CountingSource(1_000_000), to: sink, jobs: 2,
      bounds: bounds
    ).run()
    #expect(status.finished < 1_000_000)
    #expect(status.stop == .failure(StageFailure(code: "io", detail: "disk full", scope: .run)))
  }

  /// The second item enters only when the first is committed: nothing else would ever do that.
  @Test(.timeLimit(.minutes(1))) func theFirstResultIsCommittedAtOnce() {
    let committed = DispatchSemaphore(value: 0)
    let sink = CollectingSink { _ in
      committed.signal()
      return false
    }
    let source = CountingSource(2) { number in
      if number == 1 { committed.wait() }
      return .passed(Parcel(number: number))
    }
    var policy = Executor<Parcel>.CommitPolicy()
    policy.delay = .seconds(3600)
    let graph = chain([FakeStage(name: "a") { _ in .pass }])
    let status = Executor(graph, from: source, to: sink, jobs: 2, bounds: small, policy: policy).run()
    #expect(status.passed == 2 && sink.commits == [1, 1])
  }

  /// The third item enters only when the second is committed, whose time ran out while the first commit was under way.
  @Test(.timeLimit(.minutes(1))) func resultsThatCameDuringACommitDoNotWaitForOthers() {
    let (begun, slow, second) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let sink = CollectingSink { number in
      if number == 0 {
        begun.signal()
        slow.wait()
      } else {
        second.signal()
      }
      return false
    }
    let source = CountingSource(3) { number in
      if number == 1 { begun.wait() }
      if number == 2 {
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(100)) { slow.signal() }
        second.wait()
      }
      return .passed(Parcel(number: number))
    }
    var policy = Executor<Parcel>.CommitPolicy()
    policy.delay = .milliseconds(1)
    let bounds = Admission.Bounds(credits: 3, bytes: 100, places: 16)
    let graph = chain([FakeStage(name: "a") { _ in .pass }])
    let status = Executor(graph, from: source, to: sink, jobs: 2, bounds: bounds, policy: policy).run()
    #expect(status.passed == 3 && sink.commits == [1, 1, 1])
  }

  @Test func resultsAreCommittedInGroups() {
    let sink = CollectingSink()
    let bounds = Admission.Bounds(credits: 4, bytes: 100, places: 16)
    let status = Executor(
      chain([FakeStage(name: "a") { _ in .pass }]), from: CountingSource(500), to: sink, jobs: 2, bounds: bounds
    ).run()
    #expect(status.passed == 500)
    #expect(sink.commits.reduce(0, +) == 500)
    #expect(sink.commits.max()! <= 16, "more waited for a commit than there are places")
  }
}
