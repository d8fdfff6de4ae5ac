import Foundation

/// A point or a vector in the plane, in pixels unless said otherwise: x to the right, y down.
///
/// The origin is the top left corner of the top left pixel, so the centre of that pixel is (0.5, 0.5).
package struct Point: Hashable, Sendable {
  /// To the right.
  package var x: Double
  /// Downwards.
  package var y: Double

  /// Takes the values as they are.
  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  /// The origin, or the vector of no length.
  package static let zero = Point(x: 0, y: 0)

  /// The unit vector at `angle` degrees from the x axis, clockwise as seen on the screen.
  ///
  /// Exact at 0 degrees.
  package init(direction angle: Double) {
    let radians = angle * .pi / 180
    self.init(x: cos(radians), y: sin(radians))
  }

  /// The sum of two vectors.
  package static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
  /// The vector from `b` to `a`.
  package static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
  /// The vector `factor` times as long.
  package static func * (a: Point, factor: Double) -> Point { Point(x: a.x * factor, y: a.y * factor) }
  /// The vector the other way.
  package static prefix func - (a: Point) -> Point { Point(x: -a.x, y: -a.y) }

  /// The scalar product.
  package func dot(_ other: Point) -> Double { x * other.x + y * other.y }

  /// The third component of the vector product: positive when `other` lies clockwise of this vector.
  package func cross(_ other: Point) -> Double { x * other.y - y * other.x }

  /// The vector turned by 90 degrees clockwise as seen on the screen.
  package var perpendicular: Point { Point(x: -y, y: x) }

  /// Whether neither coordinate is NaN or infinite.
  package var isFinite: Bool { x.isFinite && y.isFinite }
}
