package import Tensors

/// Weighted sums of all channels with a bias, at every position: `PREFIX.weight` outputs x inputs, `PREFIX.bias`.
package struct Linear: Layer {
  package struct Configuration: LayerConfiguration {
    package var prefix: String
    package var outputs: Int

    package init(prefix: String, outputs: Int) {
      self.prefix = prefix
      self.outputs = outputs
    }

    package func build(at site: LayerSite) throws(ModelError) -> Linear { try Linear(self, site) }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let weight = try recording.weights.parameter(
        "\(prefix).weight", [outputs, input.shape.channels], of: recording.layer)
      let bias = try recording.weights.parameter("\(prefix).bias", [outputs], of: recording.layer)
      return recording.tape.convolution(input, weight: weight, bias: bias)
    }
  }

  package let output: MapShape
  package var multiplyAdds: Int { weights.inputs * weights.outputs * output.positions }
  package let weights: PackedWeights

  private init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    let outputs = configuration.outputs
    let weight = try site.parameters.tensor("\(configuration.prefix).weight", [outputs, site.input.channels])
    weights = PackedWeights(
      weight, bias: try site.parameters.tensor("\(configuration.prefix).bias", [outputs]))
    output = MapShape(height: site.input.height, width: site.input.width, channels: outputs)
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    input.pointwiseConvolution(weights, activation: .linear, into: output)
  }

  package static let examples = [
    LayerExample(
      Configuration(prefix: "linear", outputs: 11), input: MapShape(height: 1, width: 1, channels: 17))
  ]
}
