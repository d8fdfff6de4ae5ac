import Networks
import Synchronization
import Tensors
import Testing

@Suite struct SmallNetworkTests {
  @Test func isSmallAndSixteenTimesCoarser() throws {
    let count = Mutex(0)
    let initial = Parameters.initial(seed: 1)
    let counting = Parameters(origin: "counted") { (name, shape) throws(ModelError) in
      if !name.contains("running") { count.withLock { $0 += shape.reduce(1, *) } }
      return try initial.tensor(name, shape)
    }
    let network = try Network(
      SmallNetwork.architecture(classes: 37), input: MapShape(height: 128, width: 96, channels: 3),
      parameters: counting)
    #expect((250_000...350_000).contains(count.withLock { $0 }))
    #expect(network.source("head")?.shape == MapShape(height: 8, width: 6, channels: 256))
    #expect(network.output == MapShape(height: 1, width: 1, channels: 37))
  }

  @Test(arguments: [nil] + AttentionCases.cards.map(Optional.some))
  func learnsAHandfulOfPicturesByHeart(attention: ModelCard.Attention?) throws {
    var architecture = SmallNetwork.architecture(classes: 4)
    if let attention {
      architecture = try #require(architecture.inserting("attention", attention.layer, after: attention.after))
    }
    let weights = Weights(Parameters.initial(seed: 1))
    let tape = Tape()
    var losses: [Float] = []
    for step in 0..<16 {
      let recording = Recording(weights, on: tape, momentum: 0.1, dropout: SplitMix64(seed: UInt64(step)))
      let input = tape.input(count: 8, shape: MapShape(height: 64, width: 64, channels: 3)) {
        Noise.fill(FeatureMap(shape: MapShape(height: 8 * 64, width: 64, channels: 3), values: $0), seed: 4)
      }
      let logits = try recording.run(architecture, input)
      let loss = tape.crossEntropy(logits, .classes([0, 1, 2, 3, 0, 1, 2, 3], smoothing: 0))
      losses.append(loss.values.reduce(0, +) / 8)
      tape.goBack(from: [(loss, 1 / 8)])
      for entry in weights.entries where entry.rate > 0 {
        let parameter = entry.parameter
        for index in 0..<parameter.count { parameter.values[index] -= 0.1 * parameter.gradient[index] }
        parameter.forgetGradient()
      }
      tape.clear()
    }
    #expect(losses[0] > 1.2 && losses[0] < 1.6)
    #expect(try #require(losses.last) < 0.5 * losses[0], "\(losses)")
  }
}
