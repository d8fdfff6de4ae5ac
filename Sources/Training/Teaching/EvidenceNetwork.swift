import Geometry
package import Networks
import Tensors

/// A model's plain network, prepared for the question where in a photograph its classes are seen: cut in two in front of its last
/// halving, where maps are still fine and already know what they show. Immutable; one serves all threads.
package struct EvidenceNetwork: Sendable {
  /// One look at a photograph.
  struct View: Hashable, Sendable {
    let canvas: PixelSize
    let isMirrored: Bool
    /// Whether its maps count, or only its logits.
    let isMapped: Bool
  }

  package let card: ModelCard
  package let parameters: Parameters
  /// The plain network, the block at the cut taken apart.
  package let architecture: Architecture
  /// The layer whose map is weighed by its gradient: the widening of the last block that halves the grid.
  package let cut: String
  /// The layer whose map is pooled for the classifier.
  let features: String
  let classifier: Linear.Configuration
  let views: [View]
  /// What runs up to the cut, by the canvas's size.
  private let trunks: [PixelSize: Network]

  /// - Parameter side: of the middle canvas, in pixels; by default nine sevenths of the model's. The others are two ninths smaller
  ///   and larger.
  package init(_ file: Safetensors, side: Int? = nil) throws(ModelError) {
    card = try ModelCard(in: file)
    parameters = Parameters(file)
    let plain = try Model.architecture(card, origin: file.origin).without("attention")
    func unsupported(_ detail: String) -> ModelError { ModelError(.unsupported, in: file.origin, detail) }

    let names = plain.entries.map(\.name)
    guard let classifier = plain.entries.last?.configuration as? Linear.Configuration,
      let pooling = plain.entries.firstIndex(where: { $0.configuration is GlobalPooling.Configuration }),
      pooling > 0
    else { throw unsupported("has no linear classifier behind a pooling, from which to tell where a class is") }
    self.classifier = classifier
    features = names[pooling - 1]

    let isHalving = { (entry: Architecture.Entry) in
      (entry.configuration as? InvertedResidual.Configuration)?.walk.stride == 2
    }
    guard let place = plain.entries.lastIndex(where: isHalving), place > 0,
      let block = plain.entries[place].configuration as? InvertedResidual.Configuration
    else { throw unsupported("has no block that halves its map, in front of which to read evidence") }
    let middle = try EvidenceNetwork.canvases(card.canvas.size, side: side)
    let before = try EvidenceNetwork.network(
      plain.prefix(through: names[place - 1]), canvas: middle[1], parameters)
    guard let steps = block.sequence(channels: before.output.channels) else {
      throw unsupported("has a last halving block that cannot be taken apart")
    }
    cut = names[place] + ".widening"
    var architecture = plain.prefix(through: names[place - 1])
    for (name, step) in zip([cut, names[place] + ".depthwise", names[place]], steps) {
      architecture.append(name, step)
    }
    for entry in plain.entries[(place + 1)...] { architecture.append(entry.name, entry.configuration) }
    self.architecture = architecture

    views = [
      View(canvas: middle[0], isMirrored: false, isMapped: false),
      View(canvas: middle[1], isMirrored: false, isMapped: true),
      View(canvas: middle[1], isMirrored: true, isMapped: true),
      View(canvas: middle[2], isMirrored: false, isMapped: true),
    ]
    var trunks: [PixelSize: Network] = [:]
    for canvas in middle {
      trunks[canvas] = try EvidenceNetwork.network(
        architecture.prefix(through: cut), canvas: canvas, parameters)
    }
    self.trunks = trunks
  }

  /// The largest canvas that is looked at.
  var largestCanvas: PixelSize { views.map(\.canvas).max { $0.area < $1.area }! }

  func trunk(_ view: View) -> Network { trunks[view.canvas]! }

  private static func network(
    _ architecture: Architecture, canvas: PixelSize, _ parameters: Parameters
  ) throws(ModelError) -> Network {
    try Network(
      architecture, input: MapShape(height: canvas.height, width: canvas.width, channels: 3),
      parameters: parameters)
  }

  /// The three canvases, from small to large, their sides multiples of 16.
  private static func canvases(_ own: PixelSize, side: Int?) throws(ModelError) -> [PixelSize] {
    let factor = side.map { Double($0) / Double(max(own.width, own.height)) } ?? 9.0 / 7
    return [7.0 / 9, 1, 11.0 / 9].map { share in
      func side(_ length: Int) -> Int { max(1, Int((Double(length) * factor * share / 16).rounded())) * 16 }
      return PixelSize(width: side(own.width), height: side(own.height))
    }
  }
}
