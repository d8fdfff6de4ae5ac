import Networks
import Tensors
import TestSupport

/// A layer of the tests' own that makes a map of noise, whatever arrives.
struct Noise: Layer {
  struct Configuration: LayerConfiguration {
    let shape: MapShape
    let seed: UInt64

    func build(at site: LayerSite) throws(ModelError) -> Noise { Noise(output: shape, seed: seed) }

    func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      recording.tape.input(count: input.count, shape: shape) { values in
        for index in 0..<input.count {
          let part = values[(index * shape.count)..<((index + 1) * shape.count)]
          Noise.fill(FeatureMap(shape: shape, values: .init(rebasing: part)), seed: seed)
        }
      }
    }
  }

  let output: MapShape
  let seed: UInt64

  func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    Noise.fill(output, seed: seed)
  }

  static func fill(_ map: FeatureMap, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for index in map.values.indices { map.values[index] = .random(in: -1...1, using: &generator) }
  }

  static let examples: [LayerExample] = []
}

/// A layer of the tests' own that passes an earlier map on.
struct Copy: Layer {
  struct Configuration: LayerConfiguration {
    let layer: String

    func build(at site: LayerSite) throws(ModelError) -> Copy { Copy(source: try site.source(layer)) }

    func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      recording.maps[layer]!
    }
  }

  let source: MapSource
  var output: MapShape { source.shape }

  func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    _ = output.values.update(fromContentsOf: pass.map(source).values)
  }

  static let examples: [LayerExample] = []
}
