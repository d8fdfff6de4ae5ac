import Foundation

/// An affine map of the canvas: where a point of the un-augmented canvas lies in a view of it, both in canvas units.
///
/// The point (u, v) goes to `shift + u * uAxis + v * vAxis`. Canvas units run from -1 to 1 along both sides, so a
/// map that turns the canvas turns what is seen by the same angle only where the canvas is square.
package struct CanvasMap: Hashable, Sendable {
  /// Where the vector (1, 0) goes.
  package let uAxis: Point
  /// Where the vector (0, 1) goes.
  package let vAxis: Point
  /// Where the middle of the canvas goes.
  package let shift: Point

  /// Takes the values as they are.
  package init(uAxis: Point, vAxis: Point, shift: Point) {
    self.uAxis = uAxis
    self.vAxis = vAxis
    self.shift = shift
  }

  /// Leaves everything where it is.
  package static let identity = CanvasMap(
    uAxis: Point(x: 1, y: 0), vAxis: Point(x: 0, y: 1), shift: .zero)

  /// Shows a box of the canvas, given by its centre and half sizes, over the whole view.
  package init(showing center: Point, halfWidth: Double, halfHeight: Double) {
    self.init(
      uAxis: Point(x: 1 / halfWidth, y: 0), vAxis: Point(x: 0, y: 1 / halfHeight),
      shift: Point(x: -center.x / halfWidth, y: -center.y / halfHeight))
  }

  /// Enlarges by a factor along each axis, from the middle.
  package init(scaleX: Double, scaleY: Double) {
    self.init(uAxis: Point(x: scaleX, y: 0), vAxis: Point(x: 0, y: scaleY), shift: .zero)
  }

  /// Where a point goes.
  package func point(_ point: Point) -> Point { shift + vector(point) }

  /// What becomes of a direction and length.
  package func vector(_ vector: Point) -> Point { uAxis * vector.x + vAxis * vector.y }

  /// This map first, and `next` on what it gives.
  package func followed(by next: CanvasMap) -> CanvasMap {
    CanvasMap(uAxis: next.vector(uAxis), vAxis: next.vector(vAxis), shift: next.point(shift))
  }

  /// By how much areas grow; negative for a map that mirrors.
  package var determinant: Double { uAxis.cross(vAxis) }

  /// The way back; nil for a map that leaves nothing to see, or whose numbers are not finite.
  package var inverse: CanvasMap? {
    let d = determinant
    guard isFinite, d != 0 else { return nil }
    let back = CanvasMap(
      uAxis: Point(x: vAxis.y / d, y: -uAxis.y / d), vAxis: Point(x: -vAxis.x / d, y: uAxis.x / d), shift: .zero
    )
    let inverse = CanvasMap(uAxis: back.uAxis, vAxis: back.vAxis, shift: -back.vector(shift))
    return inverse.isFinite ? inverse : nil
  }

  /// Whether no number is NaN or infinite.
  package var isFinite: Bool { uAxis.isFinite && vAxis.isFinite && shift.isFinite }
}

/// A map of the canvas that keeps shapes: perhaps mirrored left to right, then enlarged by `rho`, turned by `phi` and
/// moved by `tau`, in this order.
package struct CanvasSimilarity: Hashable, Sendable {
  /// The factor lengths grow by, greater than 0.
  package var rho: Double
  /// The turn in radians, clockwise positive as seen on the screen.
  package var phi: Double
  /// Where the middle of the canvas goes.
  package var tau: Point
  /// Whether left and right are exchanged before all else.
  package var flips: Bool

  /// Takes the values as they are.
  package init(rho: Double = 1, phi: Double = 0, tau: Point = .zero, flips: Bool = false) {
    self.rho = rho
    self.phi = phi
    self.tau = tau
    self.flips = flips
  }

  /// The five numbers of a rectangle as they are in the view: the centre goes along, sizes grow by `rho`, the angle by
  /// `phi`, after a mirror changed its sign.
  ///
  /// The angle is brought into (-pi/2, pi/2], which leaves the rectangle the same; the sizes keep their places.
  package func rectangle(_ rectangle: CanvasRectangle) -> CanvasRectangle {
    let center = CanvasMap(self).point(rectangle.center)
    var alpha = ((flips ? -rectangle.alpha : rectangle.alpha) + phi).remainder(dividingBy: .pi)
    if alpha <= -.pi / 2 { alpha += .pi }
    return CanvasRectangle(
      mu1: center.x, mu2: center.y, sigma1: rho * rectangle.sigma1, sigma2: rho * rectangle.sigma2, alpha: alpha
    )
  }
}

extension CanvasMap {
  /// The map that a similarity is.
  package init(_ similarity: CanvasSimilarity) {
    let e1 = Point(x: cos(similarity.phi), y: sin(similarity.phi)) * similarity.rho
    self.init(uAxis: similarity.flips ? -e1 : e1, vAxis: e1.perpendicular, shift: similarity.tau)
  }

  /// The similarity that this map is, to within rounding; nil where it changes shapes.
  package var similarity: CanvasSimilarity? {
    let flips = determinant < 0
    let e1 = flips ? -uAxis : uAxis
    let rho = abs(determinant).squareRoot()
    let strain = vAxis - e1.perpendicular
    guard isFinite, rho > 0, strain.dot(strain) <= 1e-18 * rho * rho else { return nil }
    return CanvasSimilarity(rho: rho, phi: atan2(e1.y, e1.x), tau: shift, flips: flips)
  }
}
