/// Brings numbers of any size, as a linear layer makes them, into the ranges of a rectangle.
///
///     mu = tanh(r1), tanh(r2)                                                      the centre lies on the canvas
///     sigma = least + (1.1 - least) sigmoid(r + log 4), for r3 and r4              1.1 covers the canvas
///     alpha = pi/4 tanh(r5)                                                        more would only swap the sizes
///
/// Without a fifth number the rectangle is upright. Zeros are the upright rectangle that sees nearly everything: the log 4
/// puts its half sizes at four fifths of their range, 0.9 for a least size of 0.12.
package struct RectangleRanges<Scalar: RealScalar>: Hashable, Sendable {
  /// The least half size, in canvas units; less than 1.1.
  package let leastSize: Scalar

  package init(leastSize: Scalar) { self.leastSize = leastSize }

  private var sizes: Scalar { 1.1 - leastSize }
  private static var quarter: Scalar { .pi / 4 }

  /// How far into their range half sizes are: 4/5 at 0.
  private func depth(_ raw: Scalar) -> Scalar { Scalar.sigmoid(raw + Scalar.log1p(3)) }

  /// The rectangle of four or five numbers.
  package func rectangle(of raw: Span<Scalar>) -> RectangleParameters<Scalar> {
    RectangleParameters(
      mu1: Scalar.tanh(raw[0]), mu2: Scalar.tanh(raw[1]), sigma1: leastSize + sizes * depth(raw[2]),
      sigma2: leastSize + sizes * depth(raw[3]),
      alpha: raw.count > 4 ? RectangleRanges.quarter * Scalar.tanh(raw[4]) : 0)
  }

  /// The gradient by the numbers, given that by the rectangle.
  package func gradient(at raw: Span<Scalar>, upstream: RectangleParameters<Scalar>) -> [Scalar] {
    func turned(_ x: Scalar) -> Scalar { 1 - Scalar.tanh(x) * Scalar.tanh(x) }
    func sized(_ x: Scalar) -> Scalar { sizes * depth(x) * (1 - depth(x)) }
    let four = [
      upstream.mu1 * turned(raw[0]), upstream.mu2 * turned(raw[1]), upstream.sigma1 * sized(raw[2]),
      upstream.sigma2 * sized(raw[3]),
    ]
    return raw.count > 4 ? four + [upstream.alpha * RectangleRanges.quarter * turned(raw[4])] : four
  }
}
