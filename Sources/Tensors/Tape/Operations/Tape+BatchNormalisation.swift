import CKernels

/// The numbers of a batch normalisation: factor (gamma), shift (beta), and the running mean and variance that stand in for
/// a batch's own when it is frozen or the training is over.
package struct NormalisationParameters {
  package let factor: Parameter
  package let shift: Parameter
  package let mean: Parameter
  package let variance: Parameter
  /// What is added to the variance.
  package let epsilon: Double

  package init(factor: Parameter, shift: Parameter, mean: Parameter, variance: Parameter, epsilon: Double) {
    self.factor = factor
    self.shift = shift
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
  }
}

extension Tape {
  /// activation(factor (x - mean) / sqrt(variance + epsilon) + shift), channel by channel.
  ///
  /// With a `momentum` the mean and variance are the batch's own, taken over all photographs and positions, and the running
  /// ones move towards them by that share (the variance with Bessel's correction, as PyTorch does); without one the
  /// running ones are used and stay as they are.
  ///
  /// Backward after Ioffe and Szegedy, "Batch Normalization" (2015), section 3.
  package func batchNormalisation(
    _ input: Variable, _ parameters: NormalisationParameters, activation: Activation = .linear,
    momentum: Double? = nil
  ) -> Variable {
    let channels = input.shape.channels
    let learned = [parameters.factor, parameters.shift]
    precondition(
      (learned + [parameters.mean, parameters.variance]).allSatisfy { $0.count == channels },
      "one number a channel")
    let output = result(count: input.count, shape: input.shape, from: [input], learning: learned)
    let statistics =
      momentum.map { self.batchStatistics(of: input, parameters, momentum: $0) }
      ?? Statistics(
        mean: parameters.mean.values.map(Double.init),
        spread: parameters.variance.values.map { (Double($0) + parameters.epsilon).squareRoot() })
    let applied = AppliedNormalisation(parameters, statistics, activation)
    Shards.forEach(of: input.count) { _, range in
      let rows = input.matrix(range)
      vf_scale_shift_activate(
        rows.base, rows.rows, channels, applied.factors, applied.shifts, activation.kernelActivation,
        output.matrix(range).base)
    }
    record(output) { gradient in
      self.goBackThroughNormalisation(
        gradient, input, parameters, statistics, applied, usesBatch: momentum != nil)
    }
    return output
  }

  private struct Statistics {
    let mean: [Double]
    /// Square roots of the variances.
    let spread: [Double]
  }

  /// What is done to each value x, with statistics and parameters in one: activation(factor x + shift).
  private struct AppliedNormalisation {
    let factors: [Float]
    let shifts: [Float]
    let activation: Activation

    init(_ parameters: NormalisationParameters, _ statistics: Statistics, _ activation: Activation) {
      let factors = statistics.spread.indices.map {
        Double(parameters.factor.values[$0]) / statistics.spread[$0]
      }
      self.factors = factors.map { Float($0) }
      shifts = factors.indices.map {
        Float(Double(parameters.shift.values[$0]) - statistics.mean[$0] * factors[$0])
      }
      self.activation = activation
    }

    func withKernelForm(_ body: (vf_normalisation) -> Void) {
      factors.withUnsafeBufferPointer { factors in
        shifts.withUnsafeBufferPointer { shifts in
          body(
            vf_normalisation(
              factors: factors.baseAddress!, shifts: shifts.baseAddress!,
              activation: activation.kernelActivation))
        }
      }
    }
  }

  private func batchStatistics(
    of input: Variable, _ parameters: NormalisationParameters, momentum: Double
  ) -> Statistics {
    let channels = input.shape.channels
    let count = Double(input.positions)
    // Distances from the first value of each channel: the variance is then no difference of large numbers.
    let origins = Array(input.values[..<channels])
    let moments = sums(of: input, width: 2 * channels) { rows, sums in
      vf_channel_moments(rows.base, rows.rows, channels, origins, sums, sums + channels)
    }.map { $0 / count }
    var mean = [Double](repeating: 0, count: channels)
    var spread = mean
    for channel in 0..<channels {
      mean[channel] = Double(origins[channel]) + moments[channel]
      let variance = max(0, moments[channels + channel] - moments[channel] * moments[channel])
      spread[channel] = (variance + parameters.epsilon).squareRoot()
      func move(_ parameter: Parameter, to value: Double) {
        parameter.values[channel] = Float((1 - momentum) * Double(parameter.values[channel]) + momentum * value)
      }
      move(parameters.mean, to: mean[channel])
      move(parameters.variance, to: count > 1 ? variance * count / (count - 1) : variance)
    }
    return Statistics(mean: mean, spread: spread)
  }

  private func goBackThroughNormalisation(
    _ gradient: UnsafeMutableBufferPointer<Float>, _ input: Variable, _ parameters: NormalisationParameters,
    _ statistics: Statistics, _ applied: AppliedNormalisation, usesBatch: Bool
  ) {
    let channels = input.shape.channels
    let learns = parameters.factor.isLearned || parameters.shift.isLearned
    var byShift = [Double](repeating: 0, count: channels)
    var byFactor = byShift
    if learns || usesBatch {
      let origins = statistics.mean.map { Float($0) }
      let both = sums(of: input, width: 2 * channels) { rows, sums in
        let passed = gradient.baseAddress! + (rows.base - input.values.baseAddress!)
        applied.withKernelForm {
          vf_normalisation_sums(passed, rows.base, rows.rows, channels, $0, origins, sums, sums + channels)
        }
      }
      for channel in 0..<channels {
        byShift[channel] = both[channel]
        // The origins are the means but for their rounding.
        let rest = Double(origins[channel]) - statistics.mean[channel]
        byFactor[channel] = (both[channels + channel] + rest * both[channel]) / statistics.spread[channel]
        if parameters.shift.isLearned { parameters.shift.gradient[channel] += Float(byShift[channel]) }
        if parameters.factor.isLearned { parameters.factor.gradient[channel] += Float(byFactor[channel]) }
      }
    }
    guard let (target, adds) = input.gradientToFill() else { return }
    // dx = a dy + b x + c, where b and c are what the batch's own mean and variance pass on.
    var a = [Float](repeating: 0, count: channels)
    var b = a
    var c = a
    let count = Double(input.positions)
    for channel in 0..<channels {
      let scale = Double(parameters.factor.values[channel]) / statistics.spread[channel]
      a[channel] = Float(scale)
      guard usesBatch else { continue }
      let slope = byFactor[channel] / count / statistics.spread[channel]
      b[channel] = Float(-scale * slope)
      c[channel] = Float(scale * (slope * statistics.mean[channel] - byShift[channel] / count))
    }
    Shards.forEach(of: input.count) { _, range in
      let rows = input.matrix(range)
      applied.withKernelForm {
        vf_normalisation_gradient(
          input.matrix(range, of: gradient).base, rows.base, rows.rows, channels, $0, a, b, c, adds,
          input.matrix(range, of: target).base)
      }
    }
  }

  /// Sums that every shard makes for itself, added in order.
  private func sums(
    of input: Variable, width: Int, _ body: (_ rows: Matrix, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let all = UnsafeMutableBufferPointer<Double>.allocate(capacity: Shards.count * width)
    defer { all.deallocate() }
    all.initialize(repeating: 0)
    let base = all.baseAddress!
    Shards.forEach(of: input.count) { shard, range in body(input.matrix(range), base + shard * width) }
    return (0..<width).map { index in (0..<Shards.count).reduce(0) { $0 + all[$1 * width + index] } }
  }
}
