import Foundation
package import Geometry
package import Networks
import Tensors

/// The class activation map of a network that ends in global pooling and a linear classifier: at each position the
/// features weighted by the classifier's row of one class (Zhou et al., 2016).
package enum ClassActivation {
  /// The map of a class, from a pass that was run without attending. Nil for a network that ends otherwise.
  package static func map(of network: Network, in pass: Pass, class index: Int) -> ScalarMap? {
    guard let (source, classifier) = network.classActivation else { return nil }
    let features = pass.map(source)
    let channels = features.shape.channels
    let weights = classifier.weights.weights(of: index)
    let values = (0..<features.shape.positions).map { position in
      var sum: Float = 0
      for channel in 0..<channels { sum += weights[channel] * features.values[position * channels + channel] }
      return sum
    }
    return ScalarMap(rows: features.shape.height, columns: features.shape.width, values: values)
  }

  /// The rectangle of the map's first two moments: its cells, brought to [0, 1], as weights.
  package static func momentsRectangle(of map: ScalarMap) -> CanvasRectangle {
    // The head takes logits; those of weights are their logarithms. A floor keeps them finite.
    let logits = map.normalised.values.map { log(max($0, 1e-12)) }
    let grid = CellGrid<Float>(rows: map.rows, columns: map.columns)
    return MomentsHead(grid: grid, leastSize: 0.01).rectangle(of: logits.span).canvasRectangle
  }
}
