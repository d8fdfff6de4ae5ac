package import Tensors

/// A convolution over all channels with what follows it: batch normalisation or bias, and activation.
package struct Convolution: Layer {
  package struct Configuration: LayerConfiguration {
    /// The name of the weights, outputs x inputs x kernel x kernel.
    package var weight: String
    package var offset: Offset
    package var outputs: Int
    package var walk: KernelWalk
    package var activation: Activation

    package init(
      weight: String, offset: Offset = .none, outputs: Int, walk: KernelWalk = KernelWalk(kernel: 1),
      activation: Activation = .linear
    ) {
      self.weight = weight
      self.offset = offset
      self.outputs = outputs
      self.walk = walk
      self.activation = activation
    }

    package func build(at site: LayerSite) throws(ModelError) -> Convolution {
      try Convolution(self, input: site.input, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      try record(input, adding: nil, in: recording)
    }

    /// The convolution, with a map added before the activation.
    func record(_ input: Variable, adding addend: Variable?, in recording: Recording) throws(ModelError)
      -> Variable
    {
      let kernel = try recording.weights.parameter(
        weight, [outputs, input.shape.channels, walk.kernel, walk.kernel], layout: .convolution,
        of: recording.layer)
      let sums = recording.tape.convolution(
        input, weight: kernel, bias: try offset.bias(channels: outputs, in: recording), walk: walk)
      return try recording.finish(sums, offset, activation, adding: addend)
    }
  }

  package let output: MapShape
  package var multiplyAdds: Int { weights.inputs * weights.outputs * output.positions }
  let weights: PackedWeights
  private let walk: KernelWalk
  private let activation: Activation

  /// A convolution of `input`, which need not be the map that arrives at the site.
  init(_ configuration: Configuration, input: MapShape, _ site: LayerSite) throws(ModelError) {
    guard let output = configuration.walk.output(of: input, channels: configuration.outputs) else {
      throw site.mismatch("cannot run its kernel over a map of \(input)")
    }
    self.output = output
    walk = configuration.walk
    activation = configuration.activation
    let folded = try FoldedConvolution(
      weight: configuration.weight, offset: configuration.offset, outputs: configuration.outputs,
      inputs: input.channels, kernel: walk.kernel, from: site.parameters)
    weights = PackedWeights(folded.weight, bias: folded.bias)
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    run(input, adding: nil, into: output, workspace: pass.workspace)
  }

  /// The convolution, with a map added before the activation if the kernel is 1 x 1.
  func run(_ input: FeatureMap, adding addend: FeatureMap?, into output: FeatureMap, workspace: Workspace) {
    if walk.kernel == 1, walk.stride == 1, walk.padding == .same || walk.padding == .symmetric(0) {
      input.pointwiseConvolution(weights, activation: activation, adding: addend, into: output)
    } else {
      precondition(addend == nil, "only a 1 x 1 convolution adds a map")
      input.convolution(weights, walk: walk, activation: activation, workspace: workspace, into: output)
    }
  }

  package static let examples = [
    LayerExample(
      Configuration(
        weight: "weight", offset: .batchNorm("norm", epsilon: 1e-3), outputs: 6, activation: .relu6),
      input: MapShape(height: 5, width: 4, channels: 3)),
    LayerExample(
      Configuration(
        weight: "weight", offset: .bias("bias"), outputs: 4, walk: KernelWalk(kernel: 3, stride: 2),
        activation: .relu),
      input: MapShape(height: 7, width: 6, channels: 3)),
    LayerExample(
      Configuration(weight: "weight", outputs: 2, walk: KernelWalk(kernel: 3, padding: .symmetric(1))),
      input: MapShape(height: 1, width: 3, channels: 5)),
  ]
}
