import Foundation
import Geometry
import Imaging
package import Networks
package import Tensors

/// Looks at one photograph with a model and holds what it says against what is known. Immutable; one serves all
/// threads, each with a workspace of its own.
package struct PhotographJudge: Sendable {
  private let model: Model
  private let hasLabels: Bool
  private let boxes: BoxList?
  private let views: [CanvasView]

  /// Why a photograph has no verdict. One sentence.
  private struct Failure: Error {
    let detail: String
  }

  /// - Parameters:
  ///   - hasLabels: whether the photographs' labels are indices of the model's.
  ///   - views: the changed copies to look at too.
  package init(_ model: Model, hasLabels: Bool, boxes: BoxList?, views: [CanvasView]) {
    self.model = model
    self.hasLabels = hasLabels
    self.boxes = boxes
    self.views = views
  }

  /// Reads and judges a photograph. `seed` is its own; the same gives the same verdict.
  package func judge(
    _ photograph: LabelledPhotograph, seed: UInt64, in workspace: Workspace
  ) -> EvaluationOutcome {
    do throws(Failure) {
      return .judged(try verdict(photograph, seed, workspace))
    } catch {
      return .failed(photograph, error.detail)
    }
  }

  private func verdict(
    _ photograph: LabelledPhotograph, _ seed: UInt64, _ workspace: Workspace
  ) throws(Failure) -> PhotographVerdict {
    let (canvas, size) = try imaging { () throws(ImagingError) in
      try PhotographJudge.canvas(of: photograph, model.card.canvas)
    }
    let frame = CanvasFrame(photograph: size, canvas: model.card.canvas.size, fit: model.card.canvas.fit)
    let prediction = try predict(canvas.rgb, workspace).prediction
    let isAttentive = prediction.attentionMap != nil
    // The baselines are those of the network without its attention.
    let plain = try predict(canvas.rgb, workspace, attending: false)
    let best = prediction.top(1)[0]
    let located = prediction.rectangle.map { LocatedRectangle($0, in: frame) }
    let truth = hasLabels ? photograph.label : nil
    return PhotographVerdict(
      photograph: photograph, truth: truth, predicted: best.index, score: Double(best.probability),
      rank: truth.map { PhotographJudge.rank(of: $0, in: prediction.logits) },
      negativeLogLikelihood: truth.map { PhotographJudge.negativeLogLikelihood(of: $0, in: prediction.logits) },
      plainPredicted: isAttentive ? plain.prediction.top(1)[0].index : nil,
      rectangle: prediction.rectangle, located: located,
      hullCoverage: located.map { $0.hull.area / Box(size).area },
      attentionShape: prediction.attentionMap.map { map in
        let map = ScalarMap(rows: map.rows, columns: map.columns, values: map.values)
        return RegionShape(map.enlarged(in: workspace), above: 0.5)
      },
      activationShape: plain.activation.map {
        RegionShape($0.enlarged(in: workspace).normalised, above: 0.5)
      },
      overlaps: boxes?[photograph.path].map { marked in
        OverlapJudge(marked, frame: frame).overlaps(
          of: prediction.rectangle, activation: plain.activation, in: workspace)
      },
      views: try views(of: canvas, prediction, best.index, seed, workspace))
  }

  /// What the network sees, made as runs of pipelines make it, and the size of the upright photograph.
  static func canvas(
    of photograph: LabelledPhotograph, _ card: ModelCard.Canvas
  ) throws(ImagingError) -> (canvas: CanvasPixels, size: PixelSize) {
    let decoded = try DecodedPhotograph(path: photograph.path, canvas: card.size)
    return (try Canvas.render(decoded.pixels, size: card.size, fit: card.fit), decoded.size)
  }

  /// What the network says, and the activation map of the class it names.
  private func predict(
    _ pixels: [UInt8], _ workspace: Workspace, attending: Bool = true
  ) throws(Failure) -> (prediction: Prediction, activation: ScalarMap?) {
    do throws(ModelError) {
      let (prediction, activation) = try model.predict(pixels.span, in: workspace, attending: attending) {
        pass, prediction in
        attending ? nil : ClassActivation.map(of: model.network, in: pass, class: prediction.top(1)[0].index)
      }
      return (prediction, activation)
    } catch {
      throw Failure(detail: error.description)
    }
  }

  private func views(
    of canvas: CanvasPixels, _ prediction: Prediction, _ label: Int, _ seed: UInt64, _ workspace: Workspace
  ) throws(Failure) -> [PhotographVerdict.ViewVerdict?] {
    var verdicts: [PhotographVerdict.ViewVerdict?] = []
    for view in views {
      let expected = prediction.rectangle.map { view.similarity.rectangle($0) }
      if let expected, max(abs(expected.mu1), abs(expected.mu2)) > 1 {
        verdicts.append(nil)
        continue
      }
      let changed = try imaging { () throws(ImagingError) in
        try view.apply(to: canvas.rgb, canvas.size, seed: seed)
      }
      let seen = try predict(changed, workspace).prediction
      verdicts.append(
        .init(
          isLabelKept: seen.top(1)[0].index == label,
          distance: expected.flatMap { expected in
            seen.rectangle.map { RectangleDistance(found: $0, expected: expected) }
          }))
    }
    return verdicts
  }

  private func imaging<Result>(_ body: () throws(ImagingError) -> Result) throws(Failure) -> Result {
    do throws(ImagingError) {
      return try body()
    } catch {
      throw Failure(detail: error.detail)
    }
  }

  /// How many classes have a greater logit than `truth`, or an equal one and a lower index.
  package static func rank(of truth: Int, in logits: [Float]) -> Int {
    logits.enumerated().count { $1 > logits[truth] || ($1 == logits[truth] && $0 < truth) }
  }

  /// -log of the probability of `truth`. From the logits: a probability may be too small for a float.
  package static func negativeLogLikelihood(of truth: Int, in logits: [Float]) -> Double {
    let greatest = Double(logits.max() ?? 0)
    return greatest + log(logits.reduce(0) { $0 + exp(Double($1) - greatest) }) - Double(logits[truth])
  }
}
