package import Tensors

/// An architecture with its weights, for inputs of one size, or the layers of one behind maps that are given. Immutable; one
/// serves all threads.
package struct Network: Sendable {
  private struct Step: Sendable {
    let layer: any Layer
    let shape: MapShape
  }

  /// The shape of the map that the first layer reads.
  package let input: MapShape
  /// The maps a pass begins with, the first layer's input last.
  private let given: [MapShape]
  private let steps: [Step]
  private let sources: [String: MapSource]

  /// Builds every layer, taking its parameters by name, and checks that shapes fit and names differ.
  package init(_ architecture: Architecture, input: MapShape, parameters: Parameters) throws(ModelError) {
    try self.init(
      architecture.entries, given: [(Architecture.inputName, input)], parameters: parameters)
  }

  /// Builds the layers behind some maps that are computed elsewhere: those behind the layer that the last of `maps` is named
  /// after. Their shapes are taken as they are given.
  package init(
    _ architecture: Architecture, behind maps: [(layer: String, shape: MapShape)], parameters: Parameters
  ) throws(ModelError) {
    precondition(!maps.isEmpty, "a network begins with a map")
    let later = architecture.entries.firstIndex { $0.name == maps[maps.count - 1].layer }.map { $0 + 1 } ?? 0
    try self.init(Array(architecture.entries[later...]), given: maps, parameters: parameters)
  }

  private init(
    _ entries: [Architecture.Entry], given: [(layer: String, shape: MapShape)], parameters: Parameters
  ) throws(ModelError) {
    var sources: [String: MapSource] = [:]
    for (index, map) in given.enumerated() {
      sources[map.layer] = MapSource(shape: map.shape, index: index)
    }
    var steps: [Step] = []
    let input = given[given.count - 1].shape
    var arriving = input
    for entry in entries {
      let site = LayerSite(name: entry.name, input: arriving, parameters: parameters, sources: sources)
      let layer: any Layer = try entry.configuration.build(at: site)
      guard sources[entry.name] == nil else { throw site.mismatch("is the name of two layers") }
      sources[entry.name] = MapSource(shape: layer.output, index: given.count + steps.count)
      steps.append(Step(layer: layer, shape: layer.output))
      arriving = layer.output
    }
    self.input = input
    self.given = given.map(\.shape)
    self.steps = steps
    self.sources = sources
  }

  /// The shape of the last layer's map.
  package var output: MapShape { steps.last?.shape ?? input }

  /// Products that are added up in one pass.
  package var multiplyAdds: Int { steps.reduce(0) { $0 + $1.layer.multiplyAdds } }

  /// The map a layer makes, to be asked of a pass; nil if no layer is called so. `input` is the network's own.
  package func source(_ layer: String) -> MapSource? { sources[layer] }

  /// What class activation maps are made of: the map whose mean over all positions goes through a linear classifier
  /// at the network's end, and that classifier. Nil for a network that ends otherwise. In a pass without attending
  /// the map is that of the plain network.
  package var classActivation: (map: MapSource, classifier: Linear)? {
    guard let classifier = steps.last?.layer as? Linear else { return nil }
    let pooling = steps.dropLast().reversed().prefix { $0.layer.takesMean || $0.layer is Dropout }
    guard pooling.contains(where: \.layer.takesMean) else { return nil }
    let index = steps.count - 1 - pooling.count
    let shape = index == 0 ? input : steps[index - 1].shape
    return (MapSource(shape: shape, index: given.count - 1 + index), classifier)
  }

  /// Empties `workspace`, lets `fill` write the input, and runs all layers. The maps of the pass stay valid until
  /// the workspace is used again. With `attending` false an attention layer finds its rectangle but passes its
  /// map on unchanged.
  package func run(
    in workspace: Workspace, attending: Bool = true, fill: (FeatureMap) -> Void
  ) -> Pass {
    run(in: workspace, attending: attending, fillAll: { fill($0[$0.count - 1]) })
  }

  /// The same for a network that begins with several maps: `fill` gets them in the order they were named in.
  package func run(
    in workspace: Workspace, attending: Bool = true, fillAll fill: ([FeatureMap]) -> Void
  ) -> Pass {
    workspace.reset()
    var pass = Pass(workspace: workspace, attending: attending)
    pass.maps.reserveCapacity(given.count + steps.count)
    for shape in given { pass.maps.append(workspace.map(shape)) }
    fill(pass.maps)
    for step in steps {
      let output = workspace.map(step.shape)
      step.layer.forward(pass.maps[pass.maps.count - 1], into: output, pass: &pass)
      pass.maps.append(output)
    }
    return pass
  }
}
