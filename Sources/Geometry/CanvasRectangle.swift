import Foundation

/// The five numbers of the network's rectangle.
///
/// In canvas units: both axes run from -1 to 1 over the canvas, x right, y down, whatever its shape in pixels.
package struct CanvasRectangle: Hashable, Sendable {
  /// Centre, x.
  package var mu1: Double
  /// Centre, y.
  package var mu2: Double
  /// Half size along the rectangle's own x axis.
  package var sigma1: Double
  /// Half size along the rectangle's own y axis.
  package var sigma2: Double
  /// Angle of the rectangle's own x axis to the canvas', in radians, clockwise positive.
  package var alpha: Double

  /// Takes the values as they are.
  package init(mu1: Double, mu2: Double, sigma1: Double, sigma2: Double, alpha: Double) {
    self.mu1 = mu1
    self.mu2 = mu2
    self.sigma1 = sigma1
    self.sigma2 = sigma2
    self.alpha = alpha
  }

  /// (mu1, mu2).
  package var center: Point { Point(x: mu1, y: mu2) }

  /// The half axes as vectors in canvas units: `a` along the own x axis, `b` along the own y axis.
  package var halfAxes: (a: Point, b: Point) {
    let e1 = Point(x: cos(alpha), y: sin(alpha))
    return (e1 * sigma1, e1.perpendicular * sigma2)
  }
}
