/// An upright box in pixels of the photograph, with fractional edges.
///
/// A box whose width or height is not positive is empty; so is, for every measure, one with a NaN or infinite number.
package struct Box: Hashable, Sendable {
  /// Left edge.
  package var x: Double
  /// Top edge.
  package var y: Double
  /// To the right of `x`.
  package var width: Double
  /// Downwards from `y`.
  package var height: Double

  /// Takes the values as they are.
  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The box between two pairs of edges; empty, at the lower pair, when they are the wrong way round.
  private init(left: Double, top: Double, right: Double, bottom: Double) {
    self.init(x: left, y: top, width: max(0, right - left), height: max(0, bottom - top))
  }

  /// The least box that holds all `points`; `Box.empty` for none, or when one is not finite.
  package init(enclosing points: [Point]) {
    guard let first = points.first, points.allSatisfy(\.isFinite) else {
      self = .empty
      return
    }
    var low = first
    var high = first
    for point in points.dropFirst() {
      low = Point(x: min(low.x, point.x), y: min(low.y, point.y))
      high = Point(x: max(high.x, point.x), y: max(high.y, point.y))
    }
    self.init(left: low.x, top: low.y, right: high.x, bottom: high.y)
  }

  /// The whole of a photograph.
  package init(_ size: PixelSize) {
    self.init(x: 0, y: 0, width: Double(size.width), height: Double(size.height))
  }

  /// A box without area, at the origin.
  package static let empty = Box(x: 0, y: 0, width: 0, height: 0)

  /// The right edge.
  package var maxX: Double { x + width }
  /// The bottom edge.
  package var maxY: Double { y + height }
  /// The middle.
  package var center: Point { Point(x: x + width / 2, y: y + height / 2) }
  /// Square pixels, 0 when empty.
  package var area: Double { isEmpty ? 0 : width * height }

  /// Whether the box has no area; true as well when a number is NaN or infinite.
  package var isEmpty: Bool { !(width > 0 && height > 0 && maxX.isFinite && maxY.isFinite) }

  /// The common part of two boxes, empty when they do not meet.
  package func intersection(_ other: Box) -> Box {
    guard !isEmpty, !other.isEmpty else { return .empty }
    return Box(
      left: max(x, other.x), top: max(y, other.y), right: min(maxX, other.maxX), bottom: min(maxY, other.maxY))
  }

  /// The least box that holds both; an empty box adds nothing.
  package func union(_ other: Box) -> Box {
    guard !isEmpty else { return other }
    guard !other.isEmpty else { return self }
    return Box(
      left: min(x, other.x), top: min(y, other.y), right: max(maxX, other.maxX), bottom: max(maxY, other.maxY))
  }

  /// Intersection over union of the two areas, in [0, 1]; 0 when either box is empty.
  package func iou(with other: Box) -> Double {
    let common = intersection(other).area
    guard common > 0 else { return 0 }
    return min(1, common / (area + other.area - common))
  }

  /// The part of the box inside a photograph of this size.
  package func clipped(to size: PixelSize) -> Box { intersection(Box(size)) }

  /// Whether `point` lies inside or on an edge.
  package func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY
  }
}
