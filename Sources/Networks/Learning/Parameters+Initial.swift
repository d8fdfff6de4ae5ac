import Tensors

extension Parameters {
  /// The numbers a network starts to learn from, made as they are asked for. They depend on the seed, the name and the shape
  /// alone: what one layer gets is the same whatever else there is.
  ///
  /// - Convolutions: normal with variance 2 / fan-out, the kernel's taps times the outputs, or the taps alone where every
  ///   channel has its own (He et al., "Delving deep into rectifiers", 2015).
  /// - Linear layers: normal with deviation 0.01.
  /// - Normalisations: factors and running variances 1, shifts and running means 0. Biases and logarithms of gains 0.
  /// - The last step of an attention: so that it sees nearly everything. Weights of `evidence` and `rectangle` are normal
  ///   with deviation 0.001. The bias of `evidence` and the shift of `gate_bn` are 2, whose sigmoid is 0.88; a rectangle's
  ///   moments do not depend on that bias.
  package static func initial(seed: UInt64) -> Parameters {
    Parameters(origin: "initial values") { name, shape in
      if name.hasSuffix(".evidence.weight") || name.hasSuffix(".rectangle.weight") {
        return normal(name, shape, deviation: 1e-3, seed: seed)
      }
      switch shape.count {
      case 4:
        let taps = shape[2] * shape[3]
        let fanOut = shape[1] == 1 ? taps : taps * shape[0]
        return normal(name, shape, deviation: (2 / Double(fanOut)).squareRoot(), seed: seed)
      case 2: return normal(name, shape, deviation: 0.01, seed: seed)
      default:
        let isOpen = name.hasSuffix(".evidence.bias") || name.hasSuffix(".gate_bn.bias")
        let isOne = name.hasSuffix(".weight") || name.hasSuffix(".running_var")
        return Tensor(
          shape: shape, [Float](repeating: isOpen ? 2 : isOne ? 1 : 0, count: shape.reduce(1, *)))
      }
    }
  }

  private static func normal(_ name: String, _ shape: [Int], deviation: Double, seed: UInt64) -> Tensor {
    var generator = SplitMix64(seed: seed, of: name)
    return Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in Float(deviation * generator.normal()) })
  }

  /// The parameters of `upper` where it has them, and these where it has not: a checkpoint over initial values. A tensor of
  /// another shape than the network needs is an error, not passed over.
  package func overlaid(by upper: Parameters) -> Parameters {
    let lower = self
    return Parameters(origin: upper.origin) { (name, shape) throws(ModelError) in
      if let tensor = try upper.find(name, shape) { return tensor }
      return try lower.find(name, shape)
    }
  }
}
