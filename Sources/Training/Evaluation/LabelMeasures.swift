/// How right and how sure the network is of its labels.
package struct LabelMeasures: Sendable {
  package let photographs: Int
  package let top1: Estimate
  package let top5: Estimate
  /// Top-1 of the network whose attention multiplies nothing, and by how much the attention's is above it.
  package let plainTop1: Estimate?
  package let attentionGain: Estimate?
  /// The mean probability of the predicted class.
  package let meanScore: Estimate
  package let calibrationError: Estimate
  package let negativeLogLikelihood: Estimate

  static let bins = 15

  /// Of the verdicts whose right class is known; nil for none.
  init?(_ verdicts: [PhotographVerdict], _ bootstrap: Bootstrap) {
    let known = verdicts.filter { $0.rank != nil }
    let right = known.map { $0.rank == 0 ? 1.0 : 0 }
    let scores = known.map(\.score)
    let pairs = zip(scores, right).map { (score: $0, right: $1) }
    guard let top1 = bootstrap.mean(right),
      let top5 = bootstrap.mean(known.map { ($0.rank ?? .max) < 5 ? 1 : 0 }),
      let meanScore = bootstrap.mean(scores),
      let calibrationError = bootstrap.estimate(pairs, LabelMeasures.calibrationError),
      let likelihood = bootstrap.mean(known.compactMap(\.negativeLogLikelihood))
    else { return nil }
    let plain = known.compactMap { verdict in
      verdict.plainPredicted.map { $0 == verdict.truth ? 1.0 : 0 }
    }
    photographs = known.count
    self.top1 = top1
    self.top5 = top5
    self.meanScore = meanScore
    self.calibrationError = calibrationError
    negativeLogLikelihood = likelihood
    plainTop1 = bootstrap.mean(plain)
    attentionGain = plain.isEmpty ? nil : bootstrap.mean(zip(right, plain).map { $0 - $1 })
  }

  /// The expected calibration error (Guo et al., 2017): over bins of equal width in the score, (k / 15, (k + 1) / 15],
  /// the mean of |share of right ones - mean score|, weighted by the bin's photographs.
  package static func calibrationError(_ pairs: [(score: Double, right: Double)]) -> Double {
    var surplus = [Double](repeating: 0, count: bins)
    for pair in pairs {
      let bin = Int((pair.score * Double(bins)).rounded(.up)) - 1
      surplus[min(max(bin, 0), bins - 1)] += pair.right - pair.score
    }
    return pairs.isEmpty ? 0 : surplus.reduce(0) { $0 + abs($1) } / Double(pairs.count)
  }
}
