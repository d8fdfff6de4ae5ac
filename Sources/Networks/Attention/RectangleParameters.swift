package import Geometry

/// The rectangle's five numbers, or a gradient with respect to them, in canvas units (-1 to 1) and radians.
package struct RectangleParameters<Scalar: RealScalar>: Hashable, Sendable {
  /// Centre.
  package var mu1: Scalar
  package var mu2: Scalar
  /// Half sizes along the rectangle's own axes.
  package var sigma1: Scalar
  package var sigma2: Scalar
  /// Angle of the first axis, clockwise positive.
  package var alpha: Scalar

  package init(mu1: Scalar, mu2: Scalar, sigma1: Scalar, sigma2: Scalar, alpha: Scalar) {
    self.mu1 = mu1
    self.mu2 = mu2
    self.sigma1 = sigma1
    self.sigma2 = sigma2
    self.alpha = alpha
  }

  /// The rectangle as a value of plane geometry.
  package var canvasRectangle: CanvasRectangle {
    CanvasRectangle(
      mu1: Double(mu1), mu2: Double(mu2), sigma1: Double(sigma1), sigma2: Double(sigma2), alpha: Double(alpha))
  }
}
