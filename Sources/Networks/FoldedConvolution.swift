import Tensors

/// What is added to a convolution's sums, by the names of its parameters in a checkpoint.
package enum Offset: Hashable, Sendable {
  /// Batch normalisation with running statistics: `PREFIX.weight`, `.bias`, `.running_mean`, `.running_var`.
  case batchNorm(String, epsilon: Double)
  /// A plain bias of that name.
  case bias(String)
  case none

  /// The plain bias, if it is one.
  func bias(channels: Int, in recording: Recording) throws(ModelError) -> Parameter? {
    guard case .bias(let name) = self else { return nil }
    return try recording.weights.parameter(name, [channels], of: recording.layer)
  }
}

/// Weights and biases of a convolution with its batch normalisation folded in: each output's weights are multiplied
/// by gamma / sqrt(variance + epsilon), which leaves beta - mean gamma / sqrt(variance + epsilon) as bias.
struct FoldedConvolution {
  let weight: Tensor
  let bias: Tensor

  /// A convolution over all channels, stored as outputs x inputs x kernel x kernel, turned into the
  /// outputs x (kernel x kernel x inputs) that patches are multiplied by.
  init(
    weight name: String, offset: Offset, outputs: Int, inputs: Int, kernel: Int, from parameters: Parameters
  ) throws(ModelError) {
    let stored = try parameters.tensor(name, [outputs, inputs, kernel, kernel])
    let (factors, bias) = try FoldedConvolution.fold(offset, outputs: outputs, from: parameters)
    let taps = kernel * kernel
    let weight = Tensor(shape: [outputs, taps * inputs]) { target in
      stored.withValues { source in
        for output in 0..<outputs {
          let row = output * taps * inputs
          for input in 0..<inputs {
            for tap in 0..<taps {
              target[row + tap * inputs + input] = Float(
                Double(source[row + input * taps + tap]) * factors[output])
            }
          }
        }
      }
    }
    try self.init(weight, bias, name: name, origin: parameters.origin)
  }

  /// A depthwise convolution, stored as channels x 1 x kernel x kernel, turned into kernel x kernel x channels.
  init(
    depthwise name: String, offset: Offset, channels: Int, kernel: Int, from parameters: Parameters
  ) throws(ModelError) {
    let stored = try parameters.tensor(name, [channels, 1, kernel, kernel])
    let (factors, bias) = try FoldedConvolution.fold(offset, outputs: channels, from: parameters)
    let taps = kernel * kernel
    let weight = Tensor(shape: [kernel, kernel, channels]) { target in
      stored.withValues { source in
        for channel in 0..<channels {
          for tap in 0..<taps {
            target[tap * channels + channel] = Float(Double(source[channel * taps + tap]) * factors[channel])
          }
        }
      }
    }
    try self.init(weight, bias, name: name, origin: parameters.origin)
  }

  private init(_ weight: Tensor, _ bias: Tensor, name: String, origin: String) throws(ModelError) {
    guard weight.isFinite, bias.isFinite else {
      throw ModelError(
        .notFinite, in: origin, at: name,
        "has a batch normalisation that makes it infinite or NaN; the file is damaged")
    }
    self.weight = weight
    self.bias = bias
  }

  /// The factor of each output's weights, and its bias.
  private static func fold(
    _ offset: Offset, outputs: Int, from parameters: Parameters
  ) throws(ModelError) -> (factors: [Double], bias: Tensor) {
    let ones = [Double](repeating: 1, count: outputs)
    switch offset {
    case .none:
      return (ones, Tensor(shape: [outputs], [Float](repeating: 0, count: outputs)))
    case .bias(let name):
      return (ones, try parameters.tensor(name, [outputs]))
    case .batchNorm(let prefix, let epsilon):
      let gamma = try parameters.tensor("\(prefix).weight", [outputs]).values
      let beta = try parameters.tensor("\(prefix).bias", [outputs]).values
      let mean = try parameters.tensor("\(prefix).running_mean", [outputs]).values
      let variance = try parameters.tensor("\(prefix).running_var", [outputs]).values
      let factors = (0..<outputs).map { Double(gamma[$0]) / (Double(variance[$0]) + epsilon).squareRoot() }
      let bias = (0..<outputs).map { Float(Double(beta[$0]) - Double(mean[$0]) * factors[$0]) }
      return (factors, Tensor(shape: [outputs], bias))
    }
  }
}
