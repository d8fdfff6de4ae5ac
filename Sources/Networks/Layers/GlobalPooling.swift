package import Tensors

/// The mean of each channel over all positions.
package struct GlobalPooling: Layer {
  package struct Configuration: LayerConfiguration {
    package init() {}

    package func build(at site: LayerSite) throws(ModelError) -> GlobalPooling {
      GlobalPooling(output: MapShape(height: 1, width: 1, channels: site.input.channels))
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      recording.tape.mean(input)
    }
  }

  package let output: MapShape
  package var takesMean: Bool { true }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    input.mean(into: output)
  }

  package static let examples = [
    LayerExample(Configuration(), input: MapShape(height: 3, width: 5, channels: 19))
  ]
}
