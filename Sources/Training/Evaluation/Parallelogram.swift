package import Geometry

/// A parallelogram by its centre and half axes: an oriented rectangle, or what squashing makes of one.
package struct Parallelogram: Hashable, Sendable {
  package let center: Point
  package let a: Point
  package let b: Point

  package init(center: Point, halfAxes a: Point, _ b: Point) {
    self.center = center
    self.a = a
    self.b = b
  }

  package init(_ box: Box) {
    self.init(center: box.center, halfAxes: Point(x: box.width / 2, y: 0), Point(x: 0, y: box.height / 2))
  }

  package init(_ rectangle: CanvasRectangle) {
    let (a, b) = rectangle.halfAxes
    self.init(center: rectangle.center, halfAxes: a, b)
  }

  package init(_ rectangle: OrientedRectangle) {
    let e1 = Point(direction: rectangle.angle)
    self.init(
      center: rectangle.center, halfAxes: e1 * (rectangle.width / 2),
      e1.perpendicular * (rectangle.height / 2))
  }

  package var quad: Quad { Quad(center: center, halfAxes: a, b) }
  package var area: Double { 4 * abs(a.cross(b)) }

  /// The area common to two parallelograms.
  ///
  /// The affine map that takes this one to the unit square multiplies every area by the same factor, so the other is
  /// taken along and cut by the square's four edges.
  package func intersectionArea(with other: Parallelogram) -> Double {
    let determinant = a.cross(b)
    guard determinant != 0, determinant.isFinite else { return 0 }
    func mapped(_ vector: Point) -> Point {
      Point(x: vector.cross(b) / determinant / 2, y: a.cross(vector) / determinant / 2)
    }
    let offset = mapped(other.center - center) + Point(x: 0.5, y: 0.5)
    let quad = Quad(center: offset, halfAxes: mapped(other.a), mapped(other.b))
    guard quad.isFinite else { return 0 }
    return quad.clippedArea(to: PixelSize(width: 1, height: 1)) * area
  }

  /// Intersection over union of the two areas, in [0, 1]; 0 when either has none.
  package func iou(with other: Parallelogram) -> Double {
    let common = intersectionArea(with: other)
    guard common > 0 else { return 0 }
    return min(1, common / (area + other.area - common))
  }

  /// Intersection over union of the part inside `frame` with a box inside it.
  package func iou(with box: Box, within frame: PixelSize) -> Double {
    let box = box.clipped(to: frame)
    let common = intersectionArea(with: Parallelogram(box))
    let visible = quad.clippedArea(to: frame)
    guard common > 0, visible > 0 else { return 0 }
    return min(1, common / (visible + box.area - common))
  }
}
