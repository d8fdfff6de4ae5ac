package import Tensors

/// The block of MobileNetV2 and EfficientNet-Lite: widen by a 1 x 1 convolution, convolve each channel, narrow by a
/// 1 x 1 convolution without activation; the input is added when shapes agree and the stride is 1.
package struct InvertedResidual: Layer {
  /// The names of the parameters, as checkpoints of different origins have them.
  package struct Names: Hashable, Sendable {
    /// A convolution without bias, and the batch normalisation behind it.
    package struct Step: Hashable, Sendable {
      package var weight: String
      /// The prefix of the normalisation's four parameters.
      package var norm: String

      /// `convolution` is the prefix of `.weight`.
      package init(convolution: String, norm: String) {
        weight = "\(convolution).weight"
        self.norm = norm
      }
    }

    /// Not used where the block does not widen.
    package var expand: Step
    package var depthwise: Step
    package var project: Step

    package init(expand: Step, depthwise: Step, project: Step) {
      self.expand = expand
      self.depthwise = depthwise
      self.project = project
    }
  }

  package struct Configuration: LayerConfiguration {
    package var names: Names
    package var outputs: Int
    /// How many times wider the middle is. 1 leaves the widening out.
    package var expansion: Int
    /// How the depthwise convolution moves.
    package var walk: KernelWalk
    /// What batch normalisation adds to the variance.
    package var epsilon: Double

    package init(names: Names, outputs: Int, expansion: Int, walk: KernelWalk, epsilon: Double) {
      self.names = names
      self.outputs = outputs
      self.expansion = expansion
      self.walk = walk
      self.epsilon = epsilon
    }

    package func build(at site: LayerSite) throws(ModelError) -> InvertedResidual {
      try InvertedResidual(self, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let wide = try expand(channels: input.shape.channels)?.record(input, in: recording) ?? input
      let convolved = try depthwise.record(wide, in: recording)
      let adds = walk.stride == 1 && outputs == input.shape.channels
      return try project.record(convolved, adding: adds ? input : nil, in: recording)
    }

    /// The block on a map of so many channels as layers of their own, one behind the other: widening, convolution of each channel,
    /// narrowing. Nil for a block that does not widen, or that adds its input.
    package func sequence(channels: Int) -> [any LayerConfiguration]? {
      guard let expand = expand(channels: channels), walk.stride > 1 || outputs != channels else { return nil }
      return [expand, depthwise, project]
    }

    /// The widening of so many channels; nil where there is none.
    fileprivate func expand(channels: Int) -> Convolution.Configuration? {
      guard expansion > 1 else { return nil }
      return pointwise(names.expand, outputs: channels * expansion, activation: .relu6)
    }

    fileprivate var depthwise: DepthwiseConvolution.Configuration {
      .init(
        weight: names.depthwise.weight, offset: .batchNorm(names.depthwise.norm, epsilon: epsilon), walk: walk,
        activation: .relu6)
    }

    fileprivate var project: Convolution.Configuration {
      pointwise(names.project, outputs: outputs, activation: .linear)
    }

    private func pointwise(_ step: Names.Step, outputs: Int, activation: Activation)
      -> Convolution.Configuration
    {
      .init(
        weight: step.weight, offset: .batchNorm(step.norm, epsilon: epsilon), outputs: outputs,
        activation: activation)
    }
  }

  package let output: MapShape
  package var multiplyAdds: Int {
    (expand?.multiplyAdds ?? 0) + depthwise.multiplyAdds + project.multiplyAdds
  }
  private let expand: Convolution?
  private let depthwise: DepthwiseConvolution
  private let project: Convolution
  private let walk: KernelWalk
  private let addsInput: Bool

  private init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    if let widening = configuration.expand(channels: site.input.channels) {
      expand = try Convolution(widening, input: site.input, site)
    } else {
      expand = nil
    }
    depthwise = try DepthwiseConvolution(configuration.depthwise, input: expand?.output ?? site.input, site)
    project = try Convolution(configuration.project, input: depthwise.output, site)
    output = project.output
    walk = configuration.walk
    addsInput = configuration.walk.stride == 1 && output == site.input
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    input.invertedResidual(
      expand: expand?.weights, depthwise: depthwise.kernels, walk: walk, activation: .relu6,
      project: project.weights, adding: addsInput ? input : nil, workspace: pass.workspace, into: output)
  }

  private static let exampleNames = Names(
    expand: .init(convolution: "expand", norm: "expand_norm"),
    depthwise: .init(convolution: "depthwise", norm: "depthwise_norm"),
    project: .init(convolution: "project", norm: "project_norm"))

  package static let examples = [
    LayerExample(
      Configuration(
        names: exampleNames, outputs: 4, expansion: 6, walk: KernelWalk(kernel: 3), epsilon: 1e-3),
      input: MapShape(height: 5, width: 4, channels: 4)),
    LayerExample(
      Configuration(
        names: exampleNames, outputs: 7, expansion: 1, walk: KernelWalk(kernel: 5, stride: 2), epsilon: 1e-3),
      input: MapShape(height: 7, width: 9, channels: 5)),
    LayerExample(
      Configuration(
        names: exampleNames, outputs: 3, expansion: 2,
        walk: KernelWalk(kernel: 3, stride: 2, padding: .symmetric(1)), epsilon: 1e-5),
      input: MapShape(height: 6, width: 5, channels: 3)),
  ]
}
