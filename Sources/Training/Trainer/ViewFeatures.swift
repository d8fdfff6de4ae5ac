import Geometry
import Imaging
import Tensors

/// A photograph's view as training needs it: what the frozen trunk makes of it, and where its points lie.
struct ViewFeatures: Sendable {
  let maps: [Tensor]
  let map: CanvasMap
}

/// A photograph of a batch, with its views.
struct TrainingExample: Sendable {
  let photograph: Int
  let label: Int
  let views: [ViewFeatures]
}
