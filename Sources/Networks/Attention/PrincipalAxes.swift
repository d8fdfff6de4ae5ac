/// A covariance of places on the canvas, or a gradient with respect to one.
struct Covariance<Scalar: RealScalar> {
  var c11: Scalar
  var c22: Scalar
  var c12: Scalar
}

/// The variances of a covariance along two axes at right angles, and where the first one points.
///
/// Free axes are the covariance's own. With m = (c11 + c22) / 2 and d = sqrt(((c11 - c22) / 2)^2 + c12^2 + 1e-6) the
/// variances are about m + d and m - d, and the angle is atan2(2 c12, c11 - c22 + 1e-6) / 2; the small numbers keep
/// gradients finite where the covariance is round. Upright axes are those of the canvas: c11, c22 and 0.
///
/// An `uprightness` q pulls free axes upright by as much as the covariance is round: first c12 is multiplied by
/// w = r^2 / (r^2 + q^2), with r = c12^2 / (c11 c22) the square of the correlation; at r = q it is halved. What is long and
/// slanting stays so. Between one upright shape and the other a square has to pass through standing on its corner: the
/// square in w keeps the range of covariances where it does so narrow.
struct PrincipalAxes<Scalar: RealScalar> {
  private let covariance: Covariance<Scalar>
  private let upright: Bool
  private let uprightness: Scalar
  /// The square of the correlation.
  private let correlation: Scalar
  /// The covariance's c12 after the pull.
  private let c12: Scalar

  init(of covariance: Covariance<Scalar>, upright: Bool, uprightness: Scalar) {
    self.covariance = covariance
    self.upright = upright
    self.uprightness = uprightness
    let product = covariance.c11 * covariance.c22
    correlation = product > 0 ? covariance.c12 * covariance.c12 / product : 0
    let share = uprightness > 0 ? 1 - PrincipalAxes.pull(uprightness, correlation) : 1
    c12 = covariance.c12 * share
  }

  /// The variance along the first axis, never 0.
  var first: Scalar { upright ? max(covariance.c11, PrincipalAxes.least) : mean + halfSpread }

  /// The variance along the second axis, never 0.
  var second: Scalar { max(unclampedSecond, PrincipalAxes.least) }

  /// The angle of the first axis, -pi/2 to pi/2.
  var alpha: Scalar { upright ? 0 : Scalar.atan2(2 * c12, slant) / 2 }

  /// The gradient by the covariance, given those by the variances and the angle. A clamped variance passes nothing on.
  func gradient(byFirst: Scalar, bySecond: Scalar, byAlpha: Scalar) -> Covariance<Scalar> {
    let bySecond = unclampedSecond < PrincipalAxes.least ? 0 : bySecond
    guard !upright else {
      return Covariance(
        c11: covariance.c11 < PrincipalAxes.least ? 0 : byFirst, c22: bySecond, c12: 0)
    }
    let d = halfSpread
    let sum = (byFirst + bySecond) / 2
    let difference = (byFirst - bySecond) * (covariance.c11 - covariance.c22) / (4 * d)
    let radius = slant * slant + 4 * c12 * c12
    let turn = radius > 0 ? byAlpha / radius : 0
    return goBackThroughPull(
      Covariance(
        c11: sum + difference - turn * c12, c22: sum - difference + turn * c12,
        c12: (byFirst - bySecond) * c12 / d + turn * slant))
  }

  /// With v = 1 - w, the derivatives of w c12 are w (1 + 4 v) by c12 and -2 w v c12 / c11, -2 w v c12 / c22 by the
  /// variances.
  private func goBackThroughPull(_ pulled: Covariance<Scalar>) -> Covariance<Scalar> {
    guard uprightness > 0 else { return pulled }
    let rest = PrincipalAxes.pull(uprightness, correlation)
    var result = pulled
    result.c12 = pulled.c12 * (1 - rest) * (1 + 4 * rest)
    if correlation > 0 {
      result.c11 -= 2 * pulled.c12 * c12 * rest / covariance.c11
      result.c22 -= 2 * pulled.c12 * c12 * rest / covariance.c22
    }
    return result
  }

  /// v = q^2 / (r^2 + q^2)
  private static func pull(_ uprightness: Scalar, _ correlation: Scalar) -> Scalar {
    let square = uprightness * uprightness
    return square / (correlation * correlation + square)
  }

  private static var least: Scalar { 1e-4 }
  private var mean: Scalar { (covariance.c11 + covariance.c22) / 2 }
  private var unclampedSecond: Scalar { upright ? covariance.c22 : mean - halfSpread }
  /// Half the difference of the variances, never 0.
  private var halfSpread: Scalar {
    let half = (covariance.c11 - covariance.c22) / 2
    return (half * half + c12 * c12 + 1e-6).squareRoot()
  }
  /// The first argument the angle is read from, kept off 0.
  private var slant: Scalar { covariance.c11 - covariance.c22 + 1e-6 }
}
