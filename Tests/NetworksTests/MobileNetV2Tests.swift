import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Judged by PyTorch: `Fixtures/make_checkpoints.py` computed the logits.
@Suite struct MobileNetV2Tests {
  private static let published = ProcessInfo.processInfo.environment["VIEWFINDER_MOBILENET_V2"]
  private static let mean: [Float] = [123.675, 116.28, 103.53]
  private static let scale: [Float] = [58.395, 57.12, 57.375]

  private func expected(_ name: String) throws -> [Float] {
    let path = try #require(
      Bundle.module.path(forResource: "Fixtures/checkpoints/mobilenet-v2", ofType: "safetensors"))
    return try Safetensors(path: path).tensor(name).values
  }

  @Test func madeUpWeightsGiveTheLogitsThatPyTorchComputes() throws {
    let network = try Network(
      MobileNetV2.architecture(classes: 10), input: MapShape(height: 224, width: 224, channels: 3),
      parameters: Parameters(origin: "made up") { MadeUp.tensor($0, $1) })
    let workspace = Workspace(guarding: true)
    var found: [Float] = []
    for index in 0..<4 {
      let canvas = try Fixtures.canvas(index)
      let pass = network.run(in: workspace) {
        $0.normalise(rgb: canvas.span, mean: Self.mean, scale: Self.scale)
      }
      found += Array(pass.map(try #require(network.source("classifier"))).values)
    }
    #expect(deviation(found, try expected("made-up")) < 1e-4)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test func layersCanBeNamed() throws {
    let names = MobileNetV2.architecture(classes: 2).entries.map(\.name)
    #expect(names == ["stem"] + (0..<17).map { "block\($0)" } + ["head", "pool", "classifier"])
    let attention = RectangularAttention.Configuration(detail: "block12", semantic: "block16", width: 8)
    for name in names {
      #expect(MobileNetV2.architecture(classes: 2).inserting("attention", attention, after: name) != nil)
    }
  }

  /// With torchvision's checkpoint `mobilenet_v2-b0353104.pth`, which is not stored here.
  @Test(.enabled(if: published != nil)) func publishedWeightsGiveTheLogitsThatPyTorchComputes() throws {
    let path = try #require(Self.published)
    let imported = try ModelImport(PyTorchCheckpoint(path: path))
    let labels = (0..<imported.classes).map { "class \($0)" }
    let file = try imported.modelFile(.init(name: "m", labels: labels, origin: "a test"), half: false) { _ in ""
    }
    let model = try Model(Safetensors(bytes: file, origin: "imported"))
    let workspace = Workspace()
    var found: [Float] = []
    for index in 0..<4 {
      let canvas = try Fixtures.canvas(index)
      found += try model.predict(canvas.span, in: workspace).logits
    }
    let worst = deviation(found, try expected("published"))
    #expect(worst < 1e-4, "\(worst)")
  }
}

/// The weights that `Fixtures/write_checkpoint.py` makes up, number by number.
private enum MadeUp {
  static func tensor(_ name: String, _ shape: [Int]) -> Tensor {
    let seed = checksum(name)
    let inputs = shape.dropFirst().reduce(1, *)
    let bound = (6 / Double(inputs)).squareRoot()
    let low = name.hasSuffix("running_var") || name.hasSuffix(".weight") ? 0.5 : -0.5
    let values = (0..<shape.reduce(1, *)).map { index in
      let share = share(seed, index)
      return Float(shape.count > 1 ? (2 * share - 1) * bound : share + low)
    }
    return Tensor(shape: shape, values)
  }

  private static func share(_ seed: UInt32, _ index: Int) -> Double {
    var hash = seed &+ UInt32(truncatingIfNeeded: index) &* 2_654_435_761
    hash ^= hash >> 15
    hash = hash &* 2_246_822_519
    hash ^= hash >> 13
    return Double(hash >> 8) / 0x100_0000
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ text: String) -> UInt32 {
    ~text.utf8.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
  }
}
