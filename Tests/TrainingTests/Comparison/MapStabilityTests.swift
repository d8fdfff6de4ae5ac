import Foundation
import TestSupport
import Testing
import Training

@Suite struct MapStabilityTests {
  /// A soft hill over a 14 x 14 grid.
  private static func hill(x: Double, y: Double, height: Double = 1, floor: Double = 0) -> ScalarMap {
    ScalarMap(
      rows: 14, columns: 14,
      values: (0..<196).map { (cell: Int) -> Float in
        let (row, column) = cell.quotientAndRemainder(dividingBy: 14)
        let u = (2 * Double(column) + 1) / 14 - 1 - x
        let v = (2 * Double(row) + 1) / 14 - 1 - y
        let squared: Double = u * u + v * v
        return Float(floor + height * exp(-4 * squared))
      })
  }

  private static func view(_ name: String) throws -> CanvasView {
    try #require(CanvasView.standard.first { $0.name == name })
  }

  @Test(arguments: [("flip", -0.4, 0.2), ("shift 10 %", 0.6, 0.4), ("JPEG 30", 0.4, 0.2)])
  func aMapThatMovesAlongIsKept(name: String, x: Double, y: Double) throws {
    let first = Self.hill(x: 0.4, y: 0.2)
    let kept = try #require(
      try MapStability(found: Self.hill(x: x, y: y), first: first, in: Self.view(name)))
    #expect(kept.overlap > 0.93 && kept.region > 0.93, "\(kept)")
    let lost = try #require(
      try MapStability(found: Self.hill(x: -x, y: -y), first: first, in: Self.view(name)))
    #expect(lost.overlap < 0.5 && lost.region < 0.5, "\(lost)")
  }

  /// Contrast counts for the map and not for its half: that is why there are two measures.
  @Test func halvesKnowNoContrast() throws {
    let flip = try Self.view("flip")
    let pale = Self.hill(x: -0.4, y: 0.2, height: 0.01, floor: 0.8)
    let kept = try #require(MapStability(found: pale, first: Self.hill(x: 0.4, y: 0.2), in: flip))
    #expect(kept.overlap < 0.5 && kept.region > 0.93)
    #expect(AttendedHalf.of(pale) == AttendedHalf.of(Self.hill(x: -0.4, y: 0.2)))
  }

  @Test func unrelatedHalvesShareAThird() {
    var random = SeededGenerator(seed: 4)
    let overlaps: [Double] = (0..<400).map { _ in
      let maps: [[Bool]] = (0..<2).map { _ in
        let values: [Float] = (0..<64).map { _ in Float.random(in: 0...1, using: &random) }
        return AttendedHalf.of(ScalarMap(rows: 8, columns: 8, values: values))
      }
      #expect(maps[0].count { $0 } == AttendedHalf.bits / 2)
      return AttendedHalf.overlap(maps[0], maps[1])
    }
    let mean = overlaps.reduce(0, +) / 400
    #expect(abs(mean - 1.0 / 3) < 0.01)
    #expect(AttendedHalf.overlap([true, true, false], [true, false, true]) == 1.0 / 3)
    #expect(AttendedHalf.overlap([false], [false]) == 0)
  }
}
