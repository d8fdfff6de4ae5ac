/// A stage at its place in a pipeline.
package struct StageNode<Item: GraphItem>: Sendable {
  package let id: String
  package let stage: any Stage<Item>
  /// Indices of the nodes it follows; empty for a node that is fed by the source. Always smaller than its own index.
  package let after: [Int]
  /// How many items the stage may have in hand at once.
  package let workers: Int
  /// Items for which this is false pass the stage unchanged.
  package let when: (@Sendable (Item) -> Bool)?
  /// True where a failure ends the run instead of one item.
  package let abortsRun: Bool

  package init(
    id: String, stage: any Stage<Item>, after: [Int], workers: Int,
    when: (@Sendable (Item) -> Bool)? = nil, abortsRun: Bool = false
  ) {
    self.id = id
    self.stage = stage
    self.after = after
    self.workers = workers
    self.when = when
    self.abortsRun = abortsRun
  }
}

/// Nodes in file order and the arrows between them. Acyclic by construction: a node only follows earlier ones.
///
/// The sink is a join of every node that nothing follows.
package struct Graph<Item: GraphItem>: Sendable {
  package let nodes: [StageNode<Item>]
  /// For each node the nodes that follow it; ``sink`` where nothing else does.
  package let successors: [[Int]]
  /// For each node and the sink, what it follows, in file order.
  let predecessors: [[Int]]
  /// For each node and the sink, the node whose output is the base of a join there; nil where nothing is joined or
  /// the branches share no stage (then the base is the item as the source gave it).
  let bases: [Int?]
  /// Node indices, deepest first: the order in which core permits are given, so that a run drains rather than fills.
  let byDepth: [Int]

  /// The index that stands for the sink.
  package var sink: Int { nodes.count }

  /// - Precondition: there is at least one node, and each follows only earlier ones.
  package init(_ nodes: [StageNode<Item>]) {
    precondition(!nodes.isEmpty, "a graph needs a stage")
    var successors = [[Int]](repeating: [], count: nodes.count)
    var depth = [Int](repeating: 1, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for predecessor in node.after {
        precondition(
          predecessor >= 0 && predecessor < index, "\(node.id) follows a stage that is not before it")
        successors[predecessor].append(index)
        depth[index] = max(depth[index], depth[predecessor] + 1)
      }
    }
    let sink = nodes.count
    var predecessors = nodes.map { $0.after.sorted() }
    predecessors.append(successors.indices.filter { successors[$0].isEmpty })
    for leaf in predecessors[sink] { successors[leaf] = [sink] }

    self.nodes = nodes
    self.successors = successors
    self.predecessors = predecessors
    self.byDepth = nodes.indices.sorted { (depth[$0], $1) > (depth[$1], $0) }
    self.bases = Graph.bases(predecessors)
  }

  /// Nodes that the source feeds.
  var roots: [Int] { nodes.indices.filter { nodes[$0].after.isEmpty } }

  /// The immediate dominator of each join: the last stage that every way to it passes.
  private static func bases(_ predecessors: [[Int]]) -> [Int?] {
    var dominators: [Set<Int>] = []
    var bases: [Int?] = []
    for (index, before) in predecessors.enumerated() {
      var common = before.first.map { dominators[$0] } ?? []
      for predecessor in before.dropFirst() { common.formIntersection(dominators[predecessor]) }
      bases.append(before.count > 1 ? common.max() : nil)
      dominators.append(common.union([index]))
    }
    return bases
  }
}
