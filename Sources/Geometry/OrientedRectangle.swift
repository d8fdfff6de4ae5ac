import Foundation

/// A rectangle at an angle, by five numbers, in pixels of the upright photograph.
package struct OrientedRectangle: Hashable, Sendable {
  /// The middle.
  package let center: Point
  /// The side along the rectangle's own x axis, which is at `angle` to the photograph's.
  package let width: Double
  /// The side along the rectangle's own y axis.
  package let height: Double
  /// Degrees from the photograph's x axis, clockwise positive, in (-45, 45].
  package let angle: Double

  /// Any angle is taken; it is brought into (-45, 45] by quarter turns, an odd number of which swaps the sides.
  package init(center: Point, width: Double, height: Double, angle: Double) {
    var rest = angle.remainder(dividingBy: 90)
    var quarterTurns = ((angle - rest) / 90).rounded()
    if rest <= -45 {
      rest += 90
      quarterTurns -= 1
    }
    let swapped = quarterTurns.remainder(dividingBy: 2) != 0 && quarterTurns.isFinite
    self.center = center
    self.width = swapped ? height : width
    self.height = swapped ? width : height
    self.angle = rest
  }

  /// An upright box as a rectangle.
  package init(_ box: Box) {
    self.init(center: box.center, width: box.width, height: box.height, angle: 0)
  }

  /// The rectangle nearest, corner by corner in the least-squares sense, to the parallelogram with half axes `a` and `b`.
  ///
  /// The corners are `±a ± b`; those of a rectangle with half sizes p, q are `±p e1 ± q e2` with e1 = (cos, sin)
  /// and e2 = (-sin, cos). The sum of squared distances is 4 (|a - p e1|² + |b - q e2|²), least at
  /// p = a·e1, q = b·e2 for the angle that makes (a·e1)² + (b·e2)² greatest. Exact when `a` and `b` are orthogonal.
  package init(center: Point, halfAxes a: Point, _ b: Point) {
    let radians =
      atan2(2 * (a.x * a.y - b.x * b.y), a.x * a.x + b.y * b.y - a.y * a.y - b.x * b.x) / 2
    let e1 = Point(x: cos(radians), y: sin(radians))
    self.init(
      center: center, width: 2 * abs(a.dot(e1)), height: 2 * abs(b.dot(e1.perpendicular)),
      angle: radians * 180 / .pi)
  }

  /// The corners, clockwise, from (-width/2, -height/2) in the rectangle's own frame.
  package var corners: Quad {
    let e1 = Point(direction: angle)
    return Quad(center: center, halfAxes: e1 * (width / 2), e1.perpendicular * (height / 2))
  }

  /// The upright box of the corners.
  package var hull: Box { corners.hull }

  /// Square pixels.
  package var area: Double { width * height }

  /// Whether no number is NaN or infinite.
  package var isFinite: Bool { center.isFinite && width.isFinite && height.isFinite && angle.isFinite }
}
