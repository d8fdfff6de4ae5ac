import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// What holds for every layer of the catalogue, on its own examples and on random shapes.
@Suite struct LayerTests {
  struct Case: CustomTestStringConvertible {
    let configuration: any LayerConfiguration
    let input: MapShape
    let sources: [String: MapShape]
    let seed: UInt64
    var testDescription: String { "\(configuration) on \(input)" }
  }

  static let examples: [Case] = LayerCatalog.all.flatMap { layer in
    layer.examples.enumerated().map {
      Case(configuration: $1.configuration, input: $1.input, sources: $1.sources, seed: UInt64($0))
    }
  }

  /// Odd sizes, both strides, all paddings and activations.
  static let random: [Case] = {
    var generator = SeededGenerator(seed: 21)
    func size() -> Int { .random(in: 1...11, using: &generator) }
    func walk() -> KernelWalk {
      KernelWalk(
        kernel: [1, 3, 5].randomElement(using: &generator)!, stride: .random(in: 1...2, using: &generator))
    }
    func activation() -> Activation { Activation.allCases.randomElement(using: &generator)! }
    return (0..<90).map { seed in
      let input = MapShape(height: size(), width: size(), channels: size() + 8 * (seed % 4))
      let coarse = MapShape(height: size(), width: size(), channels: size())
      let configuration: any LayerConfiguration =
        switch seed % 9 {
        case 0:
          Convolution.Configuration(
            weight: "w", offset: .batchNorm("n", epsilon: 1e-3), outputs: size(), walk: walk(),
            activation: activation())
        case 1:
          DepthwiseConvolution.Configuration(
            weight: "w", offset: .batchNorm("n", epsilon: 1e-5), walk: walk(), activation: activation())
        case 2:
          InvertedResidual.Configuration(
            names: .init(
              expand: .init(convolution: "e", norm: "en"), depthwise: .init(convolution: "d", norm: "dn"),
              project: .init(convolution: "p", norm: "pn")),
            outputs: Bool.random(using: &generator) ? input.channels : size(), expansion: 1 + seed / 9 % 3,
            walk: KernelWalk(
              kernel: 3, stride: 1 + seed / 9 % 2, padding: seed / 18 % 2 == 0 ? .same : .symmetric(1)),
            epsilon: 1e-5)
        case 3: GlobalPooling.Configuration()
        case 4: Linear.Configuration(prefix: "l", outputs: size())
        case 5: SpatialGate.Configuration()
        case 6:
          PositionwiseAttention.Configuration(
            detail: seed % 2 == 0 ? "input" : "coarse", semantic: seed % 4 == 3 ? "input" : nil, width: size(),
            use: AttentionUse.allCases.randomElement(using: &generator)!)
        case 7:
          RectangularAttention.Configuration(
            detail: "coarse", semantic: "input", width: size(), head: .flatten, upright: seed % 2 == 0,
            sharpness: 6)
        default:
          RectangularAttention.Configuration(
            detail: "input", semantic: seed % 4 == 3 ? "coarse" : nil, width: size(),
            use: AttentionUse.allCases.randomElement(using: &generator)!, upright: seed % 5 == 0,
            uprightness: seed % 2 == 0 ? 0.1 : 0, sharpness: 6)
        }
      return Case(
        configuration: configuration, input: input, sources: ["coarse": coarse], seed: UInt64(seed))
    }
  }()

  @Test(arguments: examples + random) func agreesWithPlainLoops(_ test: Case) throws {
    let workspace = Workspace(guarding: true)
    let found = try run(test, in: workspace)
    workspace.reset()
    #expect(!workspace.isDamaged)
    let naive = NaiveLayers(seed: test.seed, sources: found.sources)
    let expected = try #require(naive.run(test.configuration, found.input), "no second implementation of it")
    #expect(found.shape == expected.shape)
    #expect(deviation(found.values.map(Double.init), expected.values) < 1e-4)
    #expect(try run(test, in: workspace).values == found.values)
  }

  private struct Outcome {
    let input: NaiveLayers.Map
    let sources: [String: NaiveLayers.Map]
    let shape: MapShape
    let values: [Float]
  }

  /// Runs the layer on a map of noise, behind layers that make the maps it reads.
  private func run(_ test: Case, in workspace: Workspace) throws -> Outcome {
    var architecture = Architecture()
    for (name, shape) in test.sources.sorted(by: { $0.key < $1.key }) {
      architecture.append(name, Noise.Configuration(shape: shape, seed: test.seed))
    }
    architecture.append("arriving", Copy.Configuration(layer: Architecture.inputName))
    architecture.append("tested", test.configuration)
    let network = try Network(
      architecture, input: test.input, parameters: SyntheticParameters.make(seed: test.seed))
    let pass = network.run(in: workspace) { Noise.fill($0, seed: test.seed + 1) }
    func map(_ name: String) throws -> NaiveLayers.Map {
      let map = pass.map(try #require(network.source(name)))
      return NaiveLayers.Map(shape: map.shape, values: map.values.map(Double.init))
    }
    var sources: [String: NaiveLayers.Map] = [:]
    for name in test.sources.keys { sources[name] = try map(name) }
    let output = pass.map(try #require(network.source("tested")))
    return Outcome(
      input: try map("arriving"), sources: sources, shape: output.shape, values: Array(output.values))
  }

  @Test func everyFileIsInTheCatalogueAndTheOtherWayRound() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/Networks/Layers")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    let listed = LayerCatalog.all.map { String(describing: $0) }
    #expect(Set(files) == Set(listed), "a layer is a file in Layers/ and a line in LayerCatalog")
    #expect(Set(listed).count == listed.count)
  }

  /// A layer does with the maps it declares to read, and not without them.
  @Test(arguments: examples) func whatALayerReadsIsDeclared(_ test: Case) throws {
    func build(with sources: Set<String>) throws {
      var architecture = Architecture()
      for name in sources.subtracting([Architecture.inputName]).sorted() {
        let shape = try #require(test.sources[name])
        architecture.append(name, Noise.Configuration(shape: shape, seed: 1))
      }
      architecture.append("arriving", Copy.Configuration(layer: Architecture.inputName))
      architecture.append("tested", test.configuration)
      _ = try Network(architecture, input: test.input, parameters: SyntheticParameters.make(seed: 1))
    }
    let reads = Set(test.configuration.reads)
    try build(with: reads)
    for name in reads where name != Architecture.inputName {
      #expect(throws: ModelError.self) { try build(with: reads.subtracting([name])) }
    }
  }

  @Test func everyLayerHasExamples() {
    for layer in LayerCatalog.all { #expect(!layer.examples.isEmpty, "\(layer)") }
  }
}
