/// Reads a rectangle off a map of evidence: softmax over the cells, then the mean and the covariance of the cells'
/// places under it.
///
/// A box of half size s has variance s^2 / 3. With v1 and v2 the variances along the covariance's `PrincipalAxes`,
///
///     sigma1 = max(least, gain1 sqrt(3 v1))        sigma2 = max(least, gain2 sqrt(3 v2))
///
/// and alpha is the angle of the first axis.
package struct MomentsHead<Scalar: RealScalar>: Sendable {
  /// The least half size, in canvas units.
  package let leastSize: Scalar
  /// What the half sizes are multiplied by: a box may reach beyond the evidence it is read from.
  package let gain1: Scalar
  package let gain2: Scalar
  /// Whether the rectangle's axes are those of the canvas.
  package let upright: Bool
  /// How strongly nearly square rectangles are kept upright; 0 is not at all.
  package let uprightness: Scalar
  private let grid: CellGrid<Scalar>

  package init(
    grid: CellGrid<Scalar>, leastSize: Scalar, gain1: Scalar = 1, gain2: Scalar = 1, upright: Bool = false,
    uprightness: Scalar = 0
  ) {
    self.grid = grid
    self.leastSize = leastSize
    self.gain1 = gain1
    self.gain2 = gain2
    self.upright = upright
    self.uprightness = uprightness
  }

  /// The rectangle of `evidence`, one logit for each cell, row by row.
  package func rectangle(of evidence: Span<Scalar>) -> RectangleParameters<Scalar> {
    let moments = Moments(evidence, grid)
    let axes = axes(of: moments)
    return RectangleParameters(
      mu1: moments.mu1, mu2: moments.mu2, sigma1: max(leastSize, gain1 * (3 * axes.first).squareRoot()),
      sigma2: max(leastSize, gain2 * (3 * axes.second).squareRoot()), alpha: axes.alpha)
  }

  /// Given a loss's gradient with respect to the rectangle, writes its gradient with respect to each logit to
  /// `gradient` and returns that with respect to the logarithms of the two gains.
  package func gradient(
    at evidence: Span<Scalar>, upstream: RectangleParameters<Scalar>,
    into gradient: UnsafeMutableBufferPointer<Scalar>
  ) -> (logGain1: Scalar, logGain2: Scalar) {
    precondition(gradient.count == grid.count, "one place for each cell")
    let moments = Moments(evidence, grid)
    let axes = axes(of: moments)
    let size1 = gain1 * (3 * axes.first).squareRoot()
    let size2 = gain2 * (3 * axes.second).squareRoot()
    // A clamped size passes nothing on; size = gain sqrt(3 v) has the derivative size / 2v.
    let logGain1 = size1 > leastSize ? upstream.sigma1 * size1 : 0
    let logGain2 = size2 > leastSize ? upstream.sigma2 * size2 : 0
    let by = axes.gradient(
      byFirst: logGain1 / (2 * axes.first), bySecond: logGain2 / (2 * axes.second), byAlpha: upstream.alpha)
    let covariance = moments.covariance
    grid.visit { index, u, v in
      let x = u - moments.mu1
      let y = v - moments.mu2
      let first = upstream.mu1 * x + upstream.mu2 * y
      let second11 = by.c11 * (x * x - covariance.c11)
      let second22 = by.c22 * (y * y - covariance.c22)
      let second12 = by.c12 * (x * y - covariance.c12)
      gradient[index] = moments.share(evidence[index]) * (first + (second11 + second22 + second12))
    }
    return (logGain1, logGain2)
  }

  private func axes(of moments: Moments<Scalar>) -> PrincipalAxes<Scalar> {
    PrincipalAxes(of: moments.covariance, upright: upright, uprightness: uprightness)
  }
}

/// Mean and covariance of the cells' places under the softmax of the evidence.
private struct Moments<Scalar: RealScalar> {
  private let highest: Scalar
  private let mass: Scalar
  let mu1: Scalar
  let mu2: Scalar
  let covariance: Covariance<Scalar>

  init(_ evidence: Span<Scalar>, _ grid: CellGrid<Scalar>) {
    precondition(evidence.count == grid.count, "one logit for each cell")
    var highest = evidence[0]
    for index in evidence.indices { highest = max(highest, evidence[index]) }
    var mass: Scalar = 0
    var first: (u: Scalar, v: Scalar) = (0, 0)
    grid.visit { index, u, v in
      let weight = Scalar.exp(evidence[index] - highest)
      mass += weight
      first.u += weight * u
      first.v += weight * v
    }
    let centre = (u: first.u / mass, v: first.v / mass)
    var second: (uu: Scalar, vv: Scalar, uv: Scalar) = (0, 0, 0)
    grid.visit { index, u, v in
      let weight = Scalar.exp(evidence[index] - highest)
      second.uu += weight * (u - centre.u) * (u - centre.u)
      second.vv += weight * (v - centre.v) * (v - centre.v)
      second.uv += weight * (u - centre.u) * (v - centre.v)
    }
    self.highest = highest
    self.mass = mass
    mu1 = centre.u
    mu2 = centre.v
    covariance = Covariance(c11: second.uu / mass, c22: second.vv / mass, c12: second.uv / mass)
  }

  /// A cell's softmax.
  func share(_ logit: Scalar) -> Scalar { Scalar.exp(logit - highest) / mass }
}
