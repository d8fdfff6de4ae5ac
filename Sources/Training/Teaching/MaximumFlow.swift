/// The greatest flow from a source to a sink through a network of pipes, and with it the cheapest cut between the two.
///
/// Boykov and Kolmogorov, "An experimental comparison of min-cut/max-flow algorithms for energy minimization in vision"
/// (2004): two trees grow from the terminals until they touch; the path through both is filled up; what breaks off is adopted
/// again or let go. Fast where, as in pictures, most paths are short. Capacities are whole numbers, so nothing is rounded.
package struct MaximumFlow {
  private enum Tree: UInt8 {
    case free, source, sink
  }

  private struct Node {
    var tree = Tree.free
    var isActive = false
    /// The last arc added, the head of a list.
    var firstArc = MaximumFlow.none
    /// The arc to the parent: `none`, `terminal`, or `orphan`.
    var parent = MaximumFlow.none
    /// What the source can still give, or, below zero, the sink still take.
    var excess: Int32 = 0
    /// When `distance` was last known to be right.
    var seen: Int32 = 0
    /// Steps to the terminal.
    var distance: Int32 = 0
  }

  /// One direction of a pipe; the other one is its neighbour in the list.
  private struct Arc {
    let head: Int32
    let next: Int32
    var left: Int32
  }

  private static let none: Int32 = -1
  private static let terminal: Int32 = -2
  private static let orphan: Int32 = -3

  private var nodes: [Node]
  private var arcs: [Arc] = []
  private var active: [Int32] = []
  private var nextActive = 0
  private var orphans: [Int32] = []
  private var time: Int32 = 0
  /// What has flowed so far.
  package private(set) var flow = 0

  /// A network of so many nodes without pipes; `pipes` is how many are to come.
  package init(nodes count: Int, pipes: Int = 0) {
    nodes = Array(repeating: Node(), count: count)
    arcs.reserveCapacity(2 * pipes)
  }

  /// Adds a pipe with a capacity in each direction, none below zero.
  package mutating func connect(_ a: Int, _ b: Int, capacity: Int32, back: Int32) {
    arcs.append(Arc(head: Int32(b), next: nodes[a].firstArc, left: capacity))
    nodes[a].firstArc = Int32(arcs.count - 1)
    arcs.append(Arc(head: Int32(a), next: nodes[b].firstArc, left: back))
    nodes[b].firstArc = Int32(arcs.count - 1)
  }

  /// Adds pipes from the source to a node and from it to the sink. What runs through both at once flows immediately.
  package mutating func connect(_ node: Int, source: Int32, sink: Int32) {
    // An earlier surplus is the capacity of a pipe like these.
    let fromSource = source + max(0, nodes[node].excess)
    let toSink = sink + max(0, -nodes[node].excess)
    flow += Int(min(fromSource, toSink))
    nodes[node].excess = fromSource - toSink
  }

  /// Lets flow what can.
  package mutating func maximise() {
    for index in nodes.indices where nodes[index].excess != 0 {
      nodes[index].tree = nodes[index].excess > 0 ? .source : .sink
      nodes[index].parent = Self.terminal
      nodes[index].distance = 1
      activate(Int32(index))
    }
    while nextActive < active.count {
      let node = active[nextActive]
      // A node stays active until none of its arcs leads to the other tree any more.
      while nodes[Int(node)].tree != .free, let bridge = grow(from: node) {
        time += 1
        augment(through: bridge)
        while let orphan = orphans.popLast() { adopt(orphan) }
      }
      nodes[Int(node)].isActive = false
      nextActive += 1
    }
  }

  /// Whether a node lies on the source's side of the cut, once the flow is at its greatest.
  package func isWithSource(_ node: Int) -> Bool { nodes[node].tree == .source }

  // MARK: Steps

  private mutating func activate(_ node: Int32) {
    guard !nodes[Int(node)].isActive else { return }
    nodes[Int(node)].isActive = true
    active.append(node)
    // Nodes become active again and again; what was dealt with is dropped now and then.
    if nextActive > 4096, nextActive > active.count / 2 {
      active.removeFirst(nextActive)
      nextActive = 0
    }
  }

  /// The room in an arc of a tree's node, in the direction of the flow: away from the source, towards the sink.
  private func room(_ arc: Int32, _ tree: Tree) -> Int32 {
    arcs[Int(tree == .source ? arc : arc ^ 1)].left
  }

  /// Takes in free neighbours. Stops at an arc from the source's tree to the sink's, and returns it.
  private mutating func grow(from node: Int32) -> Int32? {
    let (tree, seen, distance) = (nodes[Int(node)].tree, nodes[Int(node)].seen, nodes[Int(node)].distance)
    var arc = nodes[Int(node)].firstArc
    while arc != Self.none {
      defer { arc = arcs[Int(arc)].next }
      guard room(arc, tree) > 0 else { continue }
      let head = Int(arcs[Int(arc)].head)
      if nodes[head].tree == .free {
        nodes[head].tree = tree
        nodes[head].parent = arc ^ 1
        nodes[head].seen = seen
        nodes[head].distance = distance + 1
        activate(Int32(head))
      } else if nodes[head].tree != tree {
        return tree == .source ? arc : arc ^ 1
      } else if nodes[head].seen <= seen, nodes[head].distance > distance, nodes[head].parent >= 0 {
        // A shorter way to the terminal.
        nodes[head].parent = arc ^ 1
        nodes[head].seen = seen
        nodes[head].distance = distance + 1
      }
    }
    return nil
  }

  /// Fills up the path through a bridge; whoever lies behind a full arc becomes an orphan.
  private mutating func augment(through bridge: Int32) {
    let ends = (source: arcs[Int(bridge ^ 1)].head, sink: arcs[Int(bridge)].head)
    var amount = arcs[Int(bridge)].left
    for (end, tree) in [(ends.source, Tree.source), (ends.sink, Tree.sink)] {
      var node = Int(end)
      while nodes[node].parent != Self.terminal {
        let parent = nodes[node].parent
        amount = min(amount, arcs[Int(tree == .source ? parent ^ 1 : parent)].left)
        node = Int(arcs[Int(parent)].head)
      }
      amount = min(amount, abs(nodes[node].excess))
    }
    push(amount, bridge)
    for (end, tree) in [(ends.source, Tree.source), (ends.sink, Tree.sink)] {
      var node = Int(end)
      while nodes[node].parent != Self.terminal {
        let parent = nodes[node].parent
        let downstream = tree == .source ? parent ^ 1 : parent
        push(amount, downstream)
        if arcs[Int(downstream)].left == 0 { makeOrphan(node) }
        node = Int(arcs[Int(parent)].head)
      }
      nodes[node].excess -= tree == .source ? amount : -amount
      if nodes[node].excess == 0 { makeOrphan(node) }
    }
    flow += Int(amount)
  }

  private mutating func push(_ amount: Int32, _ arc: Int32) {
    arcs[Int(arc)].left -= amount
    arcs[Int(arc ^ 1)].left += amount
  }

  private mutating func makeOrphan(_ node: Int) {
    nodes[node].parent = Self.orphan
    orphans.append(Int32(node))
  }

  /// Finds a new parent in the same tree, the nearest to the terminal; without one the node is free, and its children orphans.
  private mutating func adopt(_ orphan: Int32) {
    let node = Int(orphan)
    let tree = nodes[node].tree
    var best = (arc: Self.none, distance: Int32.max)
    var arc = nodes[node].firstArc
    while arc != Self.none {
      defer { arc = arcs[Int(arc)].next }
      guard room(arc ^ 1, tree) > 0, nodes[Int(arcs[Int(arc)].head)].tree == tree else { continue }
      if let distance = distance(of: arcs[Int(arc)].head), distance < best.distance {
        best = (arc, distance)
      }
    }
    if best.arc != Self.none {
      nodes[node].parent = best.arc
      nodes[node].seen = time
      nodes[node].distance = best.distance + 1
      return
    }
    arc = nodes[node].firstArc
    while arc != Self.none {
      defer { arc = arcs[Int(arc)].next }
      let neighbour = Int(arcs[Int(arc)].head)
      guard nodes[neighbour].tree == tree else { continue }
      if room(arc ^ 1, tree) > 0 { activate(Int32(neighbour)) }
      let parent = nodes[neighbour].parent
      if parent >= 0, Int(arcs[Int(parent)].head) == node { makeOrphan(neighbour) }
    }
    nodes[node].tree = .free
    nodes[node].parent = Self.none
  }

  /// Steps from a node of a tree to its terminal; nil where the way ends at an orphan. Notes down on the way what it learns.
  private mutating func distance(of start: Int32) -> Int32? {
    var node = Int(start)
    var steps: Int32 = 0
    while nodes[node].seen != time {
      let parent = nodes[node].parent
      if parent == Self.terminal {
        nodes[node].seen = time
        nodes[node].distance = 1
        break
      }
      guard parent >= 0 else { return nil }
      steps += 1
      node = Int(arcs[Int(parent)].head)
    }
    let total = steps + nodes[node].distance
    node = Int(start)
    var left = total
    while nodes[node].seen != time {
      nodes[node].seen = time
      nodes[node].distance = left
      left -= 1
      node = Int(arcs[Int(nodes[node].parent)].head)
    }
    return total
  }
}
