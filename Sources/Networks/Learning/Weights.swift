package import Tensors

/// How a parameter's numbers lie in a checkpoint, and how the loops that compute with them read them.
package enum WeightLayout: Hashable, Sendable {
  /// As stored.
  case plain
  /// outputs x inputs x kernel x kernel, read as outputs x (kernel x kernel x inputs).
  case convolution
  /// channels x 1 x kernel x kernel, read as kernel x kernel x channels.
  case depthwise

  /// The numbers in the order of the loops.
  package func packed(_ stored: Tensor) -> Tensor {
    let shape = stored.shape
    switch self {
    case .plain: return stored
    case .convolution:
      let (outputs, inputs, taps) = (shape[0], shape[1], shape[2] * shape[3])
      return WeightLayout.transposed(
        stored, blocks: outputs, rows: inputs, columns: taps, shape: [outputs, taps * inputs])
    case .depthwise:
      return WeightLayout.transposed(
        stored, blocks: 1, rows: shape[0], columns: shape[2] * shape[3], shape: [shape[2], shape[3], shape[0]])
    }
  }

  /// The numbers in the order of a checkpoint.
  package func stored(_ packed: Tensor, as shape: [Int]) -> Tensor {
    switch self {
    case .plain: return packed.reshaped(shape)
    case .convolution:
      return WeightLayout.transposed(
        packed, blocks: shape[0], rows: shape[2] * shape[3], columns: shape[1], shape: shape)
    case .depthwise:
      return WeightLayout.transposed(
        packed, blocks: 1, rows: shape[2] * shape[3], columns: shape[0], shape: shape)
    }
  }

  /// Each block of rows x columns becomes columns x rows.
  private static func transposed(_ tensor: Tensor, blocks: Int, rows: Int, columns: Int, shape: [Int]) -> Tensor
  {
    Tensor(shape: shape) { target in
      tensor.withValues { source in
        for block in 0..<blocks {
          let base = block * rows * columns
          for row in 0..<rows {
            for column in 0..<columns {
              target[base + column * rows + row] = source[base + row * columns + column]
            }
          }
        }
      }
    }
  }
}

/// Which layers learn, and how fast: the share of the learning rate for each layer by its name. A share of 0 freezes the layer,
/// its batch normalisation included.
package struct LearningRates: Codable, Hashable, Sendable {
  /// For layers not named.
  package var others: Double
  package var layers: [String: Double]

  package init(others: Double = 1, layers: [String: Double] = [:]) {
    self.others = others
    self.layers = layers
  }

  package func rate(of layer: String) -> Double { layers[layer] ?? others }
}

/// The numbers of a network that is being trained, by the names they have in a checkpoint.
///
/// They are made when a layer first asks for them, from a checkpoint or an initialiser. Belongs to the thread that trains.
package final class Weights {
  /// A parameter with its place in the network and in the checkpoint.
  package struct Entry {
    package let parameter: Parameter
    package let layer: String
    /// The share of the learning rate; 0 for what is not learned.
    package let rate: Double
    package let layout: WeightLayout
    package let shape: [Int]

    /// Whether weight decay pulls on it: on weights, not on the offsets and factors of normalisations.
    package var decays: Bool { shape.count > 1 }

    /// The numbers as a checkpoint holds them.
    package var stored: Tensor { layout.stored(parameter.tensor, as: shape) }
  }

  private let source: Parameters
  private let rates: LearningRates
  private var made: [String: Entry] = [:]
  /// Values of a checkpoint that no layer has asked for yet.
  private var restored: [String: Tensor] = [:]

  package init(_ source: Parameters, rates: LearningRates = LearningRates()) {
    self.source = source
    self.rates = rates
  }

  /// Where the first values come from, as messages give it.
  package var origin: String { source.origin }

  /// All that were asked for so far, in the order of their names.
  package var entries: [Entry] { made.sorted { $0.key < $1.key }.map(\.value) }

  /// Whether a layer learns at all.
  package func learns(_ layer: String) -> Bool { rates.rate(of: layer) > 0 }

  /// The parameter of that name; `shape` is that of the checkpoint. One that is no weight but a statistic is never learned.
  package func parameter(
    _ name: String, _ shape: [Int], layout: WeightLayout = .plain, of layer: String, isStatistic: Bool = false
  ) throws(ModelError) -> Parameter {
    if let entry = made[name] { return entry.parameter }
    let rate = isStatistic ? 0 : rates.rate(of: layer)
    let stored = try stored(name, shape)
    guard stored.shape == shape else {
      throw ModelError(.wrongShape, in: origin, at: name, "has another shape in the checkpoint")
    }
    let parameter = Parameter(name, layout.packed(stored), isLearned: rate > 0)
    made[name] = Entry(parameter: parameter, layer: layer, rate: rate, layout: layout, shape: shape)
    return parameter
  }

  private func stored(_ name: String, _ shape: [Int]) throws(ModelError) -> Tensor {
    if let tensor = restored[name] { return tensor }
    return try source.tensor(name, shape)
  }

  /// A batch normalisation's four rows of numbers.
  func normalisation(
    _ prefix: String, channels: Int, epsilon: Double, of layer: String
  ) throws(ModelError) -> NormalisationParameters {
    func row(_ name: String, isStatistic: Bool = false) throws(ModelError) -> Parameter {
      try parameter("\(prefix).\(name)", [channels], of: layer, isStatistic: isStatistic)
    }
    return try NormalisationParameters(
      factor: row("weight"), shift: row("bias"), mean: row("running_mean", isStatistic: true),
      variance: row("running_var", isStatistic: true), epsilon: epsilon)
  }

  /// Goes on from values kept earlier: what layers have asked for already is overwritten, the rest is taken when they ask.
  package func restore(_ values: [(name: String, tensor: Tensor)]) throws(ModelError) {
    for (name, tensor) in values {
      guard let entry = made[name] else {
        restored[name] = tensor
        continue
      }
      guard tensor.shape == entry.shape else {
        throw ModelError(.wrongShape, in: origin, at: name, "has another shape in the checkpoint")
      }
      entry.layout.packed(tensor).withValues { _ = entry.parameter.values.update(fromContentsOf: $0) }
    }
  }

  /// The present values, as layers of a network for inference take them; what no layer has asked for comes from the source.
  package var parameters: Parameters {
    let present = restored.merging(made.mapValues(\.stored)) { $1 }
    let source = source
    return Parameters(origin: source.origin) { (name, shape) throws(ModelError) in
      if let tensor = present[name] { return tensor }
      return try source.find(name, shape)
    }
  }
}
