import Foundation
package import Networks
import Synchronization
import Tensors

/// How sure a classifier should be of its labels: the factor of its logits under which the right classes of photographs that it
/// has not learned from are most probable. The order of the classes, and so every label, stays.
///
/// Temperature scaling: Guo et al., "On calibration of modern neural networks" (2017). The sharpness is their 1 / T.
package struct Calibration: Hashable, Sendable {
  /// The factor of the logits.
  package let sharpness: Double
  /// The mean of -ln of the right classes' probabilities, in nats, as the logits are and multiplied by the sharpness.
  package let before: Double
  package let after: Double
  /// By so many photographs.
  package let photographs: Int

  /// Sharpness outside of it is not looked for.
  static let range = 1.0 / 64...64

  /// Finds the best sharpness. The mean of -ln is convex in it, so its slope is 0 in one place at most.
  ///
  /// Nil where no sharpness of the range is the best: where there are no photographs, where all are right, so that the surest
  /// classifier would be the best, or where the logits tell nothing.
  ///
  /// - Parameter labels: the right classes, as indices of the logits.
  package init?(logits: [[Float]], labels: [Int]) {
    precondition(logits.count == labels.count, "each photograph has a label")
    func likelihood(_ sharpness: Double) -> (mean: Double, slope: Double) {
      var sums = (value: 0.0, slope: 0.0)
      for (row, label) in zip(logits, labels) {
        let (value, slope) = Calibration.likelihood(row, label, sharpness)
        sums.value += value
        sums.slope += slope
      }
      return (sums.value / Double(logits.count), sums.slope)
    }
    var (low, high) = (log(Calibration.range.lowerBound), log(Calibration.range.upperBound))
    guard likelihood(exp(low)).slope < 0, likelihood(exp(high)).slope > 0 else { return nil }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if likelihood(exp(middle)).slope < 0 { low = middle } else { high = middle }
    }
    sharpness = exp((low + high) / 2)
    before = likelihood(1).mean
    after = likelihood(sharpness).mean
    photographs = logits.count
  }

  /// -ln of the label's share in the softmax of the logits times the sharpness, and how fast that grows with the sharpness.
  private static func likelihood(
    _ logits: [Float], _ label: Int, _ sharpness: Double
  ) -> (value: Double, slope: Double) {
    let greatest = Double(logits.max() ?? 0)
    var (mass, moment) = (0.0, 0.0)
    for logit in logits {
      let distance = Double(logit) - greatest
      let share = exp(sharpness * distance)
      mass += share
      moment += share * distance
    }
    let own = Double(logits[label]) - greatest
    return (log(mass) - sharpness * own, moment / mass - own)
  }
}

extension Calibration {
  /// What a classifier says of photographs as inference sees them.
  package struct Answers: Sendable {
    package var logits: [[Float]] = []
    package var labels: [Int] = []
    package var skipped: [SkippedPhotograph] = []
  }

  /// Numbers that ``Answers`` hold at most: 256 MiB of logits. One number is fitted, so that fewer photographs do as well.
  private static let mostLogits = 1 << 26

  /// Asks a network; of very many photographs only some, evenly spread. One that cannot be decoded is skipped.
  ///
  /// - Parameter jobs: how many cores decode.
  package static func answers(
    of architecture: Architecture, canvas: ModelCard.Canvas, parameters: Parameters,
    on photographs: [LabelledPhotograph], jobs: Int
  ) throws -> Answers {
    let trunk = try FrozenTrunk(
      architecture, canvas: canvas, weights: Weights(parameters, rates: LearningRates(others: 0)), masked: nil)
    guard let last = trunk.shapes.last, !photographs.isEmpty else { return Answers() }
    let most = max(1, mostLogits / last.count)
    let stride = (photographs.count + most - 1) / most
    let asked = photographs.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    let stream = try ViewStream(
      asked, plan: .onePass(canvas: canvas.size, fit: canvas.fit, batchSize: 8 * Shards.count), jobs: jobs)
    let workspaces = (0..<Shards.count).map { _ in Workspace() }
    var answers = Answers()
    while let batch = try stream.next() {
      let views = batch.views.flatMap(\.self)
      let logits = Mutex([[Float]](repeating: [], count: views.count))
      trunk.run(views.map(\.pixels), in: workspaces) { view, maps in
        let values = Array(maps[maps.count - 1].values)
        logits.withLock { $0[view] = values }
      }
      answers.logits += logits.withLock(\.self)
      answers.labels += views.map(\.label)
    }
    answers.skipped = stream.skipped
    guard answers.logits.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw ModelError(
        .notFinite, in: parameters.origin, "computes infinities or NaN; its weights are unusable")
    }
    return answers
  }
}
