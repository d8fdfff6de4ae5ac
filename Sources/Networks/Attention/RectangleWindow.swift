/// The soft map of an oriented rectangle over a grid: near 1 inside, falling to 0 outside, 1 at the centre.
///
/// Along each of the rectangle's axes, at distance t from the centre, with half size s and sharpness k,
///
///     window(t, s) = sigmoid(k (s + t)) sigmoid(k (s - t)) / sigmoid(k s)^2
///
/// and the map is the product over both axes. Computed as the exponential of a sum of logarithms: no half size or
/// sharpness overflows. `sharpness` should stay below 1.4 times the cells of a side, else edges fall between cells.
package struct RectangleWindow<Scalar: RealScalar>: Hashable, Sendable {
  package let sharpness: Scalar
  private let grid: CellGrid<Scalar>

  package init(grid: CellGrid<Scalar>, sharpness: Scalar) {
    self.grid = grid
    self.sharpness = sharpness
  }

  /// Writes the map, row by row, to `map`, which has one place for each cell.
  package func evaluate(_ rectangle: RectangleParameters<Scalar>, into map: UnsafeMutableBufferPointer<Scalar>)
  {
    precondition(map.count == grid.count, "one place for each cell")
    let axes = Axes(rectangle)
    let peak1 = 2 * Scalar.logSigmoid(sharpness * rectangle.sigma1)
    let peak2 = 2 * Scalar.logSigmoid(sharpness * rectangle.sigma2)
    grid.visit { index, u, v in
      let (t1, t2) = axes.distances(u, v)
      let log1 = logEdges(t1, rectangle.sigma1) - peak1
      let log2 = logEdges(t2, rectangle.sigma2) - peak2
      map[index] = Scalar.exp(log1 + log2)
    }
  }

  /// The gradient of a loss with respect to the rectangle, given the loss's gradient with respect to each cell of
  /// the map.
  package func gradient(
    at rectangle: RectangleParameters<Scalar>, upstream: Span<Scalar>
  ) -> RectangleParameters<Scalar> {
    precondition(upstream.count == grid.count, "one gradient for each cell")
    let axes = Axes(rectangle)
    let peak1 = 2 * Scalar.logSigmoid(sharpness * rectangle.sigma1)
    let peak2 = 2 * Scalar.logSigmoid(sharpness * rectangle.sigma2)
    var total = RectangleParameters<Scalar>(mu1: 0, mu2: 0, sigma1: 0, sigma2: 0, alpha: 0)
    grid.visit { index, u, v in
      let (t1, t2) = axes.distances(u, v)
      let log1 = logEdges(t1, rectangle.sigma1) - peak1
      let log2 = logEdges(t2, rectangle.sigma2) - peak2
      let g = upstream[index] * Scalar.exp(log1 + log2)
      let (d1, e1) = slopes(t1, rectangle.sigma1)
      let (d2, e2) = slopes(t2, rectangle.sigma2)
      total.mu1 += g * (axes.sine * d2 - axes.cosine * d1)
      total.mu2 -= g * (axes.sine * d1 + axes.cosine * d2)
      total.sigma1 += g * e1
      total.sigma2 += g * e2
      total.alpha += g * (t2 * d1 - t1 * d2)
    }
    return total
  }

  /// log of the two edges' product: the window before it is brought to 1 at the centre.
  private func logEdges(_ t: Scalar, _ sigma: Scalar) -> Scalar {
    Scalar.logSigmoid(sharpness * (sigma + t)) + Scalar.logSigmoid(sharpness * (sigma - t))
  }

  /// The derivatives of the window's logarithm by distance and by half size.
  private func slopes(_ t: Scalar, _ sigma: Scalar) -> (byDistance: Scalar, bySize: Scalar) {
    let near = Scalar.sigmoid(sharpness * (sigma - t))
    let far = Scalar.sigmoid(sharpness * (sigma + t))
    let centre = Scalar.sigmoid(sharpness * sigma)
    return (sharpness * (near - far), sharpness * (2 * centre - far - near))
  }
}

/// A rectangle's own axes: how far a cell lies from the centre along each.
private struct Axes<Scalar: RealScalar> {
  let cosine: Scalar
  let sine: Scalar
  private let mu1: Scalar
  private let mu2: Scalar

  init(_ rectangle: RectangleParameters<Scalar>) {
    cosine = Scalar.cos(rectangle.alpha)
    sine = Scalar.sin(rectangle.alpha)
    mu1 = rectangle.mu1
    mu2 = rectangle.mu2
  }

  @inline(__always)
  func distances(_ u: Scalar, _ v: Scalar) -> (Scalar, Scalar) {
    let dx = u - mu1
    let dy = v - mu2
    return (cosine * dx + sine * dy, cosine * dy - sine * dx)
  }
}
