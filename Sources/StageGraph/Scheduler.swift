import DequeModule

/// Decides which worker does what next. A value without threads, clocks or locks: the executor guards it and carries
/// out what it decides, and tests can drive it step by step.
///
/// A worker takes an item from its stage's channel, waits for a core permit if its phase computes, works, gives the permit
/// back, and hands the item on. A channel never refuses: it holds at most as many items as there are credits.
struct Scheduler<Item: GraphItem>: Sendable {
  /// One item at one node, in the hands of one worker.
  struct Task: Sendable {
    let ticket: Int
    let node: Int
    let worker: Int
    let phase: Phase
    let item: Item
    /// The core whose permit a computing task holds.
    var core: Int?
  }

  /// An item that came out at the sink.
  struct Arrival: Sendable {
    let ticket: Int
    let outcome: Outcome<Item>
  }

  private struct Waiting: Sendable {
    let ticket: Int
    let item: Item
  }

  private let graph: Graph<Item>
  private let phases: [[Phase]]
  private var channels: [Deque<Waiting>]
  private var idleWorkers: [[Int]]
  private var needingPermit: [Deque<Task>]
  /// The core that became free last is given away first: its cache is warm and its thread awake.
  private var freeCores: [Int]
  private var joins: Joins<Item>
  private(set) var queueHighWater: [Int]

  init(_ graph: Graph<Item>, permits: Int) {
    precondition(permits > 0, "a run needs a core")
    self.graph = graph
    phases = graph.nodes.map { $0.stage.phases.sorted() }
    channels = graph.nodes.map { _ in Deque() }
    idleWorkers = graph.nodes.map { Array((0..<$0.workers).reversed()) }
    needingPermit = graph.nodes.map { _ in Deque() }
    freeCores = Array((0..<permits).reversed())
    joins = Joins(graph)
    queueHighWater = graph.nodes.map { _ in 0 }
  }

  /// An admitted item enters the graph. Returns it at once where no stage has anything to do for it.
  mutating func admit(_ outcome: Outcome<Item>, ticket: Int) -> [Arrival] {
    joins.remember(outcome.item, from: nil, ticket: ticket)
    return route(outcome, to: graph.roots.map { (nil, $0) }, ticket: ticket)
  }

  /// A phase ended. Returns the items that thereby came out at the sink.
  ///
  /// - Parameter outcome: how the item stands now; `passed` means that the stage's next phase may follow.
  mutating func finish(_ task: Task, with outcome: Outcome<Item>) -> [Arrival] {
    if let core = task.core { freeCores.append(core) }
    if case .passed(let item) = outcome, let next = phases[task.node].first(where: { $0 > task.phase }) {
      start(Waiting(ticket: task.ticket, item: item), node: task.node, worker: task.worker, phase: next)
      return []
    }
    idleWorkers[task.node].append(task.worker)
    return leave(task.node, with: outcome, ticket: task.ticket)
  }

  /// The tasks that can start now. Each must be carried out and reported with ``finish(_:with:)``.
  mutating func next() -> [Task] {
    for node in graph.byDepth {
      while !channels[node].isEmpty, let worker = idleWorkers[node].popLast() {
        start(channels[node].removeFirst(), node: node, worker: worker, phase: phases[node][0])
      }
    }
    for node in graph.byDepth {
      while !freeCores.isEmpty, var task = needingPermit[node].popFirst() {
        task.core = freeCores.removeLast()
        startable.append(task)
      }
    }
    defer { startable.removeAll(keepingCapacity: true) }
    return startable
  }

  /// Items that wait at a node, for a worker or for a core.
  func waiting(at node: Int) -> Int { channels[node].count + needingPermit[node].count }

  private var startable: [Task] = []

  private mutating func start(_ waiting: Waiting, node: Int, worker: Int, phase: Phase) {
    let task = Task(ticket: waiting.ticket, node: node, worker: worker, phase: phase, item: waiting.item)
    if phase.computes { needingPermit[node].append(task) } else { startable.append(task) }
  }

  private mutating func leave(_ node: Int, with outcome: Outcome<Item>, ticket: Int) -> [Arrival] {
    joins.remember(outcome.item, from: node, ticket: ticket)
    return route(outcome, to: graph.successors[node].map { (node, $0) }, ticket: ticket)
  }

  /// Follows the arrows until every token waits in a channel, in a join, or has come out at the sink. Dropped and failed
  /// tokens pass stages by; so do items for which a stage's condition is false.
  private mutating func route(_ outcome: Outcome<Item>, to arrows: [(from: Int?, to: Int)], ticket: Int)
    -> [Arrival]
  {
    var arrivals: [Arrival] = []
    var work = arrows.map { (from: $0.from, to: $0.to, outcome: outcome) }
    while let step = work.popLast() {
      guard let outcome = joined(step.outcome, from: step.from, at: step.to, ticket: ticket) else { continue }
      guard step.to != graph.sink else {
        arrivals.append(Arrival(ticket: ticket, outcome: outcome))
        continue
      }
      if case .passed(let item) = outcome, graph.nodes[step.to].when?(item) ?? true {
        channels[step.to].append(Waiting(ticket: ticket, item: item))
        queueHighWater[step.to] = max(queueHighWater[step.to], channels[step.to].count)
      } else {
        joins.remember(outcome.item, from: step.to, ticket: ticket)
        work += graph.successors[step.to].map { (step.to, $0, outcome) }
      }
    }
    return arrivals
  }

  private mutating func joined(_ outcome: Outcome<Item>, from: Int?, at node: Int, ticket: Int) -> Outcome<
    Item
  >? {
    guard graph.predecessors[node].count > 1, let from else { return outcome }
    return joins.arrive(outcome, from: from, at: node, ticket: ticket)
  }
}
