import TestSupport
import Testing
import Training

@Suite struct MaximumFlowTests {
  /// A network as a table of capacities, the source last but one, the sink last.
  private struct Table {
    let nodes: Int
    var capacity: [[Int]]

    init(nodes: Int) {
      self.nodes = nodes
      capacity = Array(repeating: Array(repeating: 0, count: nodes + 2), count: nodes + 2)
    }

    var network: MaximumFlow {
      var network = MaximumFlow(nodes: nodes)
      for a in 0..<nodes {
        network.connect(a, source: Int32(capacity[nodes][a]), sink: Int32(capacity[a][nodes + 1]))
        for b in a + 1..<max(nodes, a + 1) where capacity[a][b] > 0 || capacity[b][a] > 0 {
          network.connect(a, b, capacity: Int32(capacity[a][b]), back: Int32(capacity[b][a]))
        }
      }
      return network
    }

    /// What a cut lets through from the source's side to the sink's.
    func cost(_ isWithSource: (Int) -> Bool) -> Int {
      let side = (0..<nodes).map(isWithSource) + [true, false]
      var cost = 0
      for a in 0..<nodes + 2 where side[a] {
        for b in 0..<nodes + 2 where !side[b] { cost += capacity[a][b] }
      }
      return cost
    }

    /// Edmonds and Karp: shortest paths with room, one after the other.
    var greatestFlow: Int {
      var left = capacity
      var flow = 0
      while true {
        var parent = [Int](repeating: -1, count: nodes + 2)
        parent[nodes] = nodes
        var queue = [nodes]
        var next = 0
        while next < queue.count, parent[nodes + 1] < 0 {
          let a = queue[next]
          next += 1
          for b in 0..<nodes + 2 where parent[b] < 0 && left[a][b] > 0 {
            parent[b] = a
            queue.append(b)
          }
        }
        guard parent[nodes + 1] >= 0 else { return flow }
        var path: [(Int, Int)] = []
        var node = nodes + 1
        while node != nodes {
          path.append((parent[node], node))
          node = parent[node]
        }
        let amount = path.map { left[$0.0][$0.1] }.min()!
        for (a, b) in path {
          left[a][b] -= amount
          left[b][a] += amount
        }
        flow += amount
      }
    }
  }

  private func check(_ table: Table) {
    var network = table.network
    network.maximise()
    #expect(network.flow == table.greatestFlow)
    #expect(table.cost(network.isWithSource) == network.flow)
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func randomNetworksFlowAsShortestPathsSay(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var table = Table(nodes: Int.random(in: 1...14, using: &random))
    let density = Int.random(in: 1...6, using: &random)
    let most = [1, 3, 1000][Int.random(in: 0...2, using: &random)]
    for a in 0..<table.nodes {
      func draw() -> Int {
        Int.random(in: 0..<6, using: &random) < density ? Int.random(in: 0...most, using: &random) : 0
      }
      for b in 0..<table.nodes where b != a { table.capacity[a][b] = draw() }
      table.capacity[table.nodes][a] = draw()
      table.capacity[a][table.nodes + 1] = draw()
    }
    check(table)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func gridsLikeThoseOfPicturesAreCutRight(seed: UInt64) {
    var random = SeededGenerator(seed: 1000 + seed)
    let side = 9
    var table = Table(nodes: side * side)
    for node in 0..<table.nodes {
      let surplus = Int.random(in: -900...900, using: &random)
      table.capacity[table.nodes][node] = max(0, surplus)
      table.capacity[node][table.nodes + 1] = max(0, -surplus)
      let (y, x) = node.quotientAndRemainder(dividingBy: side)
      for (dx, dy) in [(1, 0), (0, 1), (1, 1), (-1, 1)]
      where (0..<side).contains(x + dx) && (0..<side).contains(y + dy) {
        let other = node + dx + side * dy
        table.capacity[node][other] = Int.random(in: 0...400, using: &random)
        table.capacity[other][node] = table.capacity[node][other]
      }
    }
    check(table)
  }

  @Test func whatRunsThroughOneNodeFlows() {
    var network = MaximumFlow(nodes: 2)
    network.connect(0, source: 5, sink: 3)
    network.connect(0, source: 0, sink: 4)
    network.connect(1, source: 2, sink: 0)
    network.maximise()
    #expect(network.flow == 5)
    #expect(!network.isWithSource(0) && network.isWithSource(1))
  }
}
