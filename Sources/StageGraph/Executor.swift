package import Dispatch
import Synchronization

/// Runs a graph on Dispatch: one serial queue for each core permit, one for each worker that waits on files, one for the
/// source, one for commits.
///
/// A queue is handed a task only when the task can run, so no thread ever blocks inside the engine. What computes runs on
/// the queue of the permit it holds: a core that ends a task and takes the next one does so on the same thread, without
/// waking another. Errors of items travel in their outcomes; the run itself always ends.
///
/// Thread-safe: ``stop(_:)`` and ``status`` may be called from any thread while ``run()`` blocks its own.
package final class Executor<Item: GraphItem>: Sendable {
  /// When absorbed results are made durable. The first one is at once, for whoever watches a run begin.
  package struct CommitPolicy: Sendable {
    /// At the latest when so many results wait,
    package var group = 64
    /// or so long after the first of them.
    package var delay = DispatchTimeInterval.milliseconds(250)

    package init() {}
  }

  private struct State: Sendable {
    var scheduler: Scheduler<Item>
    var admission: Admission
    var status: RunStatus
    var leases: [Int: Int] = [:]
    var atWork: [Desk: ItemAtWork] = [:]
    /// When the source began to open an item.
    var openingSince: UInt64 = 0
    var nextTicket = 0
    /// An opened item that waits for memory.
    var candidate: Outcome<Item>?
    var sourceBusy = false
    var sourceEnded = false
    var absorbed = 0
    var committing = false
    var hasCommitted = false
    var commitFailed = false
    var commitTimerSet = false
    /// Set where results had waited long enough while a commit was under way.
    var commitDue = false
    var finished = false
  }

  /// Where one item at a time is worked on.
  private struct Desk: Hashable, Sendable {
    let node: Int
    let worker: Int
  }

  private let graph: Graph<Item>
  private let source: any ItemSource<Item>
  private let sink: any ItemSink<Item>
  private let policy: CommitPolicy
  private let state: Mutex<State>
  private let coreQueues: [DispatchQueue]
  private let workerQueues: [[DispatchQueue]]
  private let sourceQueue = DispatchQueue(label: "viewfinder.source")
  private let commitQueue = DispatchQueue(label: "viewfinder.commit")
  private let timerQueue = DispatchQueue(label: "viewfinder.timer")
  private let done = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - jobs: how many tasks may compute at once, at least 1.
  package init(
    _ graph: Graph<Item>, from source: any ItemSource<Item>, to sink: any ItemSink<Item>, jobs: Int,
    bounds: Admission.Bounds, policy: CommitPolicy = CommitPolicy()
  ) {
    self.graph = graph
    self.source = source
    self.sink = sink
    self.policy = policy
    state = Mutex(
      State(
        scheduler: Scheduler(graph, permits: jobs), admission: Admission(bounds),
        status: RunStatus(stages: graph.nodes.map { StageTelemetry(id: $0.id) })))
    coreQueues = (0..<jobs).map { DispatchQueue(label: "viewfinder.core.\($0)") }
    workerQueues = graph.nodes.map { node in
      (0..<node.workers).map { DispatchQueue(label: "viewfinder.\(node.id).\($0)") }
    }
  }

  /// Runs until the source is exhausted, or the run was stopped and has drained, every result was committed, and the stages have ended.
  /// Blocks the calling thread. Call it once.
  package func run() -> RunStatus {
    advance()
    done.wait()
    for node in graph.nodes { node.stage.end() }
    return status
  }

  /// How the run stands now.
  package var status: RunStatus {
    state.withLock { state in
      var status = state.status
      for node in status.stages.indices {
        status.stages[node].queueHighWater = state.scheduler.queueHighWater[node]
        status.stages[node].waiting = state.scheduler.waiting(at: node)
      }
      status.inFlightHighWater = state.admission.peak.inFlight
      status.leasedHighWater = state.admission.peak.leasedBytes
      status.atWork = Array(state.atWork.values)
      if state.sourceBusy, let item = source.opening {
        status.atWork.append(ItemAtWork(stage: "open", item: item, since: state.openingSince))
      }
      return status
    }
  }

  /// Ends intake; what is in flight is finished and committed. The first reason stays.
  package func stop(_ reason: StopReason) {
    state.withLock { $0.status.stop = $0.status.stop ?? reason }
    advance()
  }

  /// Does everything that can be done now. Called after every change of the state.
  private func advance() {
    let (tasks, pull, commit, end) = state.withLock { state in
      admitCandidate(&state)
      let pull = wantsPull(&state)
      let tasks = state.scheduler.next()
      for task in tasks {
        state.status.stages[task.node].running += 1
        state.atWork[Desk(node: task.node, worker: task.worker)] = ItemAtWork(
          stage: graph.nodes[task.node].id, item: task.item.name, since: DispatchTime.now().uptimeNanoseconds)
      }
      return (tasks, pull, wantsCommit(&state), wantsEnd(&state))
    }
    for task in tasks { queue(for: task).async { self.perform(task) } }
    if pull { sourceQueue.async { self.pull() } }
    if commit { commitQueue.async { self.commit() } }
    if end { done.signal() }
  }

  // MARK: Intake

  private func wantsPull(_ state: inout State) -> Bool {
    guard !state.sourceBusy, !state.sourceEnded, state.candidate == nil else { return false }
    guard state.status.stop == nil else {
      state.sourceEnded = true
      return false
    }
    guard state.admission.takeCredit() else { return false }
    state.sourceBusy = true
    state.openingSince = DispatchTime.now().uptimeNanoseconds
    return true
  }

  private func pull() {
    let next: Result<Outcome<Item>?, StageFailure> = Result { () throws(StageFailure) in try source.next() }
    state.withLock { state in
      state.sourceBusy = false
      switch next {
      case .success(let outcome?): state.candidate = outcome
      case .success(nil):
        state.sourceEnded = true
        state.admission.returnUnused()
      case .failure(let failure):
        state.sourceEnded = true
        state.status.stop = state.status.stop ?? .failure(failure)
        state.admission.returnUnused()
      }
    }
    advance()
  }

  /// Gives the opened item its memory, if there is enough, and sends it into the graph.
  private func admitCandidate(_ state: inout State) {
    guard let outcome = state.candidate else { return }
    if state.status.stop != nil {
      state.candidate = nil
      state.admission.returnUnused()
      return
    }
    var bytes = 0
    if case .passed(let item) = outcome { bytes = graph.lease(for: item) }
    guard state.admission.lease(bytes) else { return }
    state.candidate = nil
    let ticket = state.nextTicket
    state.nextTicket += 1
    state.leases[ticket] = bytes
    state.status.admitted += 1
    if case .failed(_, let failure) = outcome, graph.nodes[0].abortsRun {
      state.status.stop = state.status.stop ?? .failure(failure)
    }
    let arrivals = state.scheduler.admit(outcome, ticket: ticket)
    if !arrivals.isEmpty { timerQueue.async { self.deliver(arrivals) } }
  }

  // MARK: Work

  private func queue(for task: Scheduler<Item>.Task) -> DispatchQueue {
    task.core.map { coreQueues[$0] } ?? workerQueues[task.node][task.worker]
  }

  private func perform(_ task: Scheduler<Item>.Task) {
    let node = graph.nodes[task.node]
    let start = DispatchTime.now().uptimeNanoseconds
    var outcome = Self.carryOut(
      task.phase, of: node, index: task.node, on: task.item,
      StageContext(stage: node.id))
    let elapsed = DispatchTime.now().uptimeNanoseconds - start
    outcome.item.spent(nanoseconds: elapsed, in: node.id)
    let arrivals = state.withLock { state in
      state.status.stages[task.node].running -= 1
      state.atWork[Desk(node: task.node, worker: task.worker)] = nil
      state.status.stages[task.node].busyNanoseconds += elapsed
      switch outcome {
      case .passed where task.phase != node.stage.phases.max(): break
      default: state.status.stages[task.node].items += 1
      }
      if case .failed(_, let failure) = outcome, failure.scope != .item || node.abortsRun {
        state.status.stop = state.status.stop ?? .failure(failure)
      }
      return state.scheduler.finish(task, with: outcome)
    }
    deliver(arrivals)
    advance()
  }

  private static func carryOut(
    _ phase: Phase, of node: StageNode<Item>, index: Int, on item: Item, _ context: StageContext
  ) -> Outcome<Item> {
    var item = item
    do throws(StageFailure) {
      switch phase {
      case .prepare: try node.stage.prepare(&item, context)
      case .input: try node.stage.input(&item, context)
      case .compute:
        if case .drop(let reason) = try node.stage.compute(&item, context) {
          return .dropped(item.withoutPayload(), reason: reason)
        }
      case .output: try node.stage.output(&item, context)
      }
      return .passed(item)
    } catch {
      var failure = error
      failure.node = index
      return .failed(item.withoutPayload(), failure)
    }
  }

  // MARK: Results

  /// Hands results to the sink, outside the lock, and only then gives their credits and memory back.
  private func deliver(_ arrivals: [Scheduler<Item>.Arrival]) {
    guard !arrivals.isEmpty else { return }
    for arrival in arrivals { sink.absorb(arrival.outcome) }
    let setTimer = state.withLock { state in
      for arrival in arrivals {
        state.admission.arrived(leased: state.leases.removeValue(forKey: arrival.ticket) ?? 0)
        if state.commitFailed { state.admission.settled(1) } else { state.absorbed += 1 }
        switch arrival.outcome {
        case .passed: state.status.passed += 1
        case .dropped: state.status.dropped += 1
        case .failed: state.status.failed += 1
        }
      }
      defer { state.commitTimerSet = true }
      return !state.commitTimerSet
    }
    if setTimer {
      timerQueue.asyncAfter(deadline: .now() + policy.delay) { self.commitTimerFired() }
    }
    advance()
  }

  private func commitTimerFired() {
    let commit = state.withLock { state in
      state.commitTimerSet = false
      // Whatever came while the last commit was under way has waited long enough when that ends.
      state.commitDue = state.committing
      return startCommit(&state)
    }
    if commit { commitQueue.async { self.commit() } }
  }

  private func wantsCommit(_ state: inout State) -> Bool {
    let drained = state.sourceEnded && state.admission.inFlight == 0
    guard
      state.absorbed >= policy.group || state.admission.needsPlace || drained || !state.hasCommitted
        || state.commitDue
    else { return false }
    return startCommit(&state)
  }

  private func startCommit(_ state: inout State) -> Bool {
    guard state.absorbed > 0, !state.committing else { return false }
    state.committing = true
    state.hasCommitted = true
    state.commitDue = false
    return true
  }

  private func commit() {
    let result: Result<Int, StageFailure> = Result { () throws(StageFailure) in try sink.commit() }
    state.withLock { state in
      state.committing = false
      switch result {
      case .success(let count):
        state.absorbed -= count
        state.admission.settled(count)
      case .failure(let failure):
        // What could not be committed has no record; the run ends and can be repeated.
        state.commitFailed = true
        state.status.stop = .failure(failure)
        state.admission.settled(state.absorbed)
        state.absorbed = 0
      }
    }
    advance()
  }

  private func wantsEnd(_ state: inout State) -> Bool {
    guard state.sourceEnded, !state.sourceBusy, state.candidate == nil, !state.finished,
      state.admission.inFlight == 0, state.absorbed == 0, !state.committing
    else { return false }
    state.finished = true
    return true
  }
}
