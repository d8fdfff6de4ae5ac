import Geometry
import TestSupport
import Testing

@Suite struct QuadTests {
  @Test func clippedAreaOfKnownShapes() {
    let frame = PixelSize(width: 10, height: 10)
    let center = Point(x: 5, y: 5)
    let inside = Quad(center: center, halfAxes: Point(x: 2, y: 0), Point(x: 0, y: 1))
    #expect(inside.points.first == Point(x: 3, y: 4))
    #expect(inside.area == 8)
    #expect(inside.clippedArea(to: frame) == 8)
    let around = Quad(center: center, halfAxes: Point(x: 50, y: 0), Point(x: 0, y: 50))
    #expect(approximately(around.clippedArea(to: frame), 100))
    let cornerOnly = Quad(center: .zero, halfAxes: Point(x: 2, y: 0), Point(x: 0, y: 2))
    #expect(cornerOnly.clippedArea(to: frame) == 4)
    let diamond = Quad(center: .zero, halfAxes: Point(x: 2, y: 2), Point(x: -2, y: 2))
    #expect(approximately(diamond.clippedArea(to: frame), 8))
    let outside = Quad(center: Point(x: 30, y: 5), halfAxes: Point(x: 2, y: 0), Point(x: 0, y: 2))
    #expect(outside.clippedArea(to: frame) == 0)
  }

  /// Counting sample points by their coordinates along the half axes is the second implementation.
  @Test func clippedAreaAgreesWithCountingSamples() {
    var random = SeededGenerator(seed: 3)
    let frame = PixelSize(width: 40, height: 30)
    let perPixel = 8
    for _ in 0..<60 {
      let center = random.point(in: -10...45)
      let a = random.point(in: -20...20)
      let b = random.point(in: -20...20)
      let quad = Quad(center: center, halfAxes: a, b)
      var count = 0
      for row in 0..<frame.height * perPixel {
        for column in 0..<frame.width * perPixel {
          let offset =
            Point(x: Double(column) + 0.5, y: Double(row) + 0.5) * (1 / Double(perPixel)) - center
          let alongA = offset.cross(b) / a.cross(b)
          let alongB = offset.cross(a) / b.cross(a)
          count += abs(alongA) <= 1 && abs(alongB) <= 1 ? 1 : 0
        }
      }
      let counted = Double(count) / Double(perPixel * perPixel)
      #expect(abs(quad.clippedArea(to: frame) - counted) < 2.5)
      #expect(approximately(quad.area, 4 * abs(a.cross(b))))
    }
  }

  @Test func hullHoldsTheClippedQuad() {
    var random = SeededGenerator(seed: 4)
    let frame = PixelSize(width: 40, height: 30)
    for _ in 0..<500 {
      let quad = Quad(
        center: random.point(in: 0...30), halfAxes: random.point(in: -20...20), random.point(in: -20...20))
      let hull = quad.hull(clippedTo: frame)
      #expect(hull.area >= quad.clippedArea(to: frame) - 1e-9)
      for corner in quad.points where Box(frame).contains(corner) {
        let margin = 1e-9
        let reach = Box(
          x: hull.x - margin, y: hull.y - margin, width: hull.width + 2 * margin,
          height: hull.height + 2 * margin)
        #expect(reach.contains(corner))
      }
      #expect(hull.isEmpty || Box(frame).intersection(hull) == hull)
    }
  }
}
