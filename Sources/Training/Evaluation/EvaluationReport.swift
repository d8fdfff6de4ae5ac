package import Networks

/// What a model is worth on a set of photographs: every figure with its 95 % interval.
package struct EvaluationReport: Sendable {
  /// Which model looked, and at what size.
  package struct Subject: Sendable {
    package let name: String
    package let sha256: String
    package let canvas: ModelCard.Canvas
    package let hasAttention: Bool
  }

  /// A photograph without a verdict.
  package struct Failure: Hashable, Sendable {
    package let name: String
    package let detail: String
  }

  package let subject: Subject
  /// The data set, as the user named it.
  package let data: String
  package let photographs: Int
  package let failures: [Failure]
  package let bootstrap: Bootstrap
  package let labels: LabelMeasures?
  package let rectangles: RectangleMeasures?
  /// All photographs with boxes, then those with exactly one, if they are not the same.
  package let boxes: [BoxSection]
  package let thresholds: [ThresholdRow]
  /// The threshold of the table at which the class activation map does best on these photographs.
  package let bestThreshold: Double?
  package let maps: [MapMeasures]
  package let views: [ViewMeasures]

  /// - Parameter views: those the judge was given, in their order.
  package init(
    of model: Model, on data: String, outcomes: [EvaluationOutcome], views: [CanvasView],
    bootstrap: Bootstrap = Bootstrap()
  ) {
    var verdicts: [PhotographVerdict] = []
    var failures: [Failure] = []
    for outcome in outcomes {
      switch outcome {
      case .judged(let verdict): verdicts.append(verdict)
      case .failed(let photograph, let detail): failures.append(Failure(name: photograph.name, detail: detail))
      }
    }
    let overlaps = verdicts.compactMap(\.overlaps)
    let single = overlaps.filter { $0.boxes == 1 }
    let thresholds = ThresholdRow.table(overlaps)
    let best = ThresholdRow.best(thresholds)
    let card = model.card
    subject = Subject(
      name: card.name, sha256: card.sha256, canvas: card.canvas, hasAttention: card.attention != nil)
    self.data = data
    photographs = verdicts.count
    self.failures = failures
    self.bootstrap = bootstrap
    labels = LabelMeasures(verdicts, bootstrap)
    rectangles = RectangleMeasures(verdicts, bootstrap)
    boxes = [
      BoxSection("photographs with boxes", overlaps, threshold: best, bootstrap),
      single.count == overlaps.count
        ? nil : BoxSection("photographs with one box", single, threshold: best, bootstrap),
    ].compactMap(\.self)
    self.thresholds = thresholds
    bestThreshold = best.map { thresholds[$0].threshold }
    maps = [
      MapMeasures("attention", verdicts.compactMap(\.attentionShape), bootstrap),
      MapMeasures("class activation", verdicts.compactMap(\.activationShape), bootstrap),
    ].compactMap(\.self)
    self.views = views.enumerated().compactMap { index, view in
      ViewMeasures(view.name, verdicts.compactMap { $0.views[index] }, bootstrap)
    }
  }
}
