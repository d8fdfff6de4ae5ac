package import Tensors

/// The spatial gate of CBAM: maximum and mean over the channels of each position, a 7 x 7 convolution without bias, batch
/// normalisation and a sigmoid make the factor that the position is multiplied by.
///
/// Woo et al., "CBAM: Convolutional Block Attention Module" (2018), section 3, without its channel gate.
package struct SpatialGate: Layer {
  package struct Configuration: LayerConfiguration {
    /// The names of the parameters start with this and a dot.
    package var prefix: String
    /// What batch normalisation adds to the variance.
    package var epsilon: Double

    package init(prefix: String = "attention", epsilon: Double = 1e-5) {
      self.prefix = prefix
      self.epsilon = epsilon
    }

    package func build(at site: LayerSite) throws(ModelError) -> SpatialGate { try SpatialGate(self, site) }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let tape = recording.tape
      let map = tape.sigmoid(try gate.record(tape.channelSummary(input), in: recording))
      return AttentionUse.multiply.record(map, on: input, in: recording)
    }

    fileprivate var gate: Convolution.Configuration {
      .init(
        weight: "\(prefix).gate.weight", offset: .batchNorm("\(prefix).gate_bn", epsilon: epsilon), outputs: 1,
        walk: KernelWalk(kernel: 7, padding: .symmetric(3)))
    }
  }

  package let output: MapShape
  package var multiplyAdds: Int { gate.multiplyAdds + output.count }
  private let summary: MapShape
  private let gate: Convolution

  private init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    output = site.input
    summary = MapShape(height: output.height, width: output.width, channels: 2)
    gate = try Convolution(configuration.gate, input: summary, site)
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    AttentionUse.multiply.forward(input, into: output, pass: &pass) { map, pass in
      let summary = pass.workspace.map(summary)
      input.summarise(into: summary)
      gate.run(summary, adding: nil, into: map, workspace: pass.workspace)
      for index in map.values.indices { map.values[index] = Float.sigmoid(map.values[index]) }
      return nil
    }
  }

  package static let examples = [
    LayerExample(Configuration(), input: MapShape(height: 5, width: 9, channels: 6)),
    LayerExample(Configuration(prefix: "gate"), input: MapShape(height: 8, width: 2, channels: 1)),
  ]
}

extension FeatureMap {
  /// Writes the maximum and the mean over each position's channels to `output`, a map of two channels.
  fileprivate func summarise(into output: FeatureMap) {
    for position in 0..<shape.positions {
      let row = UnsafeMutableBufferPointer(
        rebasing: values[(position * shape.channels)..<((position + 1) * shape.channels)])
      var highest = row[0]
      var sum: Float = 0
      for value in row {
        highest = max(highest, value)
        sum += value
      }
      output.values[2 * position] = highest
      output.values[2 * position + 1] = sum / Float(shape.channels)
    }
  }
}
