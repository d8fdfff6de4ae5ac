/// Bytes of memory that a stage may add to those an item holds.
package struct MemoryCost: Hashable, Sendable {
  /// From the stage's work on until the item has left the graph.
  package var kept: Int
  /// Beside these, and only while the stage works.
  package var working: Int

  package init(kept: Int = 0, working: Int = 0) {
    self.kept = kept
    self.working = working
  }

  package static let none = MemoryCost()
}

extension Graph {
  /// The most bytes that an item can hold at any one moment between admission and the sink: its own, all that stages keep, and
  /// what those need that can work on it at the same time. Stages that follow each other never do, those on different branches may.
  package func lease(for item: Item) -> Int {
    let costs = nodes.map { $0.stage.memoryCost(for: item) }
    // No more than all at once, which joins would add up to: each counts on each of its branches, too much rather than too little.
    let most = costs.reduce(0) { $0 + $1.working }
    // Behind a node only later ones stand.
    var working = [Int](repeating: 0, count: nodes.count + 1)
    for index in nodes.indices.reversed() {
      working[index] = max(costs[index].working, min(most, successors[index].reduce(0) { $0 + working[$1] }))
    }
    return item.byteCost + costs.reduce(0) { $0 + $1.kept } + min(most, roots.reduce(0) { $0 + working[$1] })
  }
}
