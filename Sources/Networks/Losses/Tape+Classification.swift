import Foundation
package import Tensors

/// What a prediction is compared with.
package enum ClassTargets {
  /// The right class of each photograph; `smoothing` of the probability is spread over all classes.
  case classes([Int], smoothing: Double)
  /// A distribution over the classes for each photograph, photographs x classes.
  case shares([Float])

  /// The distribution of one photograph.
  fileprivate func shares(of photograph: Int, classes: Int) -> [Float] {
    switch self {
    case .shares(let all): return Array(all[(photograph * classes)..<((photograph + 1) * classes)])
    case .classes(let right, let smoothing):
      var shares = [Float](repeating: Float(smoothing / Double(classes)), count: classes)
      shares[right[photograph]] += Float(1 - smoothing)
      return shares
    }
  }
}

/// Losses on logits, maps of one position: one number for each photograph.
extension Tape {
  /// The shape of a loss.
  package static let lossShape = MapShape(height: 1, width: 1, channels: 1)

  /// The cross-entropy, in nats, of the softmax of `logits` with its targets.
  package func crossEntropy(_ logits: Variable, _ targets: ClassTargets) -> Variable {
    let classes = logits.shape.count
    let output = result(count: logits.count, shape: Tape.lossShape, from: [logits])
    for index in 0..<logits.count {
      let scores = logits.map(index).values
      let highest = Double(scores.max()!)
      let mass = highest + log(scores.reduce(0) { $0 + exp(Double($1) - highest) })
      let shares = targets.shares(of: index, classes: classes)
      output.values[index] = Float(zip(shares, scores).reduce(0) { $0 + Double($1.0) * (mass - Double($1.1)) })
    }
    record(output) { gradient in
      guard let target = logits.gradientToAddTo() else { return }
      for index in 0..<logits.count {
        let shares = targets.shares(of: index, classes: classes)
        let mass = shares.reduce(0, +)
        let predicted = Tape.softmax(logits.map(index).values)
        let row = logits.part(target, index)
        for k in 0..<classes { row[k] += gradient[index] * (mass * predicted[k] - shares[k]) }
      }
    }
    return output
  }

  /// The probability that a class drawn from `shares` and one drawn from the softmax of `logits` are the same: how much of what
  /// the shares say is still seen. Photographs x classes shares.
  package func agreement(_ logits: Variable, with shares: [Float]) -> Variable {
    let classes = logits.shape.count
    precondition(shares.count == logits.count * classes, "a share for each class")
    let output = result(count: logits.count, shape: Tape.lossShape, from: [logits])
    for index in 0..<logits.count {
      let predicted = Tape.softmax(logits.map(index).values)
      output.values[index] = (0..<classes).reduce(0) { $0 + predicted[$1] * shares[index * classes + $1] }
    }
    record(output) { gradient in
      guard let target = logits.gradientToAddTo() else { return }
      for index in 0..<logits.count {
        let predicted = Tape.softmax(logits.map(index).values)
        let row = logits.part(target, index)
        for k in 0..<classes {
          row[k] += gradient[index] * predicted[k] * (shares[index * classes + k] - output.values[index])
        }
      }
    }
    return output
  }

  /// The distribution over classes that logits stand for.
  package static func softmax(_ logits: UnsafeMutableBufferPointer<Float>) -> [Float] {
    let highest = logits.max()!
    let shares = logits.map { exp($0 - highest) }
    let mass = Float(shares.reduce(0) { $0 + Double($1) })
    return shares.map { $0 / mass }
  }
}
