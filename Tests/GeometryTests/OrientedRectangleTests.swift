import Foundation
import Geometry
import TestSupport
import Testing

@Suite struct OrientedRectangleTests {
  @Test func cornersRunClockwiseFromTheFirst() {
    let upright = OrientedRectangle(center: Point(x: 10, y: 20), width: 6, height: 4, angle: 0)
    #expect(
      upright.corners.points == [
        Point(x: 7, y: 18), Point(x: 13, y: 18), Point(x: 13, y: 22), Point(x: 7, y: 22),
      ])
    let turned = OrientedRectangle(center: .zero, width: 2, height: 2, angle: 45).corners
    #expect(approximately(turned.a.x, 0) && approximately(turned.a.y, -sqrt(2)))
    #expect(approximately(turned.b.x, sqrt(2)) && approximately(turned.b.y, 0))
  }

  @Test(arguments: [
    (0.0, 0.0, false), (45, 45, false), (-45, 45, true), (46, -44, true), (90, 0, true), (-90, 0, true),
    (180, 0, false), (135, 45, true), (-135, 45, false), (225, 45, false), (100, 10, true), (360, 0, false),
  ])
  func anyAngleIsBroughtIntoRange(angle: Double, expected: Double, swapped: Bool) {
    let rectangle = OrientedRectangle(center: .zero, width: 3, height: 2, angle: angle)
    #expect(rectangle.angle == expected)
    #expect(rectangle.width == (swapped ? 2 : 3))
    #expect(rectangle.height == (swapped ? 3 : 2))
  }

  @Test func bringingTheAngleIntoRangeKeepsTheCorners() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<500 {
      let angle = Double.random(in: -1000...1000, using: &random)
      let e1 = Point(direction: angle)
      let exact = Quad(center: .zero, halfAxes: e1 * 5, e1.perpendicular * 2)
      let rectangle = OrientedRectangle(center: .zero, width: 10, height: 4, angle: angle)
      #expect(rectangle.angle > -45 && rectangle.angle <= 45)
      #expect(distance(rectangle.corners.points, exact.points) < 1e-9)
    }
  }

  @Test func fitOfOrthogonalHalfAxesIsExact() {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<500 {
      let e1 = Point(direction: .random(in: -180...180, using: &random))
      let a = e1 * .random(in: 0.1...50, using: &random)
      let b = e1.perpendicular * .random(in: 0.1...50, using: &random)
      let center = random.point(in: -9...9)
      let rectangle = OrientedRectangle(center: center, halfAxes: a, b)
      #expect(rectangle.angle > -45 && rectangle.angle <= 45)
      #expect(distance(rectangle.corners.points, Quad(center: center, halfAxes: a, b).points) < 1e-9)
    }
  }

  /// A search over all angles and sizes is the second implementation.
  @Test func fitIsTheLeastSquaresOne() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<60 {
      let a = random.point(in: -20...20)
      let b = random.point(in: -20...20)
      let fitted = OrientedRectangle(center: .zero, halfAxes: a, b)
      #expect(fitted.angle > -45 && fitted.angle <= 45)
      let found = squaredDistance(fitted.corners.points, Quad(center: .zero, halfAxes: a, b).points)
      let best = searchedFit(a, b)
      #expect(approximately(found, best, tolerance: 1e-6), "formula \(found), search \(best)")
    }
  }

  @Test func hostileNumbersNeverTrap() {
    for x in hostileNumbers {
      for y in hostileNumbers {
        let rectangle = OrientedRectangle(
          center: Point(x: x, y: y), halfAxes: Point(x: x, y: 1), Point(x: 1, y: y))
        #expect(!(rectangle.angle <= -45) && !(rectangle.angle > 45))
        _ = rectangle.hull
        _ = OrientedRectangle(center: .zero, width: x, height: y, angle: x).corners.clippedArea(
          to: PixelSize(width: 3, height: 3))
      }
    }
  }
}

/// The least sum of squared corner distances over all rectangles about the origin, by golden-section search of the sizes at
/// every angle of a fine grid, refined once.
private func searchedFit(_ a: Point, _ b: Point) -> Double {
  func residual(_ degrees: Double) -> Double {
    let e1 = Point(direction: degrees)
    func along(_ target: Point, _ axis: Point) -> Double {
      leastValue(between: -60, and: 60) { size in
        let rest = target - axis * size
        return rest.dot(rest)
      }
    }
    return 4 * (along(a, e1) + along(b, e1.perpendicular))
  }
  let coarse = stride(from: -90.0, to: 90, by: 1).min { residual($0) < residual($1) }!
  return leastValue(between: coarse - 1, and: coarse + 1, residual)
}

private func leastValue(between low: Double, and high: Double, _ f: (Double) -> Double) -> Double {
  var (low, high) = (low, high)
  let ratio = (sqrt(5) - 1) / 2
  for _ in 0..<60 {
    let (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    if f(left) < f(right) {
      high = right
    } else {
      low = left
    }
  }
  return f((low + high) / 2)
}

/// The least sum of squared distances between two polygons' corners over all pairings that keep the way around.
private func squaredDistance(_ p: [Point], _ q: [Point]) -> Double {
  var best = Double.infinity
  for other in [q, q.reversed()] {
    for shift in 0..<4 {
      let sum = (0..<4).reduce(0.0) { total, index in
        let difference = p[index] - other[(index + shift) % 4]
        return total + difference.dot(difference)
      }
      best = min(best, sum)
    }
  }
  return best
}

private func distance(_ p: [Point], _ q: [Point]) -> Double { sqrt(squaredDistance(p, q)) }
