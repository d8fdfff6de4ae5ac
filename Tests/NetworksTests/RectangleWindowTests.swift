import Networks
import TestSupport
import Testing

@Suite struct RectangleWindowTests {
  struct Grid: CustomTestStringConvertible {
    let rows: Int
    let columns: Int
    let sharpness: Double
    var testDescription: String { "\(rows)x\(columns)_k\(Int(sharpness))" }
    var count: Int { rows * columns }
  }
  static let grids = [
    Grid(rows: 7, columns: 7, sharpness: 10), Grid(rows: 14, columns: 14, sharpness: 20),
    Grid(rows: 12, columns: 16, sharpness: 20),
  ]

  /// Map and gradient computed elsewhere in double precision by automatic differentiation.
  @Test(arguments: grids) func agreesWithTheReference(grid: Grid) throws {
    let file = try Fixtures.window.get()
    let name = grid.testDescription
    let thetas = try file.doubles("\(name).theta")
    let weights = try file.doubles("\(name).weight")
    let (maps, gradients) = both(
      CellGrid(rows: grid.rows, columns: grid.columns), grid.sharpness, thetas, weights)
    #expect(deviation(maps, try file.doubles("\(name).map")) < 1e-9)
    #expect(deviation(gradients, try file.doubles("\(name).grad_theta")) < 1e-9)

    let (singleMaps, singleGradients) = both(
      CellGrid(rows: grid.rows, columns: grid.columns), Float(grid.sharpness), thetas.map(Float.init),
      weights.map(Float.init))
    #expect(deviation(singleMaps.map(Double.init), try file.doubles("\(name).map")) < 1e-4)
    #expect(deviation(singleGradients.map(Double.init), try file.doubles("\(name).grad_theta")) < 1e-4)
  }

  private func both<Scalar: RealScalar>(
    _ grid: CellGrid<Scalar>, _ sharpness: Scalar, _ thetas: [Scalar], _ weights: [Scalar]
  ) -> (maps: [Scalar], gradients: [Scalar]) {
    let window = RectangleWindow(grid: grid, sharpness: sharpness)
    var maps: [Scalar] = []
    var gradients: [Scalar] = []
    for index in 0..<thetas.count / 5 {
      let rectangle = RectangleParameters<Scalar>(thetas[(index * 5)..<(index * 5 + 5)])
      maps += map(window, rectangle, count: grid.count)
      let upstream = Array(weights[(index * grid.count)..<((index + 1) * grid.count)])
      gradients += window.gradient(at: rectangle, upstream: upstream.span).list
    }
    return (maps, gradients)
  }

  private func map<Scalar: RealScalar>(
    _ window: RectangleWindow<Scalar>, _ rectangle: RectangleParameters<Scalar>, count: Int
  ) -> [Scalar] {
    [Scalar](unsafeUninitializedCapacity: count) { buffer, used in
      buffer.initialize(repeating: 0)
      window.evaluate(rectangle, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      used = count
    }
  }

  @Test(arguments: rectangleCases) func gradientIsThatOfTheMap(rectangle: Rectangle) {
    var generator = SeededGenerator(seed: 11)
    let window = RectangleWindow<Double>(grid: CellGrid(rows: 9, columns: 6), sharpness: 8)
    let weights = (0..<54).map { _ in Double.random(in: -1...1, using: &generator) }
    let found = window.gradient(at: rectangle, upstream: weights.span).list
    let expected = centralDifferences(
      { zip(map(window, $0, count: 54), weights).reduce(0) { $0 + $1.0 * $1.1 } }, at: rectangle)
    for (one, other) in zip(found, expected) { #expect(approximately(one, other, tolerance: 1e-7)) }
  }

  @Test(arguments: rectangleCases) func mapIsBetweenZeroAndOneAndOneAtTheCentre(rectangle: Rectangle) {
    let values = map(
      RectangleWindow<Double>(grid: CellGrid(rows: 31, columns: 31), sharpness: 10), rectangle, count: 961)
    #expect(values.allSatisfy { $0 >= 0 && $0 <= 1 })
    // One cell of the right size sits exactly at the centre of a canvas.
    var centred = rectangle
    (centred.mu1, centred.mu2) = (0, 0)
    let one = map(
      RectangleWindow<Double>(grid: CellGrid(rows: 1, columns: 1), sharpness: 10), centred, count: 1)
    #expect(approximately(one[0], 1, tolerance: 1e-12))
  }

  @Test func aQuarterTurnSwapsTheSizes() {
    let window = RectangleWindow<Double>(grid: CellGrid(rows: 8, columns: 8), sharpness: 10)
    for rectangle in rectangleCases {
      var turned = rectangle
      (turned.sigma1, turned.sigma2) = (rectangle.sigma2, rectangle.sigma1)
      turned.alpha += .pi / 2
      #expect(deviation(map(window, rectangle, count: 64), map(window, turned, count: 64)) < 1e-12)
    }
  }

  @Test(arguments: [1e4, 1e30, .infinity, .nan, -1e30]) func extremeNumbersNeverTrap(extreme: Double) {
    let window = RectangleWindow<Float>(grid: CellGrid(rows: 5, columns: 5), sharpness: 10)
    let weights = [Float](repeating: 1, count: 25)
    for index in 0..<5 {
      var list: [Float] = [0, 0, 0.5, 0.5, 0]
      list[index] = Float(extreme)
      let rectangle = RectangleParameters<Float>(list)
      let values = map(window, rectangle, count: 25)
      #expect(values.allSatisfy { $0.isNaN || $0 >= 0 })
      _ = window.gradient(at: rectangle, upstream: weights.span)
    }
    // A size beyond all measure is the whole map.
    if extreme == 1e4 {
      let values = map(window, RectangleParameters<Float>([0, 0, 1e4, 1e4, 0.3]), count: 25)
      #expect(values.allSatisfy { $0 == 1 })
    }
  }
}
