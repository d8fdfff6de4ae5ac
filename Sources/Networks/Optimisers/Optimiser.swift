import Foundation
import Tensors

/// How gradients move parameters.
package enum OptimiserKind: String, Codable, Sendable, CaseIterable {
  /// Gradient descent with momentum, weight decay added to the gradient (as PyTorch's SGD).
  case sgd
  /// Adam with decoupled weight decay: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).
  case adamw
}

/// Moves the learned parameters of a network by their gradients. Belongs to the thread that trains.
package struct Optimiser {
  package struct Settings: Codable, Hashable, Sendable {
    package var kind = OptimiserKind.adamw
    /// Pulls weights towards 0; offsets and factors of normalisations are left alone.
    package var weightDecay = 1e-4
    /// The share of the last step that is kept (SGD).
    package var momentum = 0.9
    /// How slowly the means of gradients and of their squares follow (AdamW).
    package var beta1 = 0.9
    package var beta2 = 0.999
    /// A longer gradient, all parameters together, is shortened to this length; 0 leaves it.
    package var clip = 1.0

    package init() {}
  }

  /// What is remembered of each learned parameter, in the order of `Weights.entries`: one row of numbers (SGD) or two (AdamW).
  package private(set) var memory: [[Float]]
  /// Steps taken.
  package private(set) var steps: Int
  private let settings: Settings

  package init(_ settings: Settings) {
    self.settings = settings
    memory = []
    steps = 0
  }

  /// Goes on from a checkpoint.
  package init(_ settings: Settings, memory: [[Float]], steps: Int) {
    self.settings = settings
    self.memory = memory
    self.steps = steps
  }

  /// Takes one step and sets the gradients to zero. Returns the gradient's length before clipping.
  ///
  /// - Throws: `malformed` where the memory it goes on from is of another network.
  package mutating func step(_ entries: [Weights.Entry], rate: Double) throws(ModelError) -> Double {
    let learned = entries.filter { $0.parameter.isLearned }
    let rows = settings.kind == .adamw ? 2 : 1
    if memory.isEmpty {
      memory = learned.flatMap { entry in
        (0..<rows).map { _ in [Float](repeating: 0, count: entry.parameter.count) }
      }
    }
    let counts = learned.flatMap { [Int](repeating: $0.parameter.count, count: rows) }
    guard memory.map(\.count) == counts else {
      throw ModelError(.malformed, in: "the checkpoint", "holds the optimiser's memory of another network")
    }
    let length = learned.reduce(0.0) { sum, entry in
      entry.parameter.gradient.reduce(sum) { $0 + Double($1) * Double($1) }
    }.squareRoot()
    let shrink = settings.clip > 0 && length > settings.clip ? settings.clip / length : 1
    steps += 1
    for (index, entry) in learned.enumerated() {
      let decay = entry.decays ? settings.weightDecay : 0
      switch settings.kind {
      case .sgd: descend(entry, index, rate: rate * entry.rate, decay: decay, shrink: shrink)
      case .adamw: adapt(entry, 2 * index, rate: rate * entry.rate, decay: decay, shrink: shrink)
      }
      entry.parameter.forgetGradient()
    }
    return length
  }

  private mutating func descend(_ entry: Weights.Entry, _ row: Int, rate: Double, decay: Double, shrink: Double)
  {
    let (values, gradient) = (entry.parameter.values, entry.parameter.gradient)
    let (momentum, decay, shrink, rate) = (Float(settings.momentum), Float(decay), Float(shrink), Float(rate))
    memory[row].withUnsafeMutableBufferPointer { velocity in
      for i in values.indices {
        velocity[i] = momentum * velocity[i] + gradient[i] * shrink + decay * values[i]
        values[i] -= rate * velocity[i]
      }
    }
  }

  private mutating func adapt(_ entry: Weights.Entry, _ row: Int, rate: Double, decay: Double, shrink: Double) {
    let (values, gradient) = (entry.parameter.values, entry.parameter.gradient)
    let (beta1, beta2) = (Float(settings.beta1), Float(settings.beta2))
    // The means start at 0; what they lack is made good.
    let correction1 = 1 - pow(settings.beta1, Double(steps))
    let correction2 = (1 - pow(settings.beta2, Double(steps))).squareRoot()
    let (size, kept, shrink) = (Float(rate / correction1), Float(1 - rate * decay), Float(shrink))
    let spread = Float(1 / correction2)
    var mean = take(row)
    var square = take(row + 1)
    for i in values.indices {
      let g = gradient[i] * shrink
      mean[i] = beta1 * mean[i] + (1 - beta1) * g
      square[i] = beta2 * square[i] + (1 - beta2) * g * g
      values[i] = kept * values[i] - size * mean[i] / (square[i].squareRoot() * spread + 1e-8)
    }
    swap(&memory[row], &mean)
    swap(&memory[row + 1], &square)
  }

  /// A row taken out of the memory, so that it can be changed without being copied.
  private mutating func take(_ row: Int) -> [Float] {
    var taken: [Float] = []
    swap(&taken, &memory[row])
    return taken
  }
}
