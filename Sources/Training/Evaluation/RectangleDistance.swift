import Foundation
package import Geometry

/// How far the rectangle found on a changed canvas is from the changed rectangle.
///
/// The axes of a rectangle can be named either way, the angle changing by a quarter turn; the naming nearer to the
/// expected rectangle counts. On a square the angle means nothing, so it is weighted by the anisotropy
/// ((sigma1 - sigma2) / (sigma1 + sigma2))^2 of the expected rectangle.
package struct RectangleDistance: Hashable, Sendable {
  /// Between the centres, as a share of the canvas's side.
  package let center: Double
  /// The mean of |log(found / expected)| over the two half sizes.
  package let size: Double
  /// Degrees, in [0, 90], times the weight.
  package let angle: Double
  /// The equivariance error: |mu - mu'|^2 + |log sigma - log sigma'|^2 + weight x (1 - cos 2 (alpha - alpha')), with
  /// places in canvas units.
  package let error: Double
  /// Intersection over union of the two rectangles, unclipped.
  package let iou: Double

  package init(found: CanvasRectangle, expected: CanvasRectangle) {
    let swapped = CanvasRectangle(
      mu1: found.mu1, mu2: found.mu2, sigma1: found.sigma2, sigma2: found.sigma1, alpha: found.alpha + .pi / 2)
    let difference = found.center - expected.center
    let squared = difference.dot(difference)
    let (first, second) = (Shape(found, expected), Shape(swapped, expected))
    let shape = second.error < first.error ? second : first
    center = squared.squareRoot() / 2
    size = shape.size
    angle = shape.angle
    error = squared + shape.error
    iou = Parallelogram(found).iou(with: Parallelogram(expected))
  }

  /// What differs besides the centres, for one naming of the axes.
  private struct Shape {
    let size: Double
    let angle: Double
    let error: Double

    init(_ found: CanvasRectangle, _ expected: CanvasRectangle) {
      let first = log(found.sigma1 / expected.sigma1)
      let second = log(found.sigma2 / expected.sigma2)
      let ratio = (expected.sigma1 - expected.sigma2) / (expected.sigma1 + expected.sigma2)
      let weight = ratio * ratio
      let turn = found.alpha - expected.alpha
      size = (abs(first) + abs(second)) / 2
      angle = weight * abs(turn.remainder(dividingBy: .pi)) * 180 / .pi
      error = first * first + second * second + weight * (1 - cos(2 * turn))
    }
  }
}
