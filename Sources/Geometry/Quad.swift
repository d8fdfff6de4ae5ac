/// Four corners of a quadrilateral, in order around it.
///
/// The quads of this program are convex: parallelograms, the images of a rectangle under an affine map.
package struct Quad: Hashable, Sendable {
  /// First corner.
  package var a: Point
  /// Second corner.
  package var b: Point
  /// Third corner.
  package var c: Point
  /// Fourth corner.
  package var d: Point

  /// Takes the corners in order.
  package init(_ a: Point, _ b: Point, _ c: Point, _ d: Point) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
  }

  /// The parallelogram with these half axes: corners `-p-q`, `p-q`, `p+q`, `-p+q` from the centre.
  ///
  /// Clockwise on the screen when `q` lies clockwise of `p`.
  package init(center: Point, halfAxes p: Point, _ q: Point) {
    self.init(center - p - q, center + p - q, center + p + q, center - p + q)
  }

  /// The corners in order.
  package var points: [Point] { [a, b, c, d] }

  /// Area in square pixels, never negative.
  package var area: Double { polygonArea(points) }

  /// Whether no coordinate is NaN or infinite.
  package var isFinite: Bool { points.allSatisfy(\.isFinite) }

  /// The upright box of the corners; empty when one is not finite.
  package var hull: Box { Box(enclosing: points) }

  /// The upright box of the corners, cut by the frame of a photograph.
  package func hull(clippedTo frame: PixelSize) -> Box { hull.clipped(to: frame) }

  /// The area of the part inside the frame of a photograph, in square pixels.
  ///
  /// Sutherland and Hodgman, "Reentrant polygon clipping" (1974): cut by one edge of the frame after the other.
  package func clippedArea(to frame: PixelSize) -> Double {
    let width = Double(frame.width)
    let height = Double(frame.height)
    var polygon = points
    polygon = clip(polygon) { $0.x }
    polygon = clip(polygon) { width - $0.x }
    polygon = clip(polygon) { $0.y }
    polygon = clip(polygon) { height - $0.y }
    return polygonArea(polygon)
  }
}

/// The part of a convex polygon where `inside`, an affine function of the point, is not negative.
private func clip(_ polygon: [Point], inside: (Point) -> Double) -> [Point] {
  guard var previous = polygon.last else { return [] }
  var result: [Point] = []
  for point in polygon {
    let from = inside(previous)
    let to = inside(point)
    if (from < 0) != (to < 0) {
      result.append(previous + (point - previous) * (from / (from - to)))
    }
    if to >= 0 {
      result.append(point)
    }
    previous = point
  }
  return result
}

/// The area by the shoelace formula, taken from the first corner so that large coordinates do not cancel.
private func polygonArea(_ polygon: [Point]) -> Double {
  guard let origin = polygon.first else { return 0 }
  var twice = 0.0
  for (point, next) in zip(polygon.dropFirst(), polygon.dropFirst(2)) {
    twice += (point - origin).cross(next - origin)
  }
  return abs(twice) / 2
}
