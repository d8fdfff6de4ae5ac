import Tensors

extension Architecture {
  /// The classifier whose sums are the network's logits; nil for a network that ends otherwise.
  package var classifier: Linear.Configuration? { entries.last?.configuration as? Linear.Configuration }
}

extension Parameters {
  /// The parameters of the same network with its logits multiplied: the factor is folded into the classifier's weights and biases.
  package func sharpened(_ classifier: Linear.Configuration, by sharpness: Double) -> Parameters {
    let scaled = ["\(classifier.prefix).weight", "\(classifier.prefix).bias"]
    let original = self
    return Parameters(origin: origin) { (name, shape) throws(ModelError) in
      guard let tensor = try original.find(name, shape), scaled.contains(name) else {
        return try original.find(name, shape)
      }
      return Tensor(shape: tensor.shape, tensor.values.map { Float(Double($0) * sharpness) })
    }
  }
}
