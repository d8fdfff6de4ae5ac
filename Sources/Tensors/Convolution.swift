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
  /// A 1 x 1 convolution: one matrix product. `addend`, a map shaped like the output, is added before the activation (the
  /// identity branch of a residual block).
  package func pointwiseConvolution(
    _ weights: PackedWeights, activation: Activation, adding addend: FeatureMap? = nil, into output: FeatureMap
  ) {
    precondition(shape.positions == output.shape.positions, "a 1 x 1 convolution keeps the grid")
    precondition(weights.outputs == output.shape.channels, "output of another shape")
    precondition(addend.map { $0.shape == output.shape } ?? true, "the addend has the output's shape")
    weights.multiply(
      vf_rows(base, lines: 1, of: MapShape(height: 1, width: shape.positions, channels: shape.channels)),
      activation: activation, adding: addend.map { UnsafePointer($0.base) }, into: output.base, lineStride: 0)
  }

  /// A convolution over all channels. The inputs of `weights` are kernel x kernel x channels. Patches are multiplied where
  /// they lie, in a copy of a few rows with zeros around them, so that they stay in the processor's cache. Scratch comes
  /// from `workspace` and goes back to it.
  package func convolution(
    _ weights: PackedWeights, walk: KernelWalk, activation: Activation, workspace: Workspace,
    into output: FeatureMap
  ) {
    precondition(
      walk.output(of: shape, channels: weights.outputs) == output.shape, "output of another shape")
    precondition(weights.inputs == walk.kernel * walk.kernel * shape.channels, "weights of another shape")
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    let (row, stride) = (shape.width * shape.channels, walk.padded(shape.width) * shape.channels)
    let (above, before) = (walk.zeros(beside: shape.height).before, walk.zeros(beside: shape.width).before)
    let outputRow = output.shape.width * output.shape.channels
    let height = min(max(FeatureMap.bandFloats / (walk.stride * stride + outputRow), 1), output.shape.height)
    let count = ((height - 1) * walk.stride + walk.kernel) * stride
    let padded = workspace.floats(count).baseAddress!
    padded.update(repeating: 0, count: count)
    for top in Swift.stride(from: 0, to: output.shape.height, by: height) {
      let lines = min(height, output.shape.height - top)
      for line in 0..<(lines - 1) * walk.stride + walk.kernel {
        let (y, target) = (top * walk.stride - above + line, padded + line * stride + before * shape.channels)
        if (0..<shape.height).contains(y) {
          target.update(from: base + y * row, count: row)
        } else {
          target.update(repeating: 0, count: row)
        }
      }
      let patches = vf_rows(
        values: padded, lines: lines, line: output.shape.width, segments: walk.kernel,
        length: walk.kernel * shape.channels, segment_stride: stride, row_stride: walk.stride * shape.channels,
        line_stride: walk.stride * stride)
      weights.multiply(
        patches, activation: activation, into: output.base + top * outputRow, lineStride: outputRow)
    }
  }

  /// Floats that a convolution reads and writes before it goes to the next rows: 128 KB.
  private static let bandFloats = 1 << 15

  /// Every channel by its own kernel. Scratch comes from `workspace` and goes back to it.
  package func depthwiseConvolution(
    _ kernels: PackedKernels, walk: KernelWalk, activation: Activation, workspace: Workspace,
    into output: FeatureMap
  ) {
    precondition(walk.output(of: shape, channels: shape.channels) == output.shape, "output of another shape")
    precondition(kernels.channels == shape.channels && kernels.kernel == walk.kernel)
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    var rows = PaddedRows(of: shape, under: 1, walk: walk, in: workspace)
    for y in 0..<output.shape.height {
      rows.fill(forOutputsBefore: y + 1, from: self)
      rows.convolve(
        row: y, kernels, activation: activation,
        into: output.base + y * output.shape.width * output.shape.channels, width: output.shape.width)
    }
  }
}

extension vf_rows {
  /// Lines of a map without gaps, from `values` on, a row a position. Only width and channels of the map are read.
  init(_ values: UnsafePointer<Float>, lines: Int, of map: MapShape) {
    self.init(
      values: values, lines: lines, line: map.width, segments: 1, length: map.channels, segment_stride: 0,
      row_stride: map.channels, line_stride: map.width * map.channels)
  }
}
