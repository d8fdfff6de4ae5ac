import Foundation
import Geometry
import Networks
import SystemPackage
import Tensors

/// The network a training starts from: a model with its weights, or an architecture with fresh ones.
struct TrainingStart {
  /// The model's file; nil for a start from nothing.
  let file: Safetensors?
  /// What the network is: the model's card, with another attention if one was asked for.
  let card: ModelCard
  /// What messages and cards call it.
  let name: String
  /// Whether the attention is another one than the model's, and begins anew.
  private let changesAttention: Bool

  init(_ command: TrainCommand) throws {
    var card: ModelCard
    if let architecture = command.architecture {
      guard ArchitectureCatalog.all[architecture] != nil else {
        let known = ArchitectureCatalog.all.keys.sorted().joined(separator: ", ")
        throw Exit(ExitStatus.usage, "no architecture '\(architecture)'; known are \(known)")
      }
      file = nil
      name = architecture
      card = TrainingStart.freshCard(architecture)
    } else {
      guard let path = ModelLibrary().path(of: command.model) else {
        throw Exit(ExitStatus.configuration, "no model '\(command.model)'; `viewfinder models` lists them")
      }
      let model = try Safetensors(path: path.string)
      file = model
      card = try ModelCard(in: model)
      name = card.name
    }
    let attention = try TrainingStart.attention(command, of: card)
    changesAttention = attention != card.attention
    card.attention = attention
    self.card = card
  }

  /// The card of a network that has learned nothing yet.
  static func freshCard(_ architecture: String) -> ModelCard {
    ModelCard(
      name: architecture, architecture: architecture, labels: [],
      canvas: .init(
        width: 96, height: 96, fit: .squash, mean: [127, 127, 127], scale: [128, 128, 128]), attention: nil,
      origin: "", licence: "that of whoever trained it", photographs: "those of whoever trained it", sha256: "")
  }

  /// What messages call it.
  var origin: String { file?.origin ?? name }

  /// The model's weights where it has them; fresh ones where it has none or, as for a classifier of other classes, others. An attention
  /// whose weights belong to its canvas is not begun anew by another canvas alone.
  func parameters(seed: UInt64) -> Parameters {
    let fresh = Parameters.initial(seed: seed)
    guard let file else { return fresh }
    let model = Parameters(file)
    return Parameters(origin: file.origin) { [changesAttention] (name, shape) throws(ModelError) in
      if let tensor = try model.find(name, shape) {
        if tensor.shape == shape { return tensor }
        guard changesAttention || !name.hasPrefix("attention.") else {
          throw ModelError(
            .unsupported, in: file.origin, at: name,
            "is made for the model's own canvas: leave --canvas as it is, or begin another attention with --attention"
          )
        }
      }
      return try fresh.find(name, shape)
    }
  }

  /// The attention that was asked for, at the place of the model's own, or in front of the pooling.
  private static func attention(_ command: TrainCommand, of card: ModelCard) throws -> ModelCard.Attention? {
    guard command.attention != "none" else { return nil }
    let own = card.attention
    let changes: [Any?] = [command.attention, command.after, command.look, command.uprightness]
    guard changes.contains(where: { $0 != nil }) else { return own }
    guard let kind = ModelCard.Attention.Kind(rawValue: command.attention ?? own?.kind.rawValue ?? "rectangle")
    else {
      let known = ModelCard.Attention.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Exit(ExitStatus.usage, "--attention is none, or one of \(known)")
    }
    let stays = command.after == nil && command.look == nil
    return ModelCard.Attention(
      kind, after: command.after ?? own?.after ?? "head",
      detail: stays ? own?.detail : command.look?.detail,
      semantic: stays ? own?.semantic : command.look?.semantic,
      width: own?.width ?? 64, use: own?.use ?? .multiply, head: own?.head ?? .moments,
      upright: own?.upright ?? false, uprightness: command.uprightness ?? own?.uprightness ?? 0,
      sharpness: own?.sharpness ?? 10, leastSize: own?.leastSize ?? 0.12)
  }
}
