package import Tensors

/// Where layers get their weights from when a network is built: a checkpoint, an initialiser, or a test's generator.
package struct Parameters: Sendable {
  /// The file, or whatever else the weights come from, as messages give it.
  package let origin: String
  package let find: @Sendable (_ name: String, _ shape: [Int]) throws(ModelError) -> Tensor?

  /// `find` returns the tensor of that name, nil if there is none; `shape` is what the layer expects of it.
  package init(
    origin: String, find: @escaping @Sendable (_ name: String, _ shape: [Int]) throws(ModelError) -> Tensor?
  ) {
    self.origin = origin
    self.find = find
  }

  /// The weights in a file.
  package init(_ file: Safetensors) {
    self.init(origin: file.origin) { (name, _) throws(ModelError) in
      file.entries[name] == nil ? nil : try file.tensor(name)
    }
  }

  /// The tensor of that name, finite and of exactly that shape.
  package func tensor(_ name: String, _ shape: [Int]) throws(ModelError) -> Tensor {
    guard let tensor = try find(name, shape) else {
      throw ModelError(
        .missingTensor, in: origin, at: name,
        "is missing; the file belongs to another architecture than its card says")
    }
    guard tensor.shape == shape else {
      throw ModelError(
        .wrongShape, in: origin, at: name, "has the shape \(tensor.shape) where the architecture needs \(shape)"
      )
    }
    guard tensor.isFinite else {
      throw ModelError(
        .notFinite, in: origin, at: name, "holds infinities or NaN; the training that wrote it failed")
    }
    return tensor
  }
}
