import Foundation

/// How the colours of a part of a picture are distributed: a mixture of Gaussians in RGB with full covariances.
package struct ColourMixture {
  /// One Gaussian with its share.
  private struct Component {
    let mean: SIMD3<Double>
    /// The logarithm of the share and of what normalises the Gaussian.
    let logFactor: Double
    /// The rows of the inverse of the covariance's Cholesky factor, a lower triangle.
    let rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

    /// The logarithm of the share times the density.
    func logDensity(_ colour: SIMD3<Double>) -> Double {
      let d = colour - mean
      let (x, y, z) = ((rows.0 * d).sum(), (rows.1 * d).sum(), (rows.2 * d).sum())
      return logFactor - (x * x + y * y + z * z) / 2
    }
  }

  private var components: [Component]

  /// What is added to a covariance that is flat in some direction: the variance of noise of a tenth of a level.
  private static let noise = 0.01

  /// The mixture of grouped colours, a Gaussian for each group that is not empty; there must be one. `groups` holds each colour's.
  package init(_ colours: [SIMD3<Double>], groups: [Int], count: Int) {
    precondition(colours.count == groups.count && !colours.isEmpty, "a group for each colour")
    var sums = [Moments](repeating: Moments(), count: count)
    for (colour, group) in zip(colours, groups) { sums[group].add(colour) }
    components = sums.filter { $0.count > 0 }.map { $0.component(of: Double(colours.count)) }
  }

  /// The logarithm of a colour's density. Finite for every colour.
  package func logDensity(_ colour: SIMD3<Double>) -> Double {
    var greatest = -Double.infinity
    var sum = 0.0
    for component in components {
      let value = component.logDensity(colour)
      if value > greatest {
        sum = sum * exp(greatest - value) + 1
        greatest = value
      } else if value > greatest - 40 {
        sum += exp(value - greatest)
      }
    }
    return greatest + log(sum)
  }

  /// The Gaussian that a colour most probably comes from, by its number among those that are there.
  package func mostLikely(_ colour: SIMD3<Double>) -> Int {
    var best = 0
    var greatest = -Double.infinity
    for (index, component) in components.enumerated() {
      let value = component.logDensity(colour)
      if value > greatest { (best, greatest) = (index, value) }
    }
    return best
  }

  /// Sums over the colours of a group.
  private struct Moments {
    var count = 0.0
    var sum = SIMD3<Double>.zero
    var products = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)

    mutating func add(_ colour: SIMD3<Double>) {
      count += 1
      sum += colour
      products.0 += colour * colour.x
      products.1 += colour * colour.y
      products.2 += colour * colour.z
    }

    func component(of total: Double) -> Component {
      let mean = sum / count
      var c = (
        products.0 / count - mean * mean.x, products.1 / count - mean * mean.y,
        products.2 / count - mean * mean.z
      )
      if determinant(c) <= .ulpOfOne {
        c.0.x += ColourMixture.noise
        c.1.y += ColourMixture.noise
        c.2.z += ColourMixture.noise
      }
      // The Cholesky factor: c = l l^T. Rounding must not make a variance negative.
      func root(_ value: Double) -> Double { max(value, 1e-9).squareRoot() }
      let l00 = root(c.0.x)
      let (l10, l20) = (c.1.x / l00, c.2.x / l00)
      let l11 = root(c.1.y - l10 * l10)
      let l21 = (c.2.y - l20 * l10) / l11
      let l22 = root(c.2.z - l20 * l20 - l21 * l21)
      let i10 = -l10 / (l00 * l11)
      let i20 = (l10 * l21 - l11 * l20) / (l00 * l11 * l22)
      return Component(
        mean: mean,
        logFactor: log(count / total) - 1.5 * log(2 * .pi) - log(l00 * l11 * l22),
        rows: (SIMD3(1 / l00, 0, 0), SIMD3(i10, 1 / l11, 0), SIMD3(i20, -l21 / (l11 * l22), 1 / l22)))
    }

    private func determinant(_ m: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)) -> Double {
      m.0.x * (m.1.y * m.2.z - m.1.z * m.2.y) - m.0.y * (m.1.x * m.2.z - m.1.z * m.2.x)
        + m.0.z * (m.1.x * m.2.y - m.1.y * m.2.x)
    }
  }
}
