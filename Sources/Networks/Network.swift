package import Tensors

/// An architecture with its weights, for inputs of one size. Immutable; one serves all threads.
package struct Network: Sendable {
  private struct Step: Sendable {
    let layer: any Layer
    let shape: MapShape
  }

  package let input: MapShape
  private let steps: [Step]
  private let sources: [String: MapSource]

  /// Builds every layer, taking its parameters by name, and checks that shapes fit and names differ.
  package init(_ architecture: Architecture, input: MapShape, parameters: Parameters) throws(ModelError) {
    var sources = [Architecture.inputName: MapSource(shape: input, index: 0)]
    var steps: [Step] = []
    var arriving = input
    for entry in architecture.entries {
      let site = LayerSite(name: entry.name, input: arriving, parameters: parameters, sources: sources)
      let layer: any Layer = try entry.configuration.build(at: site)
      guard sources[entry.name] == nil else { throw site.mismatch("is the name of two layers") }
      steps.append(Step(layer: layer, shape: layer.output))
      sources[entry.name] = MapSource(shape: layer.output, index: steps.count)
      arriving = layer.output
    }
    self.input = input
    self.steps = steps
    self.sources = sources
  }

  /// The shape of the last layer's map.
  package var output: MapShape { steps.last?.shape ?? input }

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
    return (MapSource(shape: index == 0 ? input : steps[index - 1].shape, index: index), classifier)
  }

  /// Empties `workspace`, lets `fill` write the input, and runs all layers. The maps of the pass stay valid until
  /// the workspace is used again. With `attending` false an attention layer finds its rectangle but passes its
  /// map on unchanged.
  package func run(
    in workspace: Workspace, attending: Bool = true, fill: (FeatureMap) -> Void
  ) -> Pass {
    workspace.reset()
    var pass = Pass(workspace: workspace, attending: attending)
    pass.maps.reserveCapacity(steps.count + 1)
    let first = workspace.map(input)
    fill(first)
    pass.maps.append(first)
    for (index, step) in steps.enumerated() {
      let output = workspace.map(step.shape)
      step.layer.forward(pass.maps[index], into: output, pass: &pass)
      pass.maps.append(output)
    }
    return pass
  }
}
