package import Tensors

/// A convolution of every channel by its own kernel, with batch normalisation or bias, and activation.
package struct DepthwiseConvolution: Layer {
  package struct Configuration: LayerConfiguration {
    /// The name of the weights, channels x 1 x kernel x kernel.
    package var weight: String
    package var offset: Offset
    package var walk: KernelWalk
    package var activation: Activation

    package init(
      weight: String, offset: Offset = .none, walk: KernelWalk, activation: Activation = .linear
    ) {
      self.weight = weight
      self.offset = offset
      self.walk = walk
      self.activation = activation
    }

    package func build(at site: LayerSite) throws(ModelError) -> DepthwiseConvolution {
      try DepthwiseConvolution(self, input: site.input, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let channels = input.shape.channels
      let kernel = try recording.weights.parameter(
        weight, [channels, 1, walk.kernel, walk.kernel], layout: .depthwise, of: recording.layer)
      var sums = recording.tape.depthwiseConvolution(input, weight: kernel, walk: walk)
      if let bias = try offset.bias(channels: channels, in: recording) {
        sums = recording.tape.add(bias, to: sums)
      }
      return try recording.finish(sums, offset, activation)
    }
  }

  package let output: MapShape
  package var multiplyAdds: Int { walk.kernel * walk.kernel * output.count }
  let kernels: PackedKernels
  private let walk: KernelWalk
  private let activation: Activation

  /// A convolution of `input`, which need not be the map that arrives at the site.
  init(_ configuration: Configuration, input: MapShape, _ site: LayerSite) throws(ModelError) {
    guard let output = configuration.walk.output(of: input, channels: input.channels) else {
      throw site.mismatch("cannot run its kernel over a map of \(input)")
    }
    self.output = output
    walk = configuration.walk
    activation = configuration.activation
    let folded = try FoldedConvolution(
      depthwise: configuration.weight, offset: configuration.offset, channels: input.channels,
      kernel: walk.kernel, from: site.parameters)
    kernels = PackedKernels(folded.weight, bias: folded.bias)
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    input.depthwiseConvolution(
      kernels, walk: walk, activation: activation, workspace: pass.workspace, into: output)
  }

  package static let examples = [
    LayerExample(
      Configuration(
        weight: "weight", offset: .batchNorm("norm", epsilon: 1e-3), walk: KernelWalk(kernel: 3),
        activation: .relu6),
      input: MapShape(height: 5, width: 7, channels: 33)),
    LayerExample(
      Configuration(weight: "weight", offset: .bias("bias"), walk: KernelWalk(kernel: 5, stride: 2)),
      input: MapShape(height: 6, width: 3, channels: 9)),
  ]
}
