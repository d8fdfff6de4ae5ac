import CKernels

/// What is applied to each value after its bias.
package enum Activation: String, Codable, Sendable, CaseIterable {
  case linear
  case relu
  case relu6

  var kernelActivation: vf_activation {
    switch self {
    case .linear: VF_LINEAR
    case .relu: VF_RELU
    case .relu6: VF_RELU6
    }
  }
}

/// Convolutions, with bias and activation. Shapes are checked as preconditions; `output` never overlaps an input.
extension FeatureMap {
  /// A 1 x 1 convolution: one matrix product. `weight` is outputs x inputs, `bias` outputs; `addend`, a map shaped
  /// like the output, is added before the activation (the identity branch of a residual block).
  package func pointwiseConvolution(
    weight: Tensor, bias: Tensor, activation: Activation, adding addend: FeatureMap? = nil,
    into output: FeatureMap
  ) {
    precondition(shape.positions == output.shape.positions, "a 1 x 1 convolution keeps the grid")
    product(matrix, weight, bias, activation, addend, into: output)
  }

  /// A convolution over all channels: patches laid out as rows, then one matrix product. `weight` is
  /// outputs x (kernel x kernel x inputs), `bias` outputs. Scratch comes from `workspace` and goes back to it.
  package func convolution(
    weight: Tensor, bias: Tensor, walk: KernelWalk, activation: Activation,
    workspace: Workspace, into output: FeatureMap
  ) {
    precondition(
      walk.output(of: shape, channels: output.shape.channels) == output.shape, "output of another shape")
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    let patch = walk.kernel * walk.kernel * shape.channels
    let rows = workspace.floats(output.shape.positions * patch)
    vf_im2col(
      base, shape.kernelMap, walk.kernelWalk(over: shape), output.shape.kernelMap,
      rows.baseAddress!)
    let patches = Matrix(rows.baseAddress!, rows: output.shape.positions, columns: patch)
    product(patches, weight, bias, activation, nil, into: output)
  }

  /// Every channel by its own kernel. `weight` is kernel x kernel x channels, `bias` channels.
  package func depthwiseConvolution(
    weight: Tensor, bias: Tensor, walk: KernelWalk, activation: Activation, into output: FeatureMap
  ) {
    precondition(walk.output(of: shape, channels: shape.channels) == output.shape, "output of another shape")
    precondition(weight.shape == [walk.kernel, walk.kernel, shape.channels] && bias.count == shape.channels)
    weight.withValues { weight in
      bias.withValues { bias in
        vf_depthwise(
          base, shape.kernelMap, weight.baseAddress!, bias.baseAddress!,
          walk.kernelWalk(over: shape), activation.kernelActivation, output.base, output.shape.kernelMap)
      }
    }
  }

  private func product(
    _ rows: Matrix, _ weight: Tensor, _ bias: Tensor, _ activation: Activation, _ addend: FeatureMap?,
    into output: FeatureMap
  ) {
    precondition(bias.count == output.shape.channels, "one bias for each output channel")
    precondition(addend.map { $0.shape == output.shape } ?? true, "the addend has the output's shape")
    weight.withMatrix { GEMM.multiply(rows, transposed: $0, into: output.matrix) }
    bias.withValues { bias in
      vf_bias_activate(
        output.base, output.shape.positions, output.shape.channels, bias.baseAddress!, addend?.base,
        activation.kernelActivation)
    }
  }
}
