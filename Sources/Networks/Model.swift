package import Geometry
package import Tensors

/// A trained network with its card: what is loaded from a model file. Immutable; one serves all threads, each with
/// a workspace of its own.
package struct Model: Sendable {
  package let card: ModelCard
  package let network: Network

  /// Loads a model file, for another canvas than its card's if one is given.
  package static func load(_ path: String, canvas: PixelSize? = nil) throws(ModelError) -> Model {
    let file = try Safetensors(path: path)
    var card = try ModelCard(in: file)
    if let canvas { try card.setCanvas(canvas, fit: card.canvas.fit, origin: file.origin) }
    return try Model(card: card, parameters: Parameters(file))
  }

  /// The model in a checked file.
  package init(_ file: Safetensors) throws(ModelError) {
    try self.init(card: ModelCard(in: file), parameters: Parameters(file))
  }

  /// A model as its card describes it, with weights from anywhere.
  package init(card: ModelCard, parameters: Parameters) throws(ModelError) {
    network = try Network(
      Model.architecture(card, origin: parameters.origin),
      input: MapShape(height: card.canvas.height, width: card.canvas.width, channels: 3), parameters: parameters
    )
    self.card = card
  }

  /// Classifies a canvas: 8-bit RGB, row by row, of exactly the card's size. `workspace` is the calling thread's
  /// own. The same canvas gives the same bits, whatever ran before. With `attending` false the rectangle is found
  /// but not used.
  package func predict(
    _ canvas: Span<UInt8>, in workspace: Workspace, attending: Bool = true
  ) throws(ModelError) -> Prediction {
    try predict(canvas, in: workspace, attending: attending) { _, _ in }.prediction
  }

  /// The same, for those who look at the maps of the pass too: `examine` is called while they are valid.
  package func predict<Examined>(
    _ canvas: Span<UInt8>, in workspace: Workspace, attending: Bool = true,
    examine: (Pass, Prediction) -> Examined
  ) throws(ModelError) -> (prediction: Prediction, examined: Examined) {
    guard canvas.count == network.input.count else {
      throw ModelError(
        .wrongCanvas, in: card.name,
        "looks at \(card.canvas.width) x \(card.canvas.height) pixels of 3 bytes, not at \(canvas.count) bytes")
    }
    let pass = network.run(in: workspace, attending: attending) {
      $0.normalise(rgb: canvas, mean: card.canvas.mean, scale: card.canvas.scale)
    }
    let logits = pass.maps[pass.maps.count - 1].values
    guard logits.allSatisfy({ $0.isFinite }), pass.attention?.isFinite ?? true else {
      throw ModelError(
        .notFinite, in: card.name, "computed infinities or NaN for this canvas; its weights are unusable")
    }
    let prediction = Prediction(logits: Array(logits), attention: pass.attention)
    return (prediction, examine(pass, prediction))
  }

  /// The network a card describes: its architecture with the attention in its place. `origin` names the card in messages.
  package static func architecture(_ card: ModelCard, origin: String) throws(ModelError) -> Architecture {
    func unsupported(_ detail: String) -> ModelError {
      ModelError(.unsupported, in: origin, at: ModelCard.key, detail)
    }
    guard let build = ArchitectureCatalog.all[card.architecture] else {
      let known = ArchitectureCatalog.all.keys.sorted().joined(separator: ", ")
      throw unsupported("names the architecture '\(card.architecture)'; known are \(known)")
    }
    let plain = build(card.labels.count)
    guard let attention = card.attention else { return plain }
    guard let attentive = plain.inserting("attention", attention.layer, after: attention.after) else {
      throw unsupported("puts the attention after '\(attention.after)', which no layer is called")
    }
    return attentive
  }
}
