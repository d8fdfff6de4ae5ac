import Networks
import Tensors
import Testing

@Suite struct InitialParametersTests {
  private let parameters = Parameters.initial(seed: 3)

  @Test func numbersDependOnSeedNameAndShapeAlone() throws {
    let shape = [8, 4, 3, 3]
    let once = try parameters.tensor("a.weight", shape).values
    #expect(try Parameters.initial(seed: 3).tensor("a.weight", shape).values == once)
    #expect(try Parameters.initial(seed: 4).tensor("a.weight", shape).values != once)
    #expect(try parameters.tensor("b.weight", shape).values != once)
  }

  struct Spread: Sendable {
    let shape: [Int]
    let variance: Double
  }
  static let spreads = [
    Spread(shape: [64, 32, 3, 3], variance: 2.0 / 576), Spread(shape: [512, 16, 1, 1], variance: 2.0 / 512),
    Spread(shape: [800, 1, 3, 3], variance: 2.0 / 9), Spread(shape: [100, 256], variance: 1e-4),
  ]

  @Test(arguments: spreads) func weightsHaveTheSpreadOfTheirKind(spread: Spread) throws {
    let values = try parameters.tensor("some.weight", spread.shape).values.map(Double.init)
    let count = Double(values.count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / count
    let mean = values.reduce(0, +) / count
    #expect(abs(variance / spread.variance - 1) < 0.1)
    #expect(abs(mean) < 0.1 * spread.variance.squareRoot())
  }

  @Test func normalisationsStartAsIdentity() throws {
    for (name, value) in [("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1)]
      as [(String, Float)]
    {
      #expect(try parameters.tensor("some_bn.\(name)", [5]).values == [Float](repeating: value, count: 5))
    }
    #expect(try parameters.tensor("attention.log_gain", [2]).values == [0, 0])
  }

  /// Whatever attention is put into a trained network leaves it nearly as it was.
  @Test(arguments: AttentionCases.cards) func attentionStartsBySeeingNearlyEverything(card: ModelCard.Attention)
    throws
  {
    let architecture = try #require(
      SmallNetwork.architecture(classes: 5).inserting("attention", card.layer, after: card.after))
    let tape = Tape()
    let recording = Recording(Weights(parameters), on: tape, momentum: 0.1)
    let input = tape.input(count: 4, shape: MapShape(height: 96, width: 96, channels: 3)) {
      Noise.fill(FeatureMap(shape: MapShape(height: 4 * 96, width: 96, channels: 3), values: $0), seed: 1)
    }
    _ = try recording.run(architecture, input)
    let map = try #require(recording.attention).values
    #expect(map.reduce(0, +) / Float(map.count) > 0.7)
    guard let rectangles = recording.rectangles else { return }
    for index in 0..<4 {
      let rectangle = RectangleParameters<Float>(rectangles.map(index).values)
      #expect(abs(rectangle.mu1) < 0.1 && abs(rectangle.mu2) < 0.1)
      #expect((0.8...1.1).contains(rectangle.sigma1) && (0.8...1.1).contains(rectangle.sigma2))
    }
  }

  @Test func aCheckpointLiesOverInitialValues() throws {
    let checkpoint = Parameters(origin: "some.safetensors") { name, _ in
      name.hasPrefix("stem") ? Tensor(shape: [2], [7, 7]) : nil
    }
    let both = parameters.overlaid(by: checkpoint)
    #expect(try both.tensor("stem.bias", [2]).values == [7, 7])
    #expect(try both.tensor("head.bias", [2]).values == [0, 0])
    let error = #expect(throws: ModelError.self) { try both.tensor("stem.bias", [3]) }
    #expect(error?.reason == .wrongShape && error?.origin == "some.safetensors")
  }
}
