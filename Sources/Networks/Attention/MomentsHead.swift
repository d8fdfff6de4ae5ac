/// Reads a rectangle off a map of evidence: softmax over the cells, then the mean and the covariance of the cells'
/// places under it.
///
/// With C the covariance, m = (c11 + c22) / 2 and d = sqrt(((c11 - c22) / 2)^2 + c12^2 + 1e-6), the eigenvalues are
/// about m + d and m - d. A box of half size s has variance s^2 / 3, hence
///
///     sigma1 = max(least, gain1 sqrt(3 (m + d)))         alpha = 1/2 atan2(2 c12, c11 - c22 + 1e-6)
///     sigma2 = max(least, gain2 sqrt(3 max(m - d, 1e-4)))
///
/// The small numbers keep gradients finite where the covariance is round.
package struct MomentsHead<Scalar: RealScalar>: Sendable {
  /// The least half size, in canvas units.
  package let leastSize: Scalar
  /// What the half sizes are multiplied by: a box may reach beyond the evidence it is read from.
  package let gain1: Scalar
  package let gain2: Scalar
  private let grid: CellGrid<Scalar>

  package init(grid: CellGrid<Scalar>, leastSize: Scalar, gain1: Scalar = 1, gain2: Scalar = 1) {
    self.grid = grid
    self.leastSize = leastSize
    self.gain1 = gain1
    self.gain2 = gain2
  }

  /// The rectangle of `evidence`, one logit for each cell, row by row.
  package func rectangle(of evidence: Span<Scalar>) -> RectangleParameters<Scalar> {
    let moments = Moments(evidence, grid)
    return RectangleParameters(
      mu1: moments.mu1, mu2: moments.mu2, sigma1: max(leastSize, gain1 * moments.size1),
      sigma2: max(leastSize, gain2 * moments.size2),
      alpha: Scalar.atan2(2 * moments.c12, moments.slant) / 2)
  }

  /// Given a loss's gradient with respect to the rectangle, writes its gradient with respect to each logit to
  /// `gradient` and returns that with respect to the logarithms of the two gains.
  package func gradient(
    at evidence: Span<Scalar>, upstream: RectangleParameters<Scalar>,
    into gradient: UnsafeMutableBufferPointer<Scalar>
  ) -> (logGain1: Scalar, logGain2: Scalar) {
    precondition(gradient.count == grid.count, "one place for each cell")
    let moments = Moments(evidence, grid)
    let size1 = gain1 * moments.size1
    let size2 = gain2 * moments.size2
    let logGain1 = size1 > leastSize ? upstream.sigma1 * size1 : 0
    let logGain2 = size2 > leastSize ? upstream.sigma2 * size2 : 0

    // size = gain sqrt(3 x) has the derivative size / 2x; a clamped x or size passes nothing on.
    let byLarge = logGain1 / (2 * moments.large)
    let bySmall = moments.smallIsClamped ? 0 : logGain2 / (2 * moments.small)
    let d = moments.halfSpread
    let sum = (byLarge + bySmall) / 2
    let difference = (byLarge - bySmall) * (moments.c11 - moments.c22) / (4 * d)

    let radius = moments.slant * moments.slant + 4 * moments.c12 * moments.c12
    let turn = radius > 0 ? upstream.alpha / radius : 0
    let by11 = sum + difference - turn * moments.c12
    let by22 = sum - difference + turn * moments.c12
    let by12 = (byLarge - bySmall) * moments.c12 / d + turn * moments.slant

    grid.visit { index, u, v in
      let x = u - moments.mu1
      let y = v - moments.mu2
      let share = moments.share(evidence[index])
      let first = upstream.mu1 * x + upstream.mu2 * y
      let second = by11 * (x * x - moments.c11) + by22 * (y * y - moments.c22) + by12 * (x * y - moments.c12)
      gradient[index] = share * (first + second)
    }
    return (logGain1, logGain2)
  }
}

/// Mean, covariance and eigenvalues of the cells' places under the softmax of the evidence.
private struct Moments<Scalar: RealScalar> {
  private let highest: Scalar
  private let mass: Scalar
  private(set) var mu1: Scalar = 0
  private(set) var mu2: Scalar = 0
  private(set) var c11: Scalar = 0
  private(set) var c22: Scalar = 0
  private(set) var c12: Scalar = 0

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
    c11 = second.uu / mass
    c22 = second.vv / mass
    c12 = second.uv / mass
  }

  /// A cell's softmax.
  func share(_ logit: Scalar) -> Scalar { Scalar.exp(logit - highest) / mass }

  /// Half the difference of the eigenvalues, never 0.
  var halfSpread: Scalar {
    let half = (c11 - c22) / 2
    return (half * half + c12 * c12 + 1e-6).squareRoot()
  }
  var large: Scalar { (c11 + c22) / 2 + halfSpread }
  var smallIsClamped: Bool { (c11 + c22) / 2 - halfSpread < 1e-4 }
  var small: Scalar { max((c11 + c22) / 2 - halfSpread, 1e-4) }
  var size1: Scalar { (3 * large).squareRoot() }
  var size2: Scalar { (3 * small).squareRoot() }
  /// The first argument the angle is read from, kept off 0.
  var slant: Scalar { c11 - c22 + 1e-6 }
}
