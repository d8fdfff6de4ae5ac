import Foundation
import Geometry
import TestSupport
import Testing

@Suite struct CanvasMapTests {
  @Test func theIdentityIsExact() {
    let similarity = CanvasSimilarity()
    #expect(CanvasMap(similarity) == .identity)
    #expect(CanvasMap(scaleX: 1, scaleY: 1) == .identity)
    #expect(CanvasMap(showing: .zero, halfWidth: 1, halfHeight: 1) == .identity)
    #expect(CanvasMap.identity.followed(by: .identity) == .identity)
    #expect(CanvasMap.identity.inverse == .identity)
  }

  @Test func aShownBoxFillsTheView() {
    let map = CanvasMap(showing: Point(x: 0.5, y: -0.25), halfWidth: 0.5, halfHeight: 0.25)
    #expect(map.point(Point(x: 0, y: -0.5)) == Point(x: -1, y: -1))
    #expect(map.point(Point(x: 1, y: 0)) == Point(x: 1, y: 1))
  }

  @Test func aQuarterTurnIsClockwiseOnTheScreen() {
    let map = CanvasMap(CanvasSimilarity(rho: 2, phi: .pi / 2, tau: Point(x: 0.1, y: 0.2), flips: true))
    // The right end is mirrored to the left, turned to the top, and moved.
    expectEqual(map.point(Point(x: 1, y: 0)), Point(x: 0.1, y: 0.2 - 2))
    expectEqual(map.point(Point(x: 0, y: 1)), Point(x: 0.1 - 2, y: 0.2))
  }

  @Test func compositionIsOneMapAfterTheOther() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let (first, second) = (random.canvasMap(), random.canvasMap())
      let point = random.point(in: -2...2)
      expectEqual(first.followed(by: second).point(point), second.point(first.point(point)))
      #expect(
        approximately(first.followed(by: second).determinant, first.determinant * second.determinant))
    }
  }

  @Test func theInverseLeadsBack() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<500 {
      let map = random.canvasMap()
      let point = random.point(in: -2...2)
      let inverse = try #require(map.inverse)
      expectEqual(inverse.point(map.point(point)), point, tolerance: 1e-6)
    }
  }

  @Test func whatCannotBeUndoneHasNoInverse() {
    #expect(CanvasMap(scaleX: 0, scaleY: 1).inverse == nil)
    #expect(CanvasMap(uAxis: Point(x: 1, y: 2), vAxis: Point(x: 2, y: 4), shift: .zero).inverse == nil)
    for number in hostileNumbers where !number.isFinite {
      #expect(CanvasMap(scaleX: number, scaleY: 1).inverse == nil)
      #expect(CanvasMap(scaleX: number, scaleY: 1).similarity == nil)
    }
  }

  @Test func similaritiesAreRecognised() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let similarity = random.similarity()
      let found = try #require(CanvasMap(similarity).similarity)
      #expect(found.flips == similarity.flips)
      #expect(approximately(found.rho, similarity.rho))
      #expect(abs((found.phi - similarity.phi).remainder(dividingBy: 2 * .pi)) < 1e-9)
      #expect(found.tau == similarity.tau)
      let other = random.similarity()
      #expect(CanvasMap(similarity).followed(by: CanvasMap(other)).similarity != nil)
      #expect(CanvasMap(similarity).inverse?.similarity != nil)
    }
  }

  @Test func whatChangesShapesIsNoSimilarity() {
    #expect(CanvasMap(scaleX: 1, scaleY: 1.001).similarity == nil)
    #expect(CanvasMap(uAxis: Point(x: 1, y: 0), vAxis: Point(x: 0.01, y: 1), shift: .zero).similarity == nil)
    #expect(CanvasMap(scaleX: 0, scaleY: 0).similarity == nil)
  }

  /// The law of the five numbers against the rectangle's own corners, mapped one by one.
  @Test func aRectangleGoesWhereItsCornersGo() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<500 {
      let similarity = random.similarity()
      let rectangle = random.canvasRectangle()
      let mapped = similarity.rectangle(rectangle)
      #expect(mapped.alpha > -.pi / 2 && mapped.alpha <= .pi / 2)
      #expect(approximately(mapped.sigma1, similarity.rho * rectangle.sigma1))
      let corners = rectangle.corners.map(CanvasMap(similarity).point)
      for corner in mapped.corners {
        #expect(corners.contains { approximately($0.x, corner.x) && approximately($0.y, corner.y) })
      }
    }
  }

  private func expectEqual(_ a: Point, _ b: Point, tolerance: Double = 1e-9) {
    #expect(
      approximately(a.x, b.x, tolerance: tolerance) && approximately(a.y, b.y, tolerance: tolerance),
      "\(a) is not \(b)")
  }
}

extension CanvasRectangle {
  fileprivate var corners: [Point] {
    let (a, b) = halfAxes
    return [center - a - b, center + a - b, center + a + b, center - a + b]
  }
}

extension RandomNumberGenerator {
  fileprivate mutating func similarity() -> CanvasSimilarity {
    CanvasSimilarity(
      rho: .random(in: 0.2...4, using: &self), phi: .random(in: -7...7, using: &self), tau: point(in: -2...2),
      flips: .random(using: &self))
  }

  /// Not far from a map that crushes the canvas, but never one.
  fileprivate mutating func canvasMap() -> CanvasMap {
    while true {
      let map = CanvasMap(uAxis: point(in: -3...3), vAxis: point(in: -3...3), shift: point(in: -2...2))
      if abs(map.determinant) > 0.01 { return map }
    }
  }
}
