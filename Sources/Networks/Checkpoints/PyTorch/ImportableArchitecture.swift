import Geometry

/// An architecture whose published checkpoints can be imported: how they are told from others, and what they look at.
package struct ImportableArchitecture: Sendable {
  /// One of `ArchitectureCatalog`.
  package let name: String
  /// Tensors that tell its checkpoints from those of the others: the first layer's weights, and the classifier's.
  let landmarks: (stem: String, classifier: String)
  /// The canvas its published weights were trained on.
  let canvas: ModelCard.Canvas

  /// All that are known.
  package static let all = [
    ImportableArchitecture(
      name: EfficientNetLite0.name, landmarks: ("_conv_stem.weight", "_fc.weight"),
      canvas: canvas(mean: [127, 127, 127], scale: [128, 128, 128])),
    // The mean and deviation that torchvision states for ImageNet, of values 0 to 1, times 255.
    ImportableArchitecture(
      name: MobileNetV2.name, landmarks: ("features.0.0.weight", "classifier.1.weight"),
      canvas: canvas(mean: [123.675, 116.28, 103.53], scale: [58.395, 57.12, 57.375])),
  ]

  /// The architecture a checkpoint's tensors have the names of; with a `name` the one that is called so.
  static func recognise(
    _ checkpoint: PyTorchCheckpoint, named name: String?
  ) throws(ModelError) -> ImportableArchitecture {
    let names = all.map(\.name).joined(separator: ", ")
    if let name {
      guard let named = all.first(where: { $0.name == name }) else {
        throw ModelError(.unsupported, in: checkpoint.origin, "cannot be \(name); known are \(names)")
      }
      return named
    }
    guard
      let found = all.first(where: {
        checkpoint.entries[$0.landmarks.stem] != nil && checkpoint.entries[$0.landmarks.classifier] != nil
      })
    else {
      throw ModelError(
        .unsupported, in: checkpoint.origin, "has the tensors of no architecture known here; known are \(names)"
      )
    }
    return found
  }

  private static func canvas(mean: [Float], scale: [Float]) -> ModelCard.Canvas {
    ModelCard.Canvas(width: 224, height: 224, fit: .squash, mean: mean, scale: scale)
  }
}
