import CKernels

/// Operations that gather a map's positions.
extension Tape {
  /// The mean of each channel over all positions: maps of one position.
  package func mean(_ input: Variable) -> Variable {
    let shape = MapShape(height: 1, width: 1, channels: input.shape.channels)
    let output = result(count: input.count, shape: shape, from: [input])
    for index in 0..<input.count { input.map(index).mean(into: output.map(index)) }
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      let share = 1 / Float(input.shape.positions)
      Shards.forEach(of: input.count) { _, range in
        for index in range {
          vf_add_row(
            output.part(gradient, index).baseAddress!, share, input.shape.positions, shape.channels,
            input.part(target, index).baseAddress!)
        }
      }
    }
    return output
  }

  /// The weighted mean of each channel, the sum of f x over the sum of f: attention by normalised pooling. `factors` are maps
  /// of one channel with positive values.
  package func mean(_ input: Variable, weightedBy factors: Variable) -> Variable {
    precondition(factors.shape.positions == input.shape.positions && factors.shape.channels == 1)
    let channels = input.shape.channels
    let positions = input.shape.positions
    let output = result(
      count: input.count, shape: MapShape(height: 1, width: 1, channels: channels), from: [input, factors])
    let masses = (0..<input.count).map { factors.map($0).values.reduce(0, +) }
    for index in 0..<input.count {
      let target = output.map(index).values
      target.update(repeating: 0)
      for position in 0..<positions {
        let share = factors.map(index).values[position] / masses[index]
        vf_add_scaled(input.map(index).base + position * channels, share, channels, target.baseAddress!)
      }
    }
    record(output) { gradient in
      for index in 0..<input.count {
        let passed = output.part(gradient, index)
        let pooled = output.map(index).values
        let level = zip(passed, pooled).reduce(0) { $0 + $1.0 * $1.1 }
        for position in 0..<positions {
          let row = input.map(index).base + position * channels
          if let target = input.gradientToAddTo() {
            vf_add_scaled(
              passed.baseAddress!, factors.map(index).values[position] / masses[index], channels,
              input.part(target, index).baseAddress! + position * channels)
          }
          if let target = factors.gradientToAddTo() {
            var product: Float = 0
            vf_add_position_products(passed.baseAddress!, row, 1, channels, &product)
            target[index * positions + position] += (product - level) / masses[index]
          }
        }
      }
    }
    return output
  }

  /// The mean and the maximum over the channels of each position: maps of two channels, the maximum first. What CBAM's
  /// spatial gate looks at (Woo et al., 2018).
  package func channelSummary(_ input: Variable) -> Variable {
    let channels = input.shape.channels
    let shape = MapShape(height: input.shape.height, width: input.shape.width, channels: 2)
    let output = result(count: input.count, shape: shape, from: [input])
    var highest = [Int](repeating: 0, count: input.positions)
    for position in 0..<input.positions {
      let row = input.values[(position * channels)..<((position + 1) * channels)]
      highest[position] = row.indices.max { row[$0] < row[$1] }!
      output.values[2 * position] = input.values[highest[position]]
      output.values[2 * position + 1] = row.reduce(0, +) / Float(channels)
    }
    let chosen = highest
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      for position in 0..<input.positions {
        target[chosen[position]] += gradient[2 * position]
        let share = gradient[2 * position + 1] / Float(channels)
        for channel in 0..<channels { target[position * channels + channel] += share }
      }
    }
    return output
  }

  /// Resampled to another grid, bilinear with half-pixel centres, edges repeated.
  package func resample(_ input: Variable, height: Int, width: Int) -> Variable {
    let shape = MapShape(height: height, width: width, channels: input.shape.channels)
    let output = result(count: input.count, shape: shape, from: [input])
    Shards.forEach(of: input.count) { _, range in
      for index in range { input.map(index).resample(into: output.map(index)) }
    }
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      Shards.forEach(of: input.count) { _, range in
        for index in range {
          vf_enlarge_gradient(
            output.part(gradient, index).baseAddress!, shape.kernelMap, input.part(target, index).baseAddress!,
            input.shape.kernelMap)
        }
      }
    }
    return output
  }

  /// The same numbers as maps of another shape.
  package func reshape(_ input: Variable, to shape: MapShape) -> Variable {
    precondition(shape.count == input.shape.count, "\(input.shape) cannot be seen as \(shape)")
    let output = result(count: input.count, shape: shape, from: [input])
    _ = output.values.update(fromContentsOf: input.values)
    record(output) { gradient in
      guard let target = input.gradientToAddTo() else { return }
      vf_add_scaled(gradient.baseAddress!, 1, gradient.count, target.baseAddress!)
    }
    return output
  }
}
