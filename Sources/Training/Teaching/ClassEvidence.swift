import Geometry
import Imaging
import Networks
import Tensors

/// Finds out where in a photograph its class is seen.
///
/// Two maps of what speaks for the classes p that a photograph probably shows: class activation (Zhou et al., 2016), the features in
/// front of the pooling weighed by the classifier, is sure but coarse; LayerCAM (Jiang et al., 2021), activations before the last
/// halving times their positive gradient, is fine but restless. Belongs to one thread.
final class ClassEvidence {
  /// Cells of a map's side.
  static let side = 56
  /// The share of LayerCAM in a view's map.
  private static let fineShare: Float = 0.3
  /// What the classes' logits are multiplied by before the softmax.
  private static let sharpening: Float = 2
  /// The share of the true label in the distribution, where it is known.
  private static let truthShare: Float = 0.5

  private let network: EvidenceNetwork
  private let weights: Weights
  private let tape = Tape()
  private let workspace = Workspace()

  /// A view with what the network makes of it.
  private struct Look {
    let view: EvidenceNetwork.View
    /// The map at the cut.
    let fine: Variable
    let features: Variable
    let logits: Variable
  }

  init(_ network: EvidenceNetwork) {
    self.network = network
    weights = Weights(network.parameters, rates: LearningRates(others: 0))
  }

  /// The map of a photograph, `side` cells a side, in [0, 1].
  ///
  /// - Parameters:
  ///   - canvases: the photograph on each view's canvas; for mirrored views not mirrored yet.
  ///   - label: its true class, where it is known.
  func map(of canvases: [CanvasPixels], label: Int?) throws(ModelError) -> ScalarMap {
    defer { tape.clear() }
    var looks: [Look] = []
    for (view, canvas) in zip(network.views, canvases) { looks.append(try look(view, canvas)) }
    let classes = try distribution(looks.map(\.logits), label: label)
    let mapped = looks.filter(\.view.isMapped)
    let losses = mapped.map { (loss: tape.sum(of: $0.logits, weighed: classes), weight: Float(1)) }
    tape.goBack(from: losses)
    let byFeature = try featureWeights(classes, channels: looks[0].features.shape.channels)
    var fused = ScalarMap(
      rows: Self.side, columns: Self.side, values: Array(repeating: 0, count: Self.side * Self.side))
    for look in mapped {
      let map = self.map(of: look, byFeature)
      fused = fused.times(1, plus: look.view.isMirrored ? map.mirrored : map, times: 1)
    }
    return fused.normalised
  }

  private func look(_ view: EvidenceNetwork.View, _ canvas: CanvasPixels) throws(ModelError) -> Look {
    let rgb = view.isMirrored ? canvas.mirroredRGB : canvas.rgb
    let pass = network.trunk(view).run(in: workspace) { input in
      input.normalise(rgb: rgb.span, mean: network.card.canvas.mean, scale: network.card.canvas.scale)
    }
    let map = pass.map(network.trunk(view).source(network.cut)!)
    let fine = tape.input(count: 1, shape: map.shape, isDifferentiable: view.isMapped) {
      _ = $0.update(fromContentsOf: map.values)
    }
    let recording = Recording(weights, on: tape)
    let logits = try recording.run(network.architecture, behind: network.cut, fine)
    guard logits.values.allSatisfy(\.isFinite) else {
      throw ModelError(
        .notFinite, in: network.card.name, "computed infinities or NaN for this photograph")
    }
    return Look(view: view, fine: fine, features: recording.maps[network.features]!, logits: logits)
  }

  /// What the photograph probably shows: what all views say together, half and half with the truth.
  private func distribution(_ logits: [Variable], label: Int?) throws(ModelError) -> [Float] {
    let classes = logits[0].shape.count
    let scores = UnsafeMutableBufferPointer<Float>.allocate(capacity: classes)
    defer { scores.deallocate() }
    for index in 0..<classes {
      scores[index] = logits.reduce(0) { $0 + $1.values[index] } * Self.sharpening / Float(logits.count)
    }
    var shares = Tape.softmax(scores)
    guard let label else { return shares }
    for index in shares.indices { shares[index] *= 1 - Self.truthShare }
    shares[label] += Self.truthShare
    return shares
  }

  /// How much each feature speaks for the classes.
  private func featureWeights(_ classes: [Float], channels: Int) throws(ModelError) -> [Float] {
    let rows = try weights.parameter(
      "\(network.classifier.prefix).weight", [classes.count, channels], of: "classifier"
    ).values
    var sums = [Float](repeating: 0, count: channels)
    for (index, share) in classes.enumerated() where share > 1e-6 {
      for channel in 0..<channels { sums[channel] += share * rows[index * channels + channel] }
    }
    return sums
  }

  private func map(of look: Look, _ byFeature: [Float]) -> ScalarMap {
    let coarse = summed(look.features) { position, channel in
      byFeature[channel] * look.features.values[position * byFeature.count + channel]
    }
    let gradient = look.fine.gradient
    let channels = look.fine.shape.channels
    let fine = summed(look.fine) { position, channel in
      let place = position * channels + channel
      return max(0, gradient?[place] ?? 0) * look.fine.values[place]
    }
    let roots = fine.values.map { max(0, $0).squareRoot() }
    return ScalarMap(rows: Self.side, columns: Self.side, values: roots).normalised
      .times(Self.fineShare, plus: coarse.normalised, times: 1 - Self.fineShare)
  }

  /// Sums over the channels of a map's positions, enlarged.
  private func summed(_ map: Variable, _ value: (_ position: Int, _ channel: Int) -> Float) -> ScalarMap {
    let sums = (0..<map.shape.positions).map { position in
      (0..<map.shape.channels).reduce(Float(0)) { $0 + value(position, $1) }
    }
    return ScalarMap(rows: map.shape.height, columns: map.shape.width, values: sums)
      .resampled(toSide: Self.side)
  }
}

extension CanvasPixels {
  /// Its bytes with left and right exchanged.
  var mirroredRGB: [UInt8] {
    var mirrored = rgb
    for y in 0..<size.height {
      for x in 0..<size.width {
        let (to, from) = (3 * (y * size.width + x), 3 * (y * size.width + size.width - 1 - x))
        for channel in 0..<3 { mirrored[to + channel] = rgb[from + channel] }
      }
    }
    return mirrored
  }
}

extension Tape {
  /// The sum of each photograph's numbers, each times its weight.
  fileprivate func sum(of numbers: Variable, weighed weights: [Float]) -> Variable {
    precondition(numbers.shape.count == weights.count, "a weight for each number")
    let output = result(count: numbers.count, shape: Tape.lossShape, from: [numbers])
    for index in 0..<numbers.count {
      output.values[index] = zip(numbers.map(index).values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    record(output) { gradient in
      guard let target = numbers.gradientToAddTo() else { return }
      for index in 0..<numbers.count {
        let row = numbers.part(target, index)
        for (place, weight) in weights.enumerated() { row[place] += gradient[index] * weight }
      }
    }
    return output
  }
}
