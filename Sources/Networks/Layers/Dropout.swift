package import Tensors

/// While a network is trained, sets a share of the numbers to zero and enlarges the others so that the mean stays; otherwise
/// passes its map on.
///
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014).
package struct Dropout: Layer {
  package struct Configuration: LayerConfiguration {
    /// 0 to less than 1.
    package var share: Double

    package init(share: Double = 0.2) { self.share = share }

    package func build(at site: LayerSite) throws(ModelError) -> Dropout { Dropout(output: site.input) }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      guard var generator = recording.dropout else { return input }
      defer { recording.dropout = generator }
      return recording.tape.dropout(input, share: share, using: &generator)
    }
  }

  package let output: MapShape

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    _ = output.values.update(fromContentsOf: input.values)
  }

  package static let examples = [
    LayerExample(Configuration(), input: MapShape(height: 1, width: 1, channels: 13))
  ]
}
