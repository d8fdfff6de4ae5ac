import Foundation
import TestSupport
import Testing
import Training

@Suite struct MeasureTests {
  @Test func theBootstrapIsSeededAndHasTheWidthOfTheNormalInterval() throws {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<400).map { _ in Double.random(in: 0...1, using: &generator) }
    let estimate = try #require(Bootstrap().mean(values))
    let mean = values.reduce(0, +) / 400
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399
    let half = 1.96 * (variance / 400).squareRoot()
    #expect(approximately(estimate.value, mean))
    #expect(abs(estimate.low - (mean - half)) < 0.1 * half + 0.002)
    #expect(abs(estimate.high - (mean + half)) < 0.1 * half + 0.002)
    #expect(Bootstrap().mean(values) == estimate)
    #expect(Bootstrap(seed: 1).mean(values) != estimate)
  }

  @Test func theBootstrapOfConstantsAndOfNothing() {
    #expect(Bootstrap().mean([]) == nil)
    let estimate = Bootstrap().mean([0.25, 0.25, 0.25])
    #expect(estimate == Estimate(value: 0.25, low: 0.25, high: 0.25))
    #expect(Bootstrap().share([1, 2, 3, 4]) { $0 > 1 }?.value == 0.75)
  }

  @Test func intervalsCoverTheTruthAboutAsOftenAsTheySay() throws {
    var generator = SeededGenerator(seed: 4)
    var covered = 0
    for seed in 0..<200 {
      let values = (0..<60).map { _ in Double.random(in: 0...1, using: &generator) < 0.6 ? 1.0 : 0 }
      let estimate = try #require(Bootstrap(rounds: 300, seed: UInt64(seed)).mean(values))
      if estimate.low <= 0.6 && 0.6 <= estimate.high { covered += 1 }
    }
    #expect((176...199).contains(covered), "\(covered)")
  }

  @Test func calibrationByHand() {
    // Two in the bin (0.6, 0.667], one of them right: |1 - 1.26| / 4; one at 1.0 and right; one at 0.2 and right.
    let pairs: [(score: Double, right: Double)] = [(0.62, 1), (0.64, 0), (1.0, 1), (0.2, 1)]
    #expect(approximately(LabelMeasures.calibrationError(pairs), (0.26 + 0 + 0.8) / 4))
    #expect(LabelMeasures.calibrationError([]) == 0)
    #expect(approximately(LabelMeasures.calibrationError([(0, 0), (0, 1)]), 0.5))
  }

  @Test func calibrationAgainstAPlainSecondImplementation() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<50 {
      let pairs = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
        (score: Double.random(in: 0...1, using: &generator), right: Bool.random(using: &generator) ? 1.0 : 0)
      }
      var expected = 0.0
      for bin in 0..<15 {
        let members = pairs.filter { $0.score > Double(bin) / 15 && $0.score <= Double(bin + 1) / 15 }
        guard !members.isEmpty else { continue }
        let accuracy = members.reduce(0) { $0 + $1.right } / Double(members.count)
        let confidence = members.reduce(0) { $0 + $1.score } / Double(members.count)
        expected += Double(members.count) / Double(pairs.count) * abs(accuracy - confidence)
      }
      #expect(approximately(LabelMeasures.calibrationError(pairs), expected, tolerance: 1e-12))
    }
  }

  @Test func ranksAndLikelihoods() {
    let logits: [Float] = [1, 3, 3, -2]
    #expect((0..<4).map { PhotographJudge.rank(of: $0, in: logits) } == [2, 0, 1, 3])
    let mass = logits.reduce(0) { $0 + exp(Double($1)) }
    for (index, logit) in logits.enumerated() {
      #expect(
        approximately(
          PhotographJudge.negativeLogLikelihood(of: index, in: logits), log(mass) - Double(logit),
          tolerance: 1e-12))
    }
    // Its probability would be 0 in single precision.
    #expect(approximately(PhotographJudge.negativeLogLikelihood(of: 1, in: [0, -500]), 500))
  }
}
