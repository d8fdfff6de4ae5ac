package import Geometry
package import Tensors

/// What an attention layer found in one pass. Its map lies in the pass's workspace.
package struct Attention {
  /// The rectangle, for the attention that looks for one.
  package let rectangle: CanvasRectangle?
  /// One factor in (0, 1] for each position of the map the layer stands after; one channel.
  package let map: FeatureMap

  var isFinite: Bool {
    let numbers = rectangle.map { [$0.mu1, $0.mu2, $0.sigma1, $0.sigma2, $0.alpha] } ?? []
    return numbers.allSatisfy { $0.isFinite } && map.values.allSatisfy { $0.isFinite }
  }
}
