import StageGraph
import Synchronization
import Testing

/// The three bounds, as a source feels them: what may be opened before something else has ended.
@Suite struct AdmissionTests {
  private func run(
    _ count: Int, bounds: Admission.Bounds, jobs: Int = 2, cost: @escaping @Sendable (Int) -> Int = { _ in 1 },
    stages: [FakeStage], watch: Ledger
  ) -> RunStatus {
    let graph = Graph(
      stages.enumerated().map { index, stage in
        StageNode(id: stage.name, stage: stage, after: index == 0 ? [] : [index - 1], workers: jobs)
      })
    let source = CountingSource(count) { number in
      watch.opened()
      return .passed(Parcel(number: number, byteCost: cost(number)))
    }
    let sink = LedgerSink(watch)
    return Executor(graph, from: source, to: sink, jobs: jobs, bounds: bounds).run()
  }

  @Test(arguments: [1, 2, 7])
  func creditsBoundWhatIsInFlight(credits: Int) {
    let ledger = Ledger()
    let status = run(
      200, bounds: .init(credits: credits, bytes: 1000), stages: [FakeStage(name: "a") { _ in .pass }],
      watch: ledger)
    #expect(status.finished == 200 && status.inFlightHighWater <= credits)
    #expect(ledger.mostInFlight <= credits)
  }

  @Test(arguments: [1, 3, 10])
  func placesBoundWhatIsNotYetDurable(places: Int) {
    let ledger = Ledger()
    let status = run(
      150, bounds: .init(credits: 50, bytes: 1000, places: places),
      stages: [FakeStage(name: "a") { _ in .pass }],
      watch: ledger)
    #expect(status.finished == 150)
    #expect(ledger.mostUnsettled <= places)
  }

  @Test func bytesOfTheItemAndOfEveryStageCount() {
    // 10 of the item and 15 of each stage: two fit into 99, a third does not.
    let stage = { (name: String) in FakeStage(name: name, cost: MemoryCost(kept: 15)) { _ in .pass } }
    let ledger = Ledger()
    let status = run(
      60, bounds: .init(credits: 8, bytes: 99), jobs: 4, cost: { _ in 10 }, stages: [stage("a"), stage("b")],
      watch: ledger)
    #expect(status.finished == 60)
    #expect(status.leasedHighWater == 80)
  }

  @Test func anItemThatIsTooLargeWaitsForTheOthersAndRunsAlone() {
    let gauge = Gauge()
    let ledger = Ledger()
    let stage = FakeStage(name: "a", effort: 5000, gauge: gauge) { _ in .pass }
    let status = run(
      40, bounds: .init(credits: 8, bytes: 50), jobs: 4, cost: { $0 % 10 == 9 ? 500 : 20 }, stages: [stage],
      watch: ledger)
    #expect(status.finished == 40 && status.leasedHighWater == 500)
    #expect(gauge.most <= 2, "no more than two of 20 fit into 50")
  }

  @Test func boundsOfZeroAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Admission.Bounds(credits: 0, bytes: 1) }
    await #expect(processExitsWith: .failure) { _ = Admission.Bounds(credits: 1, bytes: 0) }
    await #expect(processExitsWith: .failure) { _ = Admission.Bounds(credits: 1, bytes: 1, places: 0) }
  }
}

/// Counts what was opened, absorbed and committed.
final class Ledger: Sendable {
  private struct Counts: Sendable {
    var inFlight = 0
    var unsettled = 0
    var mostInFlight = 0
    var mostUnsettled = 0
  }

  private let counts = Mutex(Counts())

  func opened() {
    counts.withLock {
      $0.inFlight += 1
      $0.unsettled += 1
      $0.mostInFlight = max($0.mostInFlight, $0.inFlight)
      $0.mostUnsettled = max($0.mostUnsettled, $0.unsettled)
    }
  }

  func absorbed() { counts.withLock { $0.inFlight -= 1 } }
  func settled(_ count: Int) { counts.withLock { $0.unsettled -= count } }
  var mostInFlight: Int { counts.withLock { $0.mostInFlight } }
  var mostUnsettled: Int { counts.withLock { $0.mostUnsettled } }
}

private final class LedgerSink: ItemSink {
  private let ledger: Ledger
  private let waiting = Mutex(0)

  init(_ ledger: Ledger) { self.ledger = ledger }

  func absorb(_ outcome: Outcome<Parcel>) {
    ledger.absorbed()
    waiting.withLock { $0 += 1 }
  }

  func commit() throws(StageFailure) -> Int {
    let count = waiting.withLock { waiting in
      defer { waiting = 0 }
      return waiting
    }
    ledger.settled(count)
    return count
  }
}
