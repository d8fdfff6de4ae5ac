/// Collects, for every item in flight, what the branches before each join have sent so far.
struct Joins<Item: GraphItem>: Sendable {
  private struct Key: Hashable {
    let ticket: Int
    let join: Int
  }

  private struct Entry {
    var base: Item?
    var arrivals: [Outcome<Item>?]
  }

  private let graph: Graph<Item>
  /// For each node, the joins whose base its output is; last, the joins that start from the source's item.
  private let joinsByBase: [[Int]]
  private var entries: [Key: Entry] = [:]

  init(_ graph: Graph<Item>) {
    self.graph = graph
    var joinsByBase = [[Int]](repeating: [], count: graph.nodes.count + 1)
    for join in graph.predecessors.indices where graph.predecessors[join].count > 1 {
      joinsByBase[graph.bases[join] ?? graph.nodes.count].append(join)
    }
    self.joinsByBase = joinsByBase
  }

  /// Remembers an item that a later join will start from. `node` is nil for the source.
  mutating func remember(_ item: Item, from node: Int?, ticket: Int) {
    for join in joinsByBase[node ?? graph.nodes.count] {
      let fresh = empty(join)
      entries[Key(ticket: ticket, join: join), default: fresh].base = item
    }
  }

  /// Takes what arrived from `predecessor`; returns the joined outcome once every branch has arrived.
  mutating func arrive(_ outcome: Outcome<Item>, from predecessor: Int, at join: Int, ticket: Int) -> Outcome<
    Item
  >? {
    let key = Key(ticket: ticket, join: join)
    var entry = entries.removeValue(forKey: key) ?? empty(join)
    guard let place = graph.predecessors[join].firstIndex(of: predecessor) else {
      preconditionFailure("a token arrived where no arrow leads")
    }
    precondition(entry.arrivals[place] == nil, "a branch sent two tokens for one item")
    entry.arrivals[place] = outcome
    let arrived = entry.arrivals.compactMap { $0 }
    guard arrived.count == entry.arrivals.count, let base = entry.base else {
      entries[key] = entry
      return nil
    }
    return Self.combined(arrived, since: base)
  }

  /// Failed if any branch failed (the first in file order says why), else passed if any passed, else dropped.
  private static func combined(_ arrived: [Outcome<Item>], since base: Item) -> Outcome<Item> {
    let item = Item.joining(arrived.map(\.item), since: base)
    let failures = arrived.compactMap { outcome -> StageFailure? in
      if case .failed(_, let failure) = outcome { failure } else { nil }
    }
    if let first = failures.min(by: { ($0.node ?? -1) < ($1.node ?? -1) }) {
      return .failed(item.withoutPayload(), first)
    }
    let reasons = arrived.compactMap { outcome -> String? in
      if case .dropped(_, let reason) = outcome { reason } else { nil }
    }
    guard reasons.count == arrived.count else { return .passed(item) }
    return .dropped(item.withoutPayload(), reason: reasons[0])
  }

  private func empty(_ join: Int) -> Entry {
    Entry(base: nil, arrivals: .init(repeating: nil, count: graph.predecessors[join].count))
  }
}
