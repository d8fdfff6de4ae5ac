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

/// The cells of a map in canvas units: cell centres, so the same rectangle fits maps of every size.
struct CellGrid<Scalar: RealScalar>: Hashable, Sendable {
  let rows: Int
  let columns: Int

  init(rows: Int, columns: Int) {
    precondition(rows > 0 && columns > 0, "a grid has at least one cell")
    self.rows = rows
    self.columns = columns
  }

  var count: Int { rows * columns }

  /// Calls `body` with index and centre (u right, v down) of each cell, row by row.
  @inline(__always)
  func visit(_ body: (_ index: Int, _ u: Scalar, _ v: Scalar) -> Void) {
    for row in 0..<rows {
      let v = Scalar(2 * row + 1) / Scalar(rows) - 1
      for column in 0..<columns {
        body(row * columns + column, Scalar(2 * column + 1) / Scalar(columns) - 1, v)
      }
    }
  }
}
