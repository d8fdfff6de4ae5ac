import Tensors
import TestSupport
import Testing

@Suite struct GEMMTests {
  @Test(arguments: 0..<40) func productsAgreeWithPlainLoops(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let m = Int.random(in: 1...70, using: &generator)
    let k = Int.random(in: 1...70, using: &generator)
    let n = Int.random(in: 1...70, using: &generator)
    let workspace = Workspace(guarding: true)
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      randomMap(MapShape(height: 1, width: rows, channels: columns), in: workspace, &generator).matrix
    }
    let (a, b, bTransposed, c) = (matrix(m, k), matrix(k, n), matrix(n, k), matrix(m, n))

    GEMM.multiply(a, b, into: c)
    #expect(worst(c) { row, column in plain(k) { (a.base[row * k + $0], b.base[$0 * n + column]) } } < 1e-4)
    GEMM.multiply(a, transposed: bTransposed, into: c)
    let difference = worst(c) { row, column in
      plain(k) { (a.base[row * k + $0], bTransposed.base[column * k + $0]) }
    }
    #expect(difference < 1e-4)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  private func plain(_ count: Int, _ factors: (Int) -> (Float, Float)) -> Double {
    (0..<count).reduce(0) { sum, index in
      let (one, other) = factors(index)
      return sum + Double(one) * Double(other)
    }
  }

  private func worst(_ c: Matrix, _ expected: (Int, Int) -> Double) -> Double {
    (0..<c.rows * c.columns).reduce(0) {
      max($0, abs(Double(c.base[$1]) - expected($1 / c.columns, $1 % c.columns)))
    }
  }
}
