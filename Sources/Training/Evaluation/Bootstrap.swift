import Tensors

/// A figure with the uncertainty it has because the photographs are a sample.
package struct Estimate: Hashable, Sendable {
  package let value: Double
  /// The ends of the 95 % interval.
  package let low: Double
  package let high: Double

  package init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }
}

/// Percentile intervals by resampling the photographs with replacement (Efron, 1979). Seeded: the same values give the
/// same interval.
package struct Bootstrap: Hashable, Sendable {
  package let rounds: Int
  package let seed: UInt64

  package init(rounds: Int = 1000, seed: UInt64 = 2026) {
    self.rounds = rounds
    self.seed = seed
  }

  /// The mean of values, one for each photograph; nil for none.
  package func mean(_ values: [Double]) -> Estimate? {
    estimate(values) { $0.reduce(0, +) / Double($0.count) }
  }

  /// The share of values of which something is true; nil for none.
  package func share(_ values: [Double], _ isTrue: (Double) -> Bool) -> Estimate? {
    mean(values.map { isTrue($0) ? 1 : 0 })
  }

  /// Any statistic of a sample; nil for an empty one.
  package func estimate<Element>(_ sample: [Element], _ statistic: ([Element]) -> Double) -> Estimate? {
    guard !sample.isEmpty else { return nil }
    var generator = SplitMix64(seed: seed)
    var drawn = sample
    var results: [Double] = []
    results.reserveCapacity(rounds)
    for _ in 0..<rounds {
      for index in drawn.indices { drawn[index] = sample[generator.index(below: sample.count)] }
      results.append(statistic(drawn))
    }
    results.sort()
    return Estimate(
      value: statistic(sample), low: Bootstrap.quantile(results, 0.025),
      high: Bootstrap.quantile(results, 0.975))
  }

  /// Of sorted values, linear between neighbours.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
