import CKernels

/// The weights and biases of a convolution over all channels, or of a linear layer, in the order in which the product reads
/// them. Made once, when a layer is built. Immutable, and safe to read from many threads.
package struct PackedWeights: Sendable {
  /// Numbers that are weighed for each output: channels, or channels times the taps of a kernel.
  package let inputs: Int
  package let outputs: Int
  private let packed: Tensor

  /// `weight` is outputs x inputs, whatever extents the inputs have; `bias` one number an output.
  package init(_ weight: Tensor, bias: Tensor) {
    let outputs = bias.count
    precondition(outputs > 0 && weight.shape.first == outputs && weight.count > 0, "one bias for each output")
    let inputs = weight.count / outputs
    self.inputs = inputs
    self.outputs = outputs
    packed = Tensor(shape: [vf_packed_weights_count(inputs, outputs)]) { target in
      weight.withValues { weight in
        bias.withValues { bias in
          vf_pack_weights(
            weight.baseAddress!, inputs, 1, bias.baseAddress!, inputs, outputs, target.baseAddress!)
        }
      }
    }
  }

  /// The weights of one output, in the order of the inputs.
  package func weights(of output: Int) -> [Float] {
    precondition((0..<outputs).contains(output))
    return packed.withValues { values in
      (0..<inputs).map { values[vf_packed_weight_index(inputs, outputs, output, $0)] }
    }
  }

  /// activation(bias + rows x weights + addend), written from `output` on, with `lineStride` floats from one line to the
  /// next. `addend` has a row of outputs for each row. Everything pointed at is as large as the rows ask for.
  func multiply(
    _ rows: vf_rows, activation: Activation, adding addend: UnsafePointer<Float>? = nil,
    into output: UnsafeMutablePointer<Float>, lineStride: Int
  ) {
    precondition(rows.segments * rows.length == inputs, "rows of another length")
    packed.withValues {
      vf_product(
        rows, $0.baseAddress!, outputs, addend, activation.kernelActivation, output, lineStride)
    }
  }
}

/// The kernels and biases of a depthwise convolution, in the order in which its loop reads them. Immutable, and safe to read
/// from many threads.
package struct PackedKernels: Sendable {
  /// The side of a kernel.
  package let kernel: Int
  package let channels: Int
  private let packed: Tensor

  /// `weight` is kernel x kernel x channels, `bias` one number a channel.
  package init(_ weight: Tensor, bias: Tensor) {
    let kernel = weight.shape[0]
    let channels = bias.count
    precondition(channels > 0 && weight.shape == [kernel, kernel, channels], "a kernel and a bias a channel")
    self.kernel = kernel
    self.channels = channels
    packed = Tensor(shape: [vf_packed_kernels_count(Int32(kernel), channels)]) { target in
      weight.withValues { weight in
        bias.withValues { bias in
          vf_pack_kernels(
            weight.baseAddress!, bias.baseAddress!, Int32(kernel), channels, target.baseAddress!)
        }
      }
    }
  }

  /// One row of output, `width` positions from `output` on. `rows` are as many as the kernel is high, with their zeros.
  func convolve(
    _ rows: UnsafeMutableBufferPointer<UnsafePointer<Float>>, stride: Int, activation: Activation,
    into output: UnsafeMutablePointer<Float>, width: Int
  ) {
    precondition(rows.count == kernel, "a row of input for each of the kernel")
    packed.withValues {
      vf_depthwise_row(
        rows.baseAddress!, Int32(kernel), Int32(stride), channels, $0.baseAddress!, activation.kernelActivation,
        output, width)
    }
  }
}
