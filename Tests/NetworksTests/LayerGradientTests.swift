import Networks
import Tensors
import TestSupport
import Testing

/// Every layer's recorded pass and its gradients, over the whole catalogue: the pass against the second implementation in double
/// precision, the gradients against that implementation's finite differences.
@Suite struct LayerGradientTests {
  /// Not too many photographs for plain loops, and more than there are shards to share among.
  private static let photographs = 5

  @Test(arguments: LayerTests.examples + LayerTests.random)
  func agreesWithFiniteDifferences(_ test: LayerTests.Case) throws {
    var generator = SeededGenerator(seed: test.seed + 77)
    let tape = Tape()
    let weights = Weights(SyntheticParameters.make(seed: test.seed))
    let recording = Recording(weights, on: tape)
    let input = tape.input(count: Self.photographs, shape: test.input, isDifferentiable: true) { values in
      for index in values.indices { values[index] = .random(in: -1...1, using: &generator) }
    }
    let output = try recording.run(architecture(test), input)
    let pull = (0..<output.values.count).map { _ in Double.random(in: -1...1, using: &generator) }

    // What the second implementation makes of these inputs and parameters: the loss is the outputs' weighted sum.
    func maps(_ inputs: [Double], _ changes: [String: [Double]]) throws -> [Double] {
      try (0..<Self.photographs).flatMap { index in
        let values = Array(inputs[(index * test.input.count)..<((index + 1) * test.input.count)])
        var sources = try sources(test, recording)
        sources[Architecture.inputName] = nil
        let layers = NaiveLayers(seed: test.seed, sources: sources, changes: changes)
        return try #require(layers.run(test.configuration, .init(shape: test.input, values: values))).values
      }
    }
    func loss(_ inputs: [Double], _ changes: [String: [Double]] = [:]) throws -> Double {
      try zip(maps(inputs, changes), pull).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let inputs = input.values.map(Double.init)
    #expect(deviation(output.values.map(Double.init), try maps(inputs, [:])) < 1e-4)

    let pulled = tape.weightedSum(output, pull.map(Float.init))
    tape.goBack(from: [(pulled, 1)])

    func check(
      _ what: String, _ values: [Double], _ gradient: [Double], _ loss: ([Double]) throws -> Double
    ) throws {
      for _ in 0..<2 {
        let direction = values.map { _ in Double.random(in: -1...1, using: &generator) }
        let step = 1e-6
        func moved(_ sign: Double) -> [Double] { zip(values, direction).map { $0 + sign * step * $1 } }
        let expected = try (loss(moved(1)) - loss(moved(-1))) / (2 * step)
        let found = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let size = zip(gradient, direction).reduce(0) { $0 + abs($1.0 * $1.1) }
        #expect(abs(found - expected) <= 2e-4 * max(size, 0.5), "\(what): \(found), not \(expected)")
      }
    }
    let byInput = try #require(input.gradient).map(Double.init)
    try check("input", inputs, byInput) { try loss($0) }
    for entry in weights.entries where entry.rate > 0 {
      let gradient = Tensor(shape: entry.parameter.shape) {
        _ = $0.update(fromContentsOf: entry.parameter.gradient)
      }
      try check(
        entry.parameter.name, entry.stored.values.map(Double.init),
        entry.layout.stored(gradient, as: entry.shape).values.map(Double.init)
      ) { try loss(inputs, [entry.parameter.name: $0]) }
    }
  }

  private func architecture(_ test: LayerTests.Case) -> Architecture {
    var architecture = Architecture()
    for (name, shape) in test.sources.sorted(by: { $0.key < $1.key }) {
      architecture.append(name, Noise.Configuration(shape: shape, seed: test.seed))
    }
    architecture.append("arriving", Copy.Configuration(layer: Architecture.inputName))
    architecture.append("tested", test.configuration)
    return architecture
  }

  /// The maps of noise the layer reads; the same for every photograph.
  private func sources(_ test: LayerTests.Case, _ recording: Recording) throws -> [String: NaiveLayers.Map] {
    try test.sources.mapValues { _ in () }.keys.reduce(into: [:]) { maps, name in
      let map = try #require(recording.maps[name]).map(0)
      maps[name] = NaiveLayers.Map(shape: map.shape, values: map.values.map(Double.init))
    }
  }
}
