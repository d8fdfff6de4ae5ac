package import Tensors

/// One step of a network: immutable, shared by all threads, with its weights inside.
///
/// A layer is one file in `Layers/`: the configuration, the parameters it takes from a checkpoint, the forward pass,
/// and examples; plus one line in `LayerCatalog`.
package protocol Layer: Sendable {
  associatedtype Configuration: LayerConfiguration where Configuration.Built == Self

  /// Small configurations over which every layer is tested.
  static var examples: [LayerExample] { get }

  /// The shape of the map it makes. Fixed when the layer is built.
  var output: MapShape { get }

  /// Whether it makes of a map the mean over all positions, where attention is left out.
  var takesMean: Bool { get }

  /// Products that are added up in one pass: those of convolutions and linear layers, and those with an attention map.
  var multiplyAdds: Int { get }

  /// Computes `output` from `input`, the map that arrives; others are in `pass`. Scratch comes from the pass's
  /// workspace and goes back to it.
  func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass)
}

extension Layer {
  package var takesMean: Bool { false }
  package var multiplyAdds: Int { 0 }
}

/// What a layer is to be, without weights: a value an architecture lists.
package protocol LayerConfiguration: Hashable, Sendable {
  associatedtype Built: Layer

  /// The names of the earlier layers whose maps it reads besides the one that arrives.
  var reads: [String] { get }

  /// Builds the layer for the place it takes in a network, taking its parameters from there.
  func build(at site: LayerSite) throws(ModelError) -> Built

  /// Records on a tape what the layer makes of a batch, so that it can be trained. Batch normalisation is not folded here.
  func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable
}

extension LayerConfiguration {
  package var reads: [String] { [] }
}

/// The place in a network where a layer is built.
package struct LayerSite {
  /// The layer's name in its architecture.
  package let name: String
  /// The shape of the map that arrives.
  package let input: MapShape
  package let parameters: Parameters
  /// The maps made before this place, by the name of their layer.
  let sources: [String: MapSource]

  /// An earlier layer's map, which this layer reads besides the one that arrives.
  package func source(_ layer: String) throws(ModelError) -> MapSource {
    guard let source = sources[layer] else {
      throw mismatch("reads '\(layer)', which no earlier layer is called")
    }
    return source
  }

  /// An error that names this layer.
  package func mismatch(_ detail: String) -> ModelError {
    ModelError(.wrongShape, in: parameters.origin, at: name, detail)
  }
}

/// An earlier layer's map, as seen when a network is built: `Pass.map` gives the map itself.
package struct MapSource: Hashable, Sendable {
  package let shape: MapShape
  let index: Int
}

/// What lives for one pass of one photograph through a network.
package struct Pass {
  package let workspace: Workspace
  /// Whether attention multiplies its map. If not, the rectangle is found all the same.
  package let attending: Bool
  /// What the attention layer found, once it has run.
  package internal(set) var attention: Attention?
  var maps: [FeatureMap] = []

  /// The map an earlier layer has made.
  package func map(_ source: MapSource) -> FeatureMap { maps[source.index] }
}

/// A layer to be tested by itself: a configuration with the maps it finds.
package struct LayerExample: Sendable {
  package let configuration: any LayerConfiguration
  package let input: MapShape
  package let sources: [String: MapShape]

  init(_ configuration: any LayerConfiguration, input: MapShape, sources: [String: MapShape] = [:]) {
    self.configuration = configuration
    self.input = input
    self.sources = sources
  }
}
