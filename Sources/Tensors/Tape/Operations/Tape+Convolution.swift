import CKernels

extension Tape {
  /// A convolution over all channels. `weight` is outputs x (kernel x kernel x inputs), or outputs x inputs for a kernel of 1;
  /// `bias`, if any, one number an output.
  package func convolution(
    _ input: Variable, weight: Parameter, bias: Parameter? = nil, walk: KernelWalk = KernelWalk(kernel: 1)
  ) -> Variable {
    let outputs = weight.shape[0]
    guard let shape = walk.output(of: input.shape, channels: outputs) else {
      preconditionFailure("a kernel of \(walk.kernel) does not fit on a map of \(input.shape)")
    }
    precondition(
      weight.count == outputs * walk.kernel * walk.kernel * input.shape.channels, "weights of another shape")
    precondition(bias.map { $0.count == outputs } ?? true, "one bias an output")
    let output = result(
      count: input.count, shape: shape, from: [input], learning: [weight] + (bias.map { [$0] } ?? []))
    let patches = Patches(walk: walk, input: input.shape, output: shape)
    withPacked(weight.matrix, bias: bias) { weights in
      forEachPatches(of: input, patches) { _, range, rows in weights.multiply(rows, into: output.matrix(range))
      }
    }

    record(output) { gradient in
      if weight.isLearned { self.addWeightGradient(gradient, of: weight, input, output, patches) }
      if let bias, bias.isLearned { self.addBiasGradient(gradient, of: bias, output) }
      self.addInputGradient(gradient, weight, input, output, patches)
    }
    return output
  }

  /// How patches of the input are laid out as rows; a plain 1 x 1 convolution takes the input as it is.
  private struct Patches {
    let walk: KernelWalk
    let input: MapShape
    let output: MapShape
    var isInput: Bool { walk.kernel == 1 && input.positions == output.positions }
    var columns: Int { walk.kernel * walk.kernel * input.channels }
    var kernelWalk: vf_walk { walk.kernelWalk(over: input) }
  }

  /// Lends every shard the patches of its photographs, one row an output position; photograph by photograph where they have to
  /// be laid out.
  private func forEachPatches(
    of input: Variable, _ patches: Patches, _ body: (_ shard: Int, _ range: Range<Int>, _ rows: Matrix) -> Void
  ) {
    guard !patches.isInput else {
      Shards.forEach(of: input.count) { shard, range in body(shard, range, input.matrix(range)) }
      return
    }
    let size = patches.output.positions * patches.columns
    withScratch(Shards.count * size) { scratch in
      Shards.forEach(of: input.count) { shard, range in
        let rows = scratch.baseAddress! + shard * size
        for index in range {
          vf_im2col(
            input.map(index).base, patches.input.kernelMap, patches.kernelWalk, patches.output.kernelMap, rows)
          body(
            shard, index..<index + 1, Matrix(rows, rows: patches.output.positions, columns: patches.columns))
        }
      }
    }
  }

  private func addWeightGradient(
    _ gradient: UnsafeMutableBufferPointer<Float>, of weight: Parameter, _ input: Variable, _ output: Variable,
    _ patches: Patches
  ) {
    withShardSums(of: weight) { sums in
      forEachPatches(of: input, patches) { shard, range, rows in
        GEMM.add(
          transposed: output.matrix(range, of: gradient), rows,
          to: Matrix(sums(shard), rows: weight.shape[0], columns: patches.columns))
      }
    }
  }

  private func addInputGradient(
    _ gradient: UnsafeMutableBufferPointer<Float>, _ weight: Parameter, _ input: Variable, _ output: Variable,
    _ patches: Patches
  ) {
    guard !patches.isInput else {
      guard let (target, adds) = input.gradientToFill() else { return }
      withPacked(weight.matrix, turned: true) { weights in
        Shards.forEach(of: input.count) { _, range in
          weights.multiply(
            output.matrix(range, of: gradient), into: input.matrix(range, of: target), adding: adds)
        }
      }
      return
    }
    guard let target = input.gradientToAddTo() else { return }
    let size = patches.output.positions * patches.columns
    withScratch(Shards.count * size) { scratch in
      Shards.forEach(of: input.count) { shard, range in
        let rows = Matrix(
          scratch.baseAddress! + shard * size, rows: patches.output.positions, columns: patches.columns)
        for index in range {
          GEMM.multiply(output.matrix(index..<index + 1, of: gradient), weight.matrix, into: rows)
          vf_col2im(
            rows.base, patches.output.kernelMap, patches.kernelWalk, input.part(target, index).baseAddress!,
            patches.input.kernelMap)
        }
      }
    }
  }

  private func addBias(_ bias: Parameter, to output: Variable) {
    Shards.forEach(of: output.count) { _, range in
      let rows = output.matrix(range)
      vf_add_bias(rows.base, rows.rows, rows.columns, bias.values.baseAddress!)
    }
  }

  private func addBiasGradient(
    _ gradient: UnsafeMutableBufferPointer<Float>, of bias: Parameter, _ output: Variable
  ) {
    var sums = [Double](repeating: 0, count: bias.count)
    vf_channel_sums(gradient.baseAddress!, output.positions, bias.count, &sums)
    for index in sums.indices { bias.gradient[index] += Float(sums[index]) }
  }
}

extension Tape {
  /// Lends every shard room for its own sum of a parameter's gradient, zero at first, and adds the shards' sums in order.
  func withShardSums(of parameter: Parameter, _ body: (_ sums: (Int) -> UnsafeMutablePointer<Float>) -> Void) {
    withScratch(Shards.count * parameter.count) { scratch in
      scratch.update(repeating: 0)
      body { scratch.baseAddress! + $0 * parameter.count }
      for shard in 0..<Shards.count {
        vf_add_scaled(
          scratch.baseAddress! + shard * parameter.count, 1, parameter.count, parameter.gradient.baseAddress!)
      }
    }
  }
}

extension Variable {
  /// Some photographs' values, or the numbers `of` them, as rows of channels.
  func matrix(_ range: Range<Int>, of all: UnsafeMutableBufferPointer<Float>? = nil) -> Matrix {
    Matrix(
      (all ?? values).baseAddress! + range.lowerBound * shape.count, rows: range.count * shape.positions,
      columns: shape.channels)
  }
}

extension Tape {
  /// One bias a channel added to every position.
  package func add(_ bias: Parameter, to input: Variable) -> Variable {
    precondition(bias.count == input.shape.channels, "one bias a channel")
    let output = result(count: input.count, shape: input.shape, from: [input], learning: [bias])
    _ = output.values.update(fromContentsOf: input.values)
    addBias(bias, to: output)
    record(output) { gradient in
      if bias.isLearned { self.addBiasGradient(gradient, of: bias, output) }
      guard let target = input.gradientToAddTo() else { return }
      vf_add_scaled(gradient.baseAddress!, 1, gradient.count, target.baseAddress!)
    }
    return output
  }
}
