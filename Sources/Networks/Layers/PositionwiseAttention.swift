package import Tensors

/// Weighs every position of the arriving map by a factor of its own: the twin that rectangular attention is compared with.
///
/// The trunk and its evidence are those of `RectangularAttention` with a moments head; where that reads five numbers off
/// the evidence, this takes the sigmoid of each logit, resampled to the arriving map's grid where the detail map has
/// another. The layer can stand after any other.
package struct PositionwiseAttention: Layer {
  package struct Configuration: LayerConfiguration {
    package var trunk: AttentionTrunk.Configuration
    package var use: AttentionUse

    /// The parameters are those of `RectangularAttention.Configuration`.
    package init(
      detail: String, semantic: String? = nil, width: Int = 64, use: AttentionUse = .multiply,
      prefix: String = "attention", epsilon: Double = 1e-5
    ) {
      trunk = .init(detail: detail, semantic: semantic, width: width, prefix: prefix, epsilon: epsilon)
      self.use = use
    }

    package var reads: [String] { trunk.reads }

    package func build(at site: LayerSite) throws(ModelError) -> PositionwiseAttention {
      try PositionwiseAttention(self, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let tape = recording.tape
      let logits = try trunk.evidence.record(trunk.record(in: recording), in: recording)
      var map = tape.sigmoid(logits)
      if (map.shape.height, map.shape.width) != (input.shape.height, input.shape.width) {
        map = tape.resample(map, height: input.shape.height, width: input.shape.width)
      }
      return use.record(map, on: input, in: recording)
    }
  }

  package let output: MapShape
  package var takesMean: Bool { use == .pooling }
  package var multiplyAdds: Int { trunk.multiplyAdds + evidence.multiplyAdds + weighed }
  private let trunk: AttentionTrunk
  private let evidence: Convolution
  private let use: AttentionUse
  /// Numbers of the map that is weighed.
  private let weighed: Int

  private init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    trunk = try AttentionTrunk(configuration.trunk, site)
    evidence = try Convolution(configuration.trunk.evidence, input: trunk.output, site)
    use = configuration.use
    output = use.output(of: site.input)
    weighed = site.input.count
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    use.forward(input, into: output, pass: &pass) { map, pass in
      let workspace = pass.workspace
      let factors = map.shape == evidence.output ? map : workspace.map(evidence.output)
      evidence.run(trunk.run(pass), adding: nil, into: factors, workspace: workspace)
      for index in factors.values.indices { factors.values[index] = Float.sigmoid(factors.values[index]) }
      if map.shape != factors.shape { factors.resample(into: map) }
      return nil
    }
  }

  private static let twoSources = [
    "fine": MapShape(height: 8, width: 10, channels: 5), "coarse": MapShape(height: 4, width: 5, channels: 7),
  ]

  package static let examples = [
    LayerExample(
      Configuration(detail: "fine", semantic: "coarse", width: 8),
      input: MapShape(height: 4, width: 5, channels: 6), sources: twoSources),
    LayerExample(
      Configuration(detail: "input", width: 3), input: MapShape(height: 3, width: 6, channels: 4)),
    LayerExample(
      Configuration(detail: "coarse", width: 4, use: .residual),
      input: MapShape(height: 8, width: 9, channels: 2), sources: twoSources),
    LayerExample(
      Configuration(detail: "fine", width: 2, use: .pooling),
      input: MapShape(height: 3, width: 4, channels: 17), sources: twoSources),
  ]
}
