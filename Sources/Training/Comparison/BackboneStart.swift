package import Networks
import Tensors

/// The weights all trainings of a backbone start from.
package struct BackboneStart: Sendable {
  /// The architecture's name, and how pixels become numbers.
  package let card: ModelCard
  /// Nil for fresh weights.
  private let model: Parameters?

  /// - Parameters:
  ///   - card: of the model, or of a fresh network; its labels and its attention do not count.
  ///   - model: the model's weights. Its attention is not taken, and its classifier only where it has as many classes.
  package init(card: ModelCard, model: Parameters?) {
    self.card = card
    self.model = model
  }

  /// Whether every seed starts from weights of its own.
  var isFresh: Bool { model == nil }

  /// What names the weights: they are part of a cell's definition.
  var identity: String { model == nil ? card.architecture : card.sha256 }

  /// The weights of a training. All that the model does not have is fresh, by the seed.
  func parameters(seed: UInt64) -> Parameters {
    let fresh = Parameters.initial(seed: seed)
    guard let model else { return fresh }
    return Parameters(origin: model.origin) { (name, shape) throws(ModelError) in
      if !name.hasPrefix("attention."), let tensor = try model.find(name, shape), tensor.shape == shape {
        return tensor
      }
      return try fresh.find(name, shape)
    }
  }

  /// The network that is to tell so many classes apart.
  func card(canvas side: Int, labels: [String], attention: ModelCard.Attention?) -> ModelCard {
    var card = card
    card.labels = labels
    card.attention = attention
    card.canvas = ModelCard.Canvas(
      width: side, height: side, fit: card.canvas.fit, mean: card.canvas.mean, scale: card.canvas.scale)
    return card
  }
}
