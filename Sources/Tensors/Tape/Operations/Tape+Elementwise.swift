import CKernels
import Foundation

/// Operations on each number, or each position, by itself.
extension Tape {
  /// The sum of two batches of one shape.
  package func sum(_ a: Variable, _ b: Variable) -> Variable {
    precondition(a.shape == b.shape && a.count == b.count, "only maps of one shape are added")
    let output = result(count: a.count, shape: a.shape, from: [a, b])
    Shards.forEach(of: a.count) { _, range in
      let rows = output.matrix(range)
      rows.base.update(from: a.matrix(range).base, count: rows.rows * rows.columns)
      vf_add_scaled(b.matrix(range).base, 1, rows.rows * rows.columns, rows.base)
    }
    record(output) { gradient in
      for source in [a, b] {
        guard let target = source.gradientToAddTo() else { continue }
        Shards.forEach(of: a.count) { _, range in
          let rows = output.matrix(range, of: gradient)
          vf_add_scaled(rows.base, 1, rows.rows * rows.columns, source.matrix(range, of: target).base)
        }
      }
    }
    return output
  }

  /// The activation of every number.
  package func activate(_ input: Variable, _ activation: Activation) -> Variable {
    let channels = input.shape.channels
    let ones = [Float](repeating: 1, count: channels)
    let zeros = [Float](repeating: 0, count: channels)
    let output = result(count: input.count, shape: input.shape, from: [input])
    Shards.forEach(of: input.count) { _, range in
      let rows = input.matrix(range)
      vf_scale_shift_activate(
        rows.base, rows.rows, channels, ones, zeros, activation.kernelActivation, output.matrix(range).base)
    }
    record(output) { gradient in
      vf_activation_gradient(
        gradient.baseAddress!, output.values.baseAddress!, gradient.count, activation.kernelActivation)
      guard let target = input.gradientToAddTo() else { return }
      vf_add_scaled(gradient.baseAddress!, 1, gradient.count, target.baseAddress!)
    }
    return output
  }

  /// 1 / (1 + e^-x) of every number.
  package func sigmoid(_ input: Variable) -> Variable {
    let output = result(count: input.count, shape: input.shape, from: [input])
    for (index, x) in input.values.enumerated() { output.values[index] = 1 / (1 + exp(-x)) }
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      for (index, y) in output.values.enumerated() { target[index] += gradient[index] * y * (1 - y) }
    }
    return output
  }

  /// Sets a share of the numbers to zero, chosen by `generator`, and enlarges the others so that the mean stays.
  package func dropout(_ input: Variable, share: Double, using generator: inout SplitMix64) -> Variable {
    precondition((0..<1).contains(share), "a share of 0 to less than 1 is dropped")
    let kept = Float(1 / (1 - share))
    let factors = (0..<input.values.count).map { _ -> Float in
      Double.random(in: 0..<1, using: &generator) < share ? 0 : kept
    }
    let output = result(count: input.count, shape: input.shape, from: [input])
    for (index, factor) in factors.enumerated() { output.values[index] = input.values[index] * factor }
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      for (index, factor) in factors.enumerated() { target[index] += gradient[index] * factor }
    }
    return output
  }

  /// All channels of a position multiplied by that position's factor: how attention weighs a map. `factors` are maps of one
  /// channel. With `keeping` k the factors count as k + (1 - k) f: k = 1/2 is residual attention.
  package func scale(_ input: Variable, byPosition factors: Variable, keeping: Float = 0) -> Variable {
    precondition(
      factors.shape == MapShape(height: input.shape.height, width: input.shape.width, channels: 1)
        && factors.count == input.count, "one factor for each position")
    let channels = input.shape.channels
    let output = result(count: input.count, shape: input.shape, from: [input, factors])
    var effective = [Float](factors.values)
    if keeping != 0 {
      for index in effective.indices { effective[index] = keeping + (1 - keeping) * effective[index] }
    }
    let weights = effective
    Shards.forEach(of: input.count) { _, range in
      let rows = input.matrix(range)
      weights.withUnsafeBufferPointer { weights in
        vf_scale_positions(
          rows.base, rows.rows, channels, weights.baseAddress! + range.lowerBound * input.shape.positions,
          output.matrix(range).base)
      }
    }
    record(output) { gradient in
      let target = input.gradientToAddTo()
      let byFactor = factors.gradientToAddTo()
      Shards.forEach(of: input.count) { _, range in
        let rows = input.matrix(range)
        let passed = input.matrix(range, of: gradient).base
        let first = range.lowerBound * input.shape.positions
        if let target {
          weights.withUnsafeBufferPointer { weights in
            vf_add_scaled_positions(
              passed, weights.baseAddress! + first, rows.rows, channels, input.matrix(range, of: target).base)
          }
        }
        if let byFactor {
          var products = [Float](repeating: 0, count: rows.rows)
          vf_add_position_products(passed, rows.base, rows.rows, channels, &products)
          for (index, product) in products.enumerated() { byFactor[first + index] += (1 - keeping) * product }
        }
      }
    }
    return output
  }
}

extension Tape {
  /// The sum of a photograph's numbers, each times its factor; one number for each photograph.
  package func weightedSum(_ input: Variable, _ factors: [Float]) -> Variable {
    precondition(factors.count == input.values.count, "one factor a number")
    let shape = MapShape(height: 1, width: 1, channels: 1)
    let output = result(count: input.count, shape: shape, from: [input])
    for index in 0..<input.count {
      var sum = 0.0
      for (offset, value) in input.map(index).values.enumerated() {
        sum += Double(value) * Double(factors[index * input.shape.count + offset])
      }
      output.values[index] = Float(sum)
    }
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      for (index, factor) in factors.enumerated() {
        target[index] += gradient[index / input.shape.count] * factor
      }
    }
    return output
  }
}

extension Tape {
  /// 1 - x of every number: what a mask leaves out.
  package func complement(_ input: Variable) -> Variable {
    let output = result(count: input.count, shape: input.shape, from: [input])
    for (index, x) in input.values.enumerated() { output.values[index] = 1 - x }
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      vf_add_scaled(gradient.baseAddress!, -1, gradient.count, target.baseAddress!)
    }
    return output
  }
}
