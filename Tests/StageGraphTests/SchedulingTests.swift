import Dispatch
import StageGraph
import Synchronization
import Testing

/// What the scheduler promises, seen through the executor: which stage gets a core first, and who holds one.
@Suite struct SchedulingTests {
  private let bounds = Admission.Bounds(credits: 4, bytes: 100)

  /// A stage that writes down its name and the item's number when it computes.
  private struct Witness: Stage {
    let name: String
    let log: Log
    var phases: [Phase] = [.compute]
    var onInput: (@Sendable (Int) -> Void)?
    var onCompute: (@Sendable (Int) -> Void)?

    func input(_ item: inout Parcel, _ context: StageContext) throws(StageFailure) { onInput?(item.number) }

    func compute(_ item: inout Parcel, _ context: StageContext) throws(StageFailure) -> Verdict {
      onCompute?(item.number)
      log.add("\(name)\(item.number)")
      return .pass
    }
  }

  private final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock { $0 } }
  }

  private func run(_ graph: Graph<Parcel>, count: Int, jobs: Int) -> RunStatus {
    Executor(graph, from: CountingSource(count), to: CollectingSink(), jobs: jobs, bounds: bounds).run()
  }

  private func node(_ id: String, _ stage: Witness, after: [Int], workers: Int = 3) -> StageNode<Parcel> {
    StageNode(id: id, stage: stage, after: after, workers: workers)
  }

  @Test func theDeepestStageGetsTheCoreFirst() {
    let log = Log()
    let graph = Graph([
      node("a", Witness(name: "a", log: log), after: []), node("b", Witness(name: "b", log: log), after: [0]),
      node("c", Witness(name: "c", log: log), after: [1]),
    ])
    _ = run(graph, count: 6, jobs: 1)
    #expect(log.all == (0..<6).flatMap { ["a\($0)", "b\($0)", "c\($0)"] })
  }

  @Test func stagesOfOneDepthGoInFileOrder() {
    let log = Log()
    let graph = Graph([
      node("a", Witness(name: "a", log: log), after: []), node("b", Witness(name: "b", log: log), after: [0]),
      node("c", Witness(name: "c", log: log), after: [0]), node("d", Witness(name: "d", log: log), after: [1]),
    ])
    _ = run(graph, count: 4, jobs: 1)
    #expect(log.all == (0..<4).flatMap { ["a\($0)", "b\($0)", "d\($0)", "c\($0)"] })
  }

  @Test func whoWaitsForAFileHoldsNoCore() {
    let log = Log()
    let started = DispatchSemaphore(value: 0)
    let arrived = Mutex(false)
    var reader = Witness(name: "r", log: log, phases: [.input, .compute])
    // The second item's file comes only when the first one computes, on the only core.
    reader.onInput = { number in
      if number == 1 { arrived.withLock { $0 = started.wait(timeout: .now() + 20) == .success } }
    }
    var worker = Witness(name: "w", log: log)
    worker.onCompute = { number in if number == 0 { started.signal() } }
    let graph = Graph([node("r", reader, after: []), node("w", worker, after: [0])])
    let status = run(graph, count: 2, jobs: 1)
    #expect(arrived.withLock { $0 }, "the waiting reader kept the core")
    #expect(status.passed == 2)
  }

  @Test func aStageHasNoMoreInHandThanWorkers() {
    let gauge = Gauge()
    let stage = FakeStage(name: "a", effort: 20_000, gauge: gauge) { _ in .pass }
    let graph = Graph([StageNode(id: "a", stage: stage, after: [], workers: 1)])
    let status = run(graph, count: 30, jobs: 3)
    #expect(gauge.most == 1 && status.stages[0].items == 30)
  }

  @Test func itemsThatAStageIsNotMeantForPassItUnchanged() {
    let sink = CollectingSink()
    let graph = Graph([
      StageNode(
        id: "a", stage: FakeStage(name: "a") { _ in .pass }, after: [], workers: 1, when: { $0.number % 2 == 0 }
      )
    ])
    let status = Executor(graph, from: CountingSource(3), to: sink, jobs: 1, bounds: bounds).run()
    #expect(sink.sorted == ["0 a passed", "1  passed", "2 a passed"])
    #expect(status.stages[0].items == 2, "what passes by is not counted")
  }

  @Test func aStageThatAbortsEndsTheRunAtItsFirstFailure() {
    let sink = CollectingSink()
    let graph = Graph([
      StageNode(
        id: "a", stage: FakeStage(name: "a") { $0 == 5 ? .fail : .pass }, after: [], workers: 1, abortsRun: true
      )
    ])
    let status = Executor(graph, from: CountingSource(100_000), to: sink, jobs: 1, bounds: bounds).run()
    #expect(status.failed == 1 && status.finished < 100)
    #expect(
      status.finished == status.admitted && sink.lines.count == status.finished,
      "what was in flight is finished")
    guard case .failure(let failure)? = status.stop else {
      Issue.record("the run did not say why it stopped")
      return
    }
    #expect(failure.detail == "failed in a" && failure.scope == .item)
  }

  @Test func theFirstReasonToStopStays() {
    let executor = Executor(
      Graph([StageNode(id: "a", stage: FakeStage(name: "a") { _ in .pass }, after: [], workers: 1)]),
      from: CountingSource(10), to: CollectingSink(), jobs: 1, bounds: bounds)
    executor.stop(.requested("first"))
    executor.stop(.requested("second"))
    let status = executor.run()
    #expect(status.stop == .requested("first") && status.admitted == 0)
  }
}
