import Geometry
import Networks
import Tensors

/// What a training strives for: computes the losses of a batch, those that are not switched off. The settings fit the architecture:
/// ``TrainingSettings/problem(for:hasTeacher:)`` has seen to it.
struct Objective {
  /// One loss of a batch, a number for each view.
  struct Term {
    let name: String
    let loss: Variable
    let weight: Double
  }

  /// The losses of a batch, and what the network said of it.
  struct Outcome {
    let terms: [Term]
    let logits: Variable
    let rectangles: Variable?
  }

  let architecture: Architecture
  let settings: TrainingSettings
  /// For each photograph the box its rectangle's hull should be, on the canvas; asked for only if the teacher counts.
  let teacher: [RectangleParameters<Float>?]

  /// Records a batch. `labels` and `views` belong to the maps in `input`, view by view.
  func record(
    _ recording: Recording, behind cut: String, _ input: Variable, photographs: [Int], labels: [Int],
    views: [CanvasMap]
  ) throws(ModelError) -> Outcome {
    let weights = settings.losses
    let tape = recording.tape
    let logits = try recording.run(architecture, behind: cut, input)
    var terms: [Term] = []
    func add(_ name: String, _ weight: Double, _ loss: () throws(ModelError) -> Variable) throws(ModelError) {
      guard weight > 0 else { return }
      terms.append(Term(name: name, loss: try loss(), weight: weight))
    }
    try add("classification", weights.classification) { () throws(ModelError) in
      tape.crossEntropy(logits, .classes(labels, smoothing: weights.smoothing))
    }
    let plain = weights.agreement > 0 || weights.needsMasks ? try plainShares(recording) : []
    try add("agreement", weights.agreement) { () throws(ModelError) in tape.crossEntropy(logits, .shares(plain))
    }
    guard let rectangles = recording.rectangles else {
      return Outcome(terms: terms, logits: logits, rectangles: nil)
    }
    if weights.needsMasks {
      let masked = recording.maps[settings.maskedLayer]!
      let mask = tape.window(
        rectangles, height: masked.shape.height, width: masked.shape.width,
        sharpness: Float(settings.maskSharpness))
      try add("inside", weights.inside) { () throws(ModelError) in
        tape.crossEntropy(try rest(of: tape.scale(masked, byPosition: mask), recording), .shares(plain))
      }
      try add("outside", weights.outside) { () throws(ModelError) in
        let outside = tape.scale(masked, byPosition: tape.complement(mask))
        return tape.agreement(try rest(of: outside, recording), with: plain)
      }
    }
    try add("area", weights.area) { () throws(ModelError) in tape.area(of: rectangles) }
    try add("equivariance", weights.equivariance / 2) { () throws(ModelError) in
      let onCanvas = tape.rectanglesOnCanvas(
        rectangles, seenThrough: views.map { $0.similarity ?? CanvasSimilarity() })
      return tape.distance(of: onCanvas, to: partners(of: onCanvas, views))
    }
    try add("teacher", weights.teacher) { () throws(ModelError) in
      tape.hullLoss(of: rectangles, to: zip(photographs, views).map { box(of: $0, seenThrough: $1) })
    }
    return Outcome(terms: terms, logits: logits, rectangles: rectangles)
  }

  /// The network's own distribution when attention is left out; no gradient goes back through it.
  private func plainShares(_ recording: Recording) throws(ModelError) -> [Float] {
    let plain = Recording(recording.weights, on: recording.tape)
    let logits = try plain.run(architecture, behind: "attention", recording.unattended!)
    return (0..<logits.count).flatMap { index in
      let scores = logits.map(index)
      return Tape.softmax(scores.values)
    }
  }

  /// What the layers behind the masked one say of another map in its place.
  private func rest(of map: Variable, _ recording: Recording) throws(ModelError) -> Variable {
    let rest = Recording(recording.weights, on: recording.tape, momentum: nil)
    return try rest.run(architecture.without("attention"), behind: settings.maskedLayer, map)
  }

  /// The teacher's box as it lies in a view, cut off at its edges; nil where there is none, or next to nothing of it is left.
  private func box(of photograph: Int, seenThrough view: CanvasMap) -> RectangleParameters<Float>? {
    guard let box = teacher[photograph] else { return nil }
    let corners = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { x, y in
      view.point(
        Point(
          x: Double(box.mu1) + x * Double(box.sigma1), y: Double(box.mu2) + y * Double(box.sigma2)))
    }
    func interval(_ values: [Double]) -> (low: Float, high: Float) {
      (Float(max(-1, values.min()!)), Float(min(1, values.max()!)))
    }
    let (x, y) = (interval(corners.map(\.x)), interval(corners.map(\.y)))
    guard x.high - x.low > 0.1, y.high - y.low > 0.1 else { return nil }
    return RectangleParameters(
      mu1: (x.low + x.high) / 2, mu2: (y.low + y.high) / 2, sigma1: (x.high - x.low) / 2,
      sigma2: (y.high - y.low) / 2, alpha: 0)
  }

  /// For each view's rectangle that of the photograph's other view. As each is compared with the other as it stands, and both
  /// ways, the gradients are those of the distance itself.
  private func partners(of rectangles: Variable, _ views: [CanvasMap]) -> [RectangleParameters<Float>?] {
    (0..<rectangles.count).map { index in
      guard views[index].similarity != nil, views[index ^ 1].similarity != nil else { return nil }
      return RectangleParameters(rectangles.map(index ^ 1).values)
    }
  }
}
