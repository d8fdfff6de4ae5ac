import CKernels

extension Tape {
  /// Every channel by its own kernel. `weight` is kernel x kernel x channels.
  package func depthwiseConvolution(_ input: Variable, weight: Parameter, walk: KernelWalk) -> Variable {
    let channels = input.shape.channels
    guard let shape = walk.output(of: input.shape, channels: channels) else {
      preconditionFailure("a kernel of \(walk.kernel) does not fit on a map of \(input.shape)")
    }
    precondition(weight.shape == [walk.kernel, walk.kernel, channels], "weights of another shape")
    let output = result(count: input.count, shape: shape, from: [input], learning: [weight])
    let kernelWalk = walk.kernelWalk(over: input.shape)
    let zeros = [Float](repeating: 0, count: channels)
    Shards.forEach(of: input.count) { _, range in
      for index in range {
        vf_depthwise(
          input.map(index).base, input.shape.kernelMap, weight.values.baseAddress!, zeros, kernelWalk,
          VF_LINEAR,
          output.map(index).base, shape.kernelMap)
      }
    }

    record(output) { gradient in
      if weight.isLearned {
        self.withShardSums(of: weight) { sums in
          Shards.forEach(of: input.count) { shard, range in
            for index in range {
              vf_depthwise_weight_gradient(
                output.part(gradient, index).baseAddress!, shape.kernelMap, input.map(index).base,
                input.shape.kernelMap, kernelWalk, sums(shard))
            }
          }
        }
      }
      guard let (target, adds) = input.gradientToFill() else { return }
      Shards.forEach(of: input.count) { _, range in
        for index in range {
          vf_depthwise_input_gradient(
            output.part(gradient, index).baseAddress!, shape.kernelMap, weight.values.baseAddress!, kernelWalk,
            adds, input.part(target, index).baseAddress!, input.shape.kernelMap)
        }
      }
    }
    return output
  }
}
