import Foundation
import Tensors

/// The difference between two attentions over the same photographs with the same seeds: its mean, how far chance may have moved it,
/// and the smallest difference that could have been seen.
package struct PairedDifference: Hashable, Sendable {
  package let estimate: Estimate
  /// The standard deviation of the resampled means.
  package let standardError: Double
  /// Seeds and photographs that were compared.
  package let seeds: Int
  package let photographs: Int
  /// Trainings (by seed, backbone and place) in which the first was better, and in which it was worse.
  package let better: Int
  package let worse: Int

  /// A true difference of this size is found (its 95 % interval leaves 0 out) four times in five: 1.96 + 0.84 standard errors.
  package var smallestDetectable: Double { 2.8 * standardError }

  /// How likely signs at least as one-sided as these are, if either were as likely (two-sided; equal trainings do not count).
  package var signTest: Double {
    let trials = better + worse
    guard trials > 0 else { return 1 }
    var tail = 0.0
    var term = pow(0.5, Double(trials))
    for successes in 0...min(better, worse) {
      tail += term
      term *= Double(trials - successes) / Double(successes + 1)
    }
    return min(1, 2 * tail)
  }

  /// - Parameters:
  ///   - differences: by backbone and place, seed and photograph: 1 where only the first was right, -1 where only the second was. All
  ///     with the same seeds and photographs. Nil for none.
  ///   - bootstrap: seeds and photographs are resampled, each by itself, and all pairs of what was drawn are averaged (the pigeonhole
  ///     bootstrap: Owen, 2007, who shows that it errs to the side of caution). Backbones and places are not: they are not a sample.
  package init?(_ differences: [[[Double]]], _ bootstrap: Bootstrap = Bootstrap()) {
    guard let seeds = differences.first?.count, seeds > 0, let photographs = differences.first?.first?.count,
      photographs > 0
    else { return nil }
    precondition(
      differences.allSatisfy { $0.count == seeds && $0.allSatisfy { $0.count == photographs } },
      "the same seeds and photographs everywhere")
    self.seeds = seeds
    self.photographs = photographs
    let means = differences.flatMap { $0.map { row in row.reduce(0, +) } }
    better = means.count { $0 > 0 }
    worse = means.count { $0 < 0 }
    // The mean over backbones and places, by seed and photograph.
    let table = (0..<seeds).map { seed in
      (0..<photographs).map { photograph in
        differences.reduce(0.0) { $0 + $1[seed][photograph] } / Double(differences.count)
      }
    }
    var generator = SplitMix64(seed: bootstrap.seed)
    func draw(_ count: Int) -> [Int] {
      var times = [Int](repeating: 0, count: count)
      for _ in 0..<count {
        times[Int(generator.next().multipliedFullWidth(by: UInt64(count)).high)] += 1
      }
      return times
    }
    var results: [Double] = []
    for _ in 0..<bootstrap.rounds {
      let drawnSeeds = draw(seeds)
      let drawnPhotographs = draw(photographs)
      var sum = 0.0
      for (row, times) in zip(table, drawnSeeds) where times > 0 {
        var rowSum = 0.0
        for (value, times) in zip(row, drawnPhotographs) where times > 0 { rowSum += Double(times) * value }
        sum += Double(times) * rowSum
      }
      results.append(sum / Double(seeds * photographs))
    }
    let mean = results.reduce(0, +) / Double(results.count)
    standardError =
      (results.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, results.count - 1))).squareRoot()
    results.sort()
    let value = table.reduce(0) { $0 + $1.reduce(0, +) } / Double(seeds * photographs)
    estimate = Estimate(
      value: value, low: Bootstrap.quantile(results, 0.025), high: Bootstrap.quantile(results, 0.975))
  }
}

/// The mean difference of figures that there is one of for each training, with Student's 95 % interval.
package enum SeedDifference {
  /// Two-sided 95 % points of Student's distribution for 1 to 30 degrees of freedom.
  private static let points = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
  ]

  /// Of one difference for each training; nil for less than two.
  package static func estimate(_ differences: [Double]) -> Estimate? {
    guard differences.count > 1 else { return nil }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let freedom = differences.count - 1
    let reach = (freedom <= points.count ? points[freedom - 1] : 1.96) * (variance / count).squareRoot()
    return Estimate(value: mean, low: mean - reach, high: mean + reach)
  }
}
