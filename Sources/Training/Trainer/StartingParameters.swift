package import Networks
import Tensors

extension Parameters {
  /// Values to start a training from: those of a model where it has them, and fresh ones where it has none or, as for a classifier of
  /// other classes, where they have another shape.
  package static func starting(from model: Parameters, fresh: Parameters) -> Parameters {
    Parameters(origin: model.origin) { (name, shape) throws(ModelError) in
      if let tensor = try model.find(name, shape), tensor.shape == shape { return tensor }
      return try fresh.find(name, shape)
    }
  }

  /// Fresh values for a layer of sums: small numbers for weights, none for offsets. The same for the same seed and name.
  package static func fresh(seed: UInt64) -> Parameters {
    Parameters(origin: "fresh weights") { (name, shape) throws(ModelError) in
      var generator = SplitMix64(seed: seed, of: name)
      let count = shape.reduce(1, *)
      let values: [Float] =
        if name.hasSuffix("running_var") || (shape.count == 1 && name.hasSuffix(".weight")) {
          [Float](repeating: 1, count: count)
        } else if shape.count == 1 {
          [Float](repeating: 0, count: count)
        } else {
          {
            // He et al., "Delving Deep into Rectifiers" (2015), by what leaves the layer.
            let spread =
              shape.count == 2 ? 0.01 : (2 / Double(shape[0] * shape.dropFirst(2).reduce(1, *))).squareRoot()
            return (0..<count).map { _ in Float(spread * generator.normal()) }
          }()
        }
      return Tensor(shape: shape, values)
    }
  }
}
