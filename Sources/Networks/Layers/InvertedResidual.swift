package import Tensors

/// The block of MobileNetV2 and EfficientNet-Lite: widen by a 1 x 1 convolution, convolve each channel, narrow by a
/// 1 x 1 convolution without activation; the input is added when shapes agree and the stride is 1.
package struct InvertedResidual: Layer {
  package struct Configuration: LayerConfiguration {
    /// The names of the parameters start with this: `._expand_conv`, `._bn0`, `._depthwise_conv`, `._bn1`,
    /// `._project_conv`, `._bn2`.
    package var prefix: String
    package var outputs: Int
    /// How many times wider the middle is. 1 leaves the widening out.
    package var expansion: Int
    package var kernel: Int
    package var stride: Int
    /// What batch normalisation adds to the variance.
    package var epsilon: Double

    package init(
      prefix: String, outputs: Int, expansion: Int, kernel: Int, stride: Int, epsilon: Double = 1e-3
    ) {
      self.prefix = prefix
      self.outputs = outputs
      self.expansion = expansion
      self.kernel = kernel
      self.stride = stride
      self.epsilon = epsilon
    }

    package func build(at site: LayerSite) throws(ModelError) -> InvertedResidual {
      try InvertedResidual(self, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let wide = try expand(channels: input.shape.channels)?.record(input, in: recording) ?? input
      let convolved = try depthwise.record(wide, in: recording)
      let adds = stride == 1 && outputs == input.shape.channels
      return try project.record(convolved, adding: adds ? input : nil, in: recording)
    }

    private func norm(_ number: Int) -> Offset { .batchNorm("\(prefix)._bn\(number)", epsilon: epsilon) }

    /// The widening of so many channels; nil where there is none.
    fileprivate func expand(channels: Int) -> Convolution.Configuration? {
      guard expansion > 1 else { return nil }
      return .init(
        weight: "\(prefix)._expand_conv.weight", offset: norm(0), outputs: channels * expansion,
        activation: .relu6)
    }

    fileprivate var depthwise: DepthwiseConvolution.Configuration {
      .init(
        weight: "\(prefix)._depthwise_conv.weight", offset: norm(1),
        walk: KernelWalk(kernel: kernel, stride: stride),
        activation: .relu6)
    }

    fileprivate var project: Convolution.Configuration {
      .init(weight: "\(prefix)._project_conv.weight", offset: norm(2), outputs: outputs)
    }
  }

  package let output: MapShape
  private let expand: Convolution?
  private let depthwise: DepthwiseConvolution
  private let project: Convolution
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
    addsInput = configuration.stride == 1 && output == site.input
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    let workspace = pass.workspace
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    var wide = input
    if let expand {
      wide = workspace.map(expand.output)
      expand.run(input, adding: nil, into: wide, workspace: workspace)
    }
    let convolved = workspace.map(depthwise.output)
    depthwise.run(wide, into: convolved)
    project.run(convolved, adding: addsInput ? input : nil, into: output, workspace: workspace)
  }

  package static let examples = [
    LayerExample(
      Configuration(prefix: "block", outputs: 4, expansion: 6, kernel: 3, stride: 1),
      input: MapShape(height: 5, width: 4, channels: 4)),
    LayerExample(
      Configuration(prefix: "block", outputs: 7, expansion: 1, kernel: 5, stride: 2),
      input: MapShape(height: 7, width: 9, channels: 5)),
  ]
}
