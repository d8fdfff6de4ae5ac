package import Geometry
package import Tensors

/// What an attention layer found in one pass. Its map lies in the pass's workspace.
package struct Attention {
  package let rectangle: CanvasRectangle
  /// One factor in (0, 1] for each position of the map the layer stands after; one channel.
  package let map: FeatureMap

  var isFinite: Bool {
    [rectangle.mu1, rectangle.mu2, rectangle.sigma1, rectangle.sigma2, rectangle.alpha].allSatisfy {
      $0.isFinite
    }
      && map.values.allSatisfy { $0.isFinite }
  }
}
