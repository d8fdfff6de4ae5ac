import Foundation
import Geometry
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite struct CalibrationTests {
  /// Logits of a classifier that is right as often as it says: each label is drawn from the softmax of its logits.
  private static func calibratedAnswers(
    _ count: Int, classes: Int, seed: UInt64
  ) -> (logits: [[Float]], labels: [Int]) {
    var random = SeededGenerator(seed: seed)
    var answers: (logits: [[Float]], labels: [Int]) = ([], [])
    for _ in 0..<count {
      let logits = (0..<classes).map { _ in Float.random(in: -4...4, using: &random) }
      let shares = logits.map { exp(Double($0)) }
      var draw = Double.random(in: 0..<shares.reduce(0, +), using: &random)
      var label = 0
      while label < classes - 1, draw >= shares[label] {
        draw -= shares[label]
        label += 1
      }
      answers.logits.append(logits)
      answers.labels.append(label)
    }
    return answers
  }

  private static func scaled(_ logits: [[Float]], _ factor: Float) -> [[Float]] {
    logits.map { $0.map { $0 * factor } }
  }

  /// What the fit minimises, by the measure of `evaluate`.
  private static func mean(_ logits: [[Float]], _ labels: [Int]) -> Double {
    zip(logits, labels).reduce(0) { $0 + PhotographJudge.negativeLogLikelihood(of: $1.1, in: $1.0) }
      / Double(labels.count)
  }

  @Test(arguments: [(2, 0.2), (10, 0.2), (100, 0.2), (10, 7)] as [(Int, Float)])
  func scaledLogitsComeBack(classes: Int, factor: Float) throws {
    let (logits, labels) = Self.calibratedAnswers(2000, classes: classes, seed: UInt64(classes))
    let damaged = Self.scaled(logits, factor)
    let calibration = try #require(Calibration(logits: damaged, labels: labels))
    // The labels were drawn from the undamaged logits: these are the best there are, but for the chance in the draw.
    #expect(abs(Double(factor) * calibration.sharpness - 1) < 0.1)
    // The best of a fine grid is no better, and at the same place.
    let grid = (0...600).map { Float(0.25 * pow(16, Double($0) / 600)) / factor }
    let best = grid.min {
      Self.mean(Self.scaled(damaged, $0), labels) < Self.mean(Self.scaled(damaged, $1), labels)
    }!
    #expect(abs(calibration.sharpness / Double(best) - 1) < 0.05)
    #expect(calibration.after <= Self.mean(Self.scaled(damaged, best), labels) + 1e-6)
    #expect(abs(calibration.before - Self.mean(damaged, labels)) < 1e-6)
    #expect(
      abs(calibration.after - Self.mean(Self.scaled(damaged, Float(calibration.sharpness)), labels)) < 1e-5)
  }

  @Test func whereNoSharpnessIsTheBestThereIsNone() {
    let logits: [[Float]] = [[2, 1, 0], [0, 3, 1], [1, 0, 2]]
    #expect(Calibration(logits: [], labels: []) == nil)
    #expect(Calibration(logits: logits, labels: [0, 1, 2]) == nil, "all are right")
    #expect(Calibration(logits: logits, labels: [2, 0, 1]) == nil, "all are wrong")
    #expect(Calibration(logits: [[1, 1], [1, 1]], labels: [0, 1]) == nil, "they tell nothing")
    #expect(Calibration(logits: logits + [[0, 1, 0]], labels: [0, 1, 2, 0]) != nil)
  }

  @Test func aSharpenedNetworkSaysTheSameMoreLoudly() throws {
    let card = ModelCard(
      name: "test", architecture: SmallNetwork.name, labels: (0..<7).map { "class \($0)" },
      canvas: .init(width: 48, height: 48, fit: .squash, mean: [127, 127, 127], scale: [32, 32, 32]),
      attention: .init(.rectangle, after: "head", detail: "block6", width: 8), origin: "", licence: "",
      photographs: "", sha256: "")
    let classifier = try #require(try Model.architecture(card, origin: "test").classifier)
    let parameters = Parameters.initial(seed: 3)
    let model = try Model(card: card, parameters: parameters)
    let sharper = try Model(card: card, parameters: parameters.sharpened(classifier, by: 4))
    var random = SeededGenerator(seed: 1)
    for _ in 0..<8 {
      let canvas = (0..<(48 * 48 * 3)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let before = try model.predict(canvas.span, in: Workspace())
      let after = try sharper.predict(canvas.span, in: Workspace())
      #expect(after.rectangle == before.rectangle)
      #expect(after.top(7).map(\.index) == before.top(7).map(\.index))
      // A power of two: not a bit is lost.
      #expect(after.logits == before.logits.map { 4 * $0 })
    }
    #expect(
      try Model.architecture(card, origin: "test").inserting(
        "last", GlobalPooling.Configuration(), after: "classifier")?.classifier == nil)
  }
}
