import Foundation
import Geometry
import Networks
import Tensors
import Testing

/// Attention of every kind, from the card to the network.
@Suite struct AttentionCardTests {
  private static func card(_ attention: ModelCard.Attention?) -> ModelCard {
    ModelCard(
      name: "test", architecture: SmallNetwork.name, labels: ["a", "b", "c"],
      canvas: .init(width: 64, height: 80, fit: .squash, mean: [127, 127, 127], scale: [128, 128, 128]),
      attention: attention, origin: "", licence: "", photographs: "", sha256: "")
  }

  private static func network(_ card: ModelCard) throws -> Network {
    try Network(
      Model.architecture(card, origin: "test"),
      input: MapShape(height: card.canvas.height, width: card.canvas.width, channels: 3),
      parameters: SyntheticParameters.make(seed: 5))
  }

  @Test(arguments: AttentionCases.cards) func cardsAreWrittenAndReadBack(attention: ModelCard.Attention) throws
  {
    let card = Self.card(attention)
    let writer = SafetensorsWriter(metadata: [ModelCard.key: try card.encoded()])
    #expect(try ModelCard(in: Safetensors(bytes: writer.encoded(), origin: "memory")) == card)
  }

  @Test func aCardThatNamesOnlyThePlaceMeansWhatItDid() throws {
    let attention = try JSONDecoder().decode(ModelCard.Attention.self, from: Data(#"{"after": "head"}"#.utf8))
    #expect(attention == ModelCard.Attention(.rectangle, after: "head"))
    let layer = try #require(attention.layer as? RectangularAttention.Configuration)
    #expect(layer == RectangularAttention.Configuration(detail: "head"))
    #expect(layer.reads == ["head"] && layer.use == .multiply && layer.head.kind == .moments)
  }

  /// Where a pass does not attend, the network is the plain one, whatever attention stands in it.
  @Test(arguments: AttentionCases.cards) func withoutAttendingTheNetworkIsThePlainOne(
    attention: ModelCard.Attention
  ) throws {
    let network = try Self.network(Self.card(attention))
    let plain = try Self.network(Self.card(nil))
    let workspace = Workspace(guarding: true)
    func map(_ layer: String, of network: Network, attending: Bool) throws -> [Float] {
      let pass = network.run(in: workspace, attending: attending) { Noise.fill($0, seed: 2) }
      return Array(pass.map(try #require(network.source(layer))).values)
    }
    let logits = try map("classifier", of: network, attending: false)
    #expect(try deviation(logits, map("classifier", of: plain, attending: true)) < 1e-6)
    let weighed = try map("attention", of: network, attending: true)
    #expect(try deviation(weighed, map("attention", of: network, attending: false)) > 1e-5)
    workspace.reset()
    #expect(!workspace.isDamaged)

    // Its class activation is made of the same features.
    func features(_ network: Network) throws -> [Float] {
      let map = try #require(network.classActivation).map
      return Array(network.run(in: workspace, attending: false) { Noise.fill($0, seed: 2) }.map(map).values)
    }
    #expect(try features(network) == features(plain))
  }

  @Test(arguments: AttentionCases.cards) func everyKindReportsItsMapAndOnlyTheRectangleARectangle(
    attention: ModelCard.Attention
  ) throws {
    let network = try Self.network(Self.card(attention))
    // The maps of a pass lie in it.
    let workspace = Workspace()
    defer { workspace.reset() }
    let found = try #require(network.run(in: workspace) { Noise.fill($0, seed: 2) }.attention)
    #expect(found.map.shape.positions == (try #require(network.source(attention.after))).shape.positions)
    #expect(found.map.values.allSatisfy { $0 > 0 && $0 <= 1 })
    #expect((found.rectangle != nil) == (attention.kind == .rectangle))
    if attention.upright { #expect(found.rectangle?.alpha == 0) }
  }

  /// What is recorded to be learned is what is computed later.
  @Test(arguments: AttentionCases.cards) func recordingsAgreeWithPasses(attention: ModelCard.Attention) throws {
    let card = Self.card(attention)
    let network = try Self.network(card)
    let tape = Tape()
    let recording = Recording(Weights(SyntheticParameters.make(seed: 5)), on: tape)
    let input = tape.input(count: 1, shape: network.input) {
      Noise.fill(FeatureMap(shape: network.input, values: $0), seed: 2)
    }
    let recorded = try recording.run(Model.architecture(card, origin: "test"), input)
    let workspace = Workspace()
    defer { workspace.reset() }
    let pass = network.run(in: workspace) { Noise.fill($0, seed: 2) }
    let logits = Array(pass.map(try #require(network.source("classifier"))).values)
    #expect(deviation(Array(recorded.values), logits) < 1e-4)
    let map = try #require(recording.attention)
    #expect(deviation(Array(map.values), Array(try #require(pass.attention).map.values)) < 1e-4)
    #expect((recording.rectangles != nil) == (attention.kind == .rectangle))
  }
}
