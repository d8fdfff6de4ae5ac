import Foundation
import Geometry
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite struct ScalarMapTests {
  private func map(_ rows: [String]) -> ScalarMap {
    ScalarMap(
      rows: rows.count, columns: rows[0].count, values: rows.joined().map { Float($0.wholeNumberValue ?? 0) })
  }

  @Test func regionsByHand() {
    let map = map(["11000", "10010", "00110", "00001"])
    let regions = map.regions(above: 0.5)
    #expect(regions.map(\.cells) == [3, 3, 1])
    #expect(regions.map(\.columns) == [0...1, 2...3, 4...4])
    #expect(regions.map(\.rows) == [0...1, 1...2, 3...3])
    // Of the two largest the first.
    #expect(map.box(above: 0.5) == Box(x: -1, y: -1, width: 0.8, height: 1))
    #expect(map.box(above: 7) == Box(x: -1, y: -1, width: 2, height: 2))
  }

  /// A second, plain way: cells take the least number among their neighbours until nothing changes.
  private func regionCount(_ map: ScalarMap, above threshold: Float) -> (count: Int, largest: Int) {
    var numbers = map.values.enumerated().map { $1 > threshold ? $0 : -1 }
    var changes = true
    while changes {
      changes = false
      for row in 0..<map.rows {
        for column in 0..<map.columns where numbers[row * map.columns + column] >= 0 {
          for (y, x) in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
          where (0..<map.rows).contains(y) && (0..<map.columns).contains(x) {
            let other = numbers[y * map.columns + x]
            if other >= 0, other < numbers[row * map.columns + column] {
              numbers[row * map.columns + column] = other
              changes = true
            }
          }
        }
      }
    }
    let groups = Dictionary(grouping: numbers.filter { $0 >= 0 }) { $0 }
    return (groups.count, groups.values.map(\.count).max() ?? 0)
  }

  @Test func regionsOfRandomMaps() {
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<200 {
      let rows = Int.random(in: 1...9, using: &generator)
      let columns = Int.random(in: 1...9, using: &generator)
      let map = ScalarMap(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in Float.random(in: 0...1, using: &generator) })
      let regions = map.regions(above: 0.4)
      let expected = regionCount(map, above: 0.4)
      #expect(regions.count == expected.count && (regions.map(\.cells).max() ?? 0) == expected.largest)
    }
  }

  @Test func mapsAreBroughtToTheirRange() {
    #expect(ScalarMap(rows: 1, columns: 3, values: [2, 6, 4]).normalised.values == [0, 1, 0.5])
    #expect(ScalarMap(rows: 1, columns: 2, values: [3, 3]).normalised.values == [0, 0])
  }

  @Test func enlargingIsBilinearWithHalfPixelCentres() {
    let workspace = Workspace(guarding: true)
    let side = ScalarMap.enlargedSide
    let fine = ScalarMap(rows: 1, columns: 2, values: [0, 1]).enlarged(in: workspace)
    #expect(fine.rows == side && fine.columns == side)
    for column in 0..<side {
      let place = (Double(column) + 0.5) * 2 / Double(side) - 0.5
      #expect(approximately(Double(fine.values[5 * side + column]), min(max(place, 0), 1), tolerance: 1e-5))
    }
    #expect(!workspace.isDamaged)
  }

  /// A map that is 1 inside a figure and falls to 0 over two cells at its edge.
  private func drawn(_ side: Int, distance: (Double, Double) -> Double) -> ScalarMap {
    ScalarMap(
      rows: side, columns: side,
      values: (0..<side * side).map { cell in
        let inside = distance(Double(cell % side) + 0.5, Double(cell / side) + 0.5)
        return Float(min(max(0.5 - inside / 2, 0), 1))
      })
  }

  @Test(arguments: [20.0, 45, 80])
  func aDiscHasIrregularityOne(radius: Double) throws {
    let disc = drawn(200) { x, y in hypot(x - 100, y - 97) - radius }
    let shape = RegionShape(disc, above: 0.5)
    #expect(shape.components == 1)
    #expect(abs(try #require(shape.irregularity) - 1) < 0.01)
  }

  @Test(arguments: [0.0, 10, 30, 45])
  func aTurnedSquareHasThatOfASquare(degrees: Double) throws {
    let direction = Point(direction: degrees)
    let square = drawn(200) { x, y in
      let offset = Point(x: x - 100, y: y - 100)
      return max(abs(offset.dot(direction)), abs(offset.dot(direction.perpendicular))) - 50
    }
    let shape = RegionShape(square, above: 0.5)
    #expect(abs(try #require(shape.irregularity) - 4 / .pi) < 0.02)
  }

  @Test func piecesAndEdgesAreIrregular() throws {
    let one = drawn(200) { x, y in hypot(x - 50, y - 100) - 30 }
    let two = drawn(200) { x, y in min(hypot(x - 50, y - 100), hypot(x - 150, y - 100)) - 30 }
    let shape = RegionShape(two, above: 0.5)
    #expect(shape.components == 2)
    // Twice the perimeter squared over twice the area.
    #expect(abs(try #require(shape.irregularity) - 2) < 0.03)
    #expect(RegionShape(one, above: 1).irregularity == nil && RegionShape(one, above: 1).components == 0)
    // A map that is 1 everywhere is a square: its contour is the canvas's edge.
    let all = RegionShape(
      ScalarMap(rows: 100, columns: 100, values: .init(repeating: 1, count: 10_000)), above: 0.5)
    #expect(abs(try #require(all.irregularity) - 4 / .pi) < 0.02)
  }

  @Test func theMomentsOfABoxAreTheBox() {
    let side = 60
    let box = ScalarMap(
      rows: side, columns: side,
      values: (0..<side * side).map { (15..<45).contains($0 % side) && (6..<18).contains($0 / side) ? 1 : 0 })
    let rectangle = ClassActivation.momentsRectangle(of: box)
    #expect(abs(rectangle.mu1) < 1e-3 && abs(rectangle.mu2 + 0.6) < 1e-3)
    #expect(abs(rectangle.sigma1 - 0.5) < 0.01 && abs(rectangle.sigma2 - 0.2) < 0.01)
    #expect(abs(rectangle.alpha) < 1e-3)
  }
}
