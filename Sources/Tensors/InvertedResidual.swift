import CKernels

extension FeatureMap {
  /// Widening, convolution of each channel, and narrowing, with a map added at the end, band by band: the wide maps, many
  /// times as large as what they are made from, exist only as a few rows, which stay in the processor's cache.
  ///
  /// `expand` widens; without it the channels are convolved as they are. Both have `activation`, `project` has none. Bands
  /// have no influence on the bits. Shapes are checked as preconditions; scratch comes from `workspace` and goes back.
  package func invertedResidual(
    expand: PackedWeights?, depthwise: PackedKernels, walk: KernelWalk, activation: Activation,
    project: PackedWeights, adding addend: FeatureMap?, workspace: Workspace, into output: FeatureMap
  ) {
    let wide = MapShape(height: shape.height, width: shape.width, channels: depthwise.channels)
    precondition(expand.map { ($0.inputs, $0.outputs) == (shape.channels, wide.channels) } ?? (wide == shape))
    precondition(project.inputs == wide.channels && walk.kernel == depthwise.kernel)
    precondition(walk.output(of: wide, channels: project.outputs) == output.shape, "output of another shape")
    precondition(addend.map { $0.shape == output.shape } ?? true, "the addend has the output's shape")
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    let width = output.shape.width
    let height = Bands.height(of: output.shape, from: wide, walk: walk)
    var rows = PaddedRows(of: wide, under: height, walk: walk, in: workspace)
    let band = workspace.floats(height * width * wide.channels).baseAddress!
    for top in stride(from: 0, to: output.shape.height, by: height) {
      let end = min(top + height, output.shape.height)
      if let expand {
        let stride = rows.stride
        rows.fill(forOutputsBefore: end) { run, target in
          let first = base + run.lowerBound * shape.width * shape.channels
          let source = vf_rows(first, lines: run.count, of: shape)
          expand.multiply(source, activation: activation, into: target, lineStride: stride)
        }
      } else {
        rows.fill(forOutputsBefore: end, from: self)
      }
      for y in top..<end {
        let target = band + (y - top) * width * wide.channels
        rows.convolve(row: y, depthwise, activation: activation, into: target, width: width)
      }
      let offset = top * width * output.shape.channels
      project.multiply(
        vf_rows(band, lines: end - top, of: MapShape(height: height, width: width, channels: wide.channels)),
        activation: .linear, adding: addend.map { UnsafePointer($0.base + offset) }, into: output.base + offset,
        lineStride: width * output.shape.channels)
    }
  }
}

/// How many rows of output are made at a time.
private enum Bands {
  /// Floats of the wide maps in the second-level cache: 256 KB, half of what the smaller processors of today have a core.
  static let floats = 1 << 16
  /// Positions that a product should have, so that weights are not read too often.
  static let positions = 200

  static func height(of output: MapShape, from wide: MapShape, walk: KernelWalk) -> Int {
    let row = walk.padded(wide.width) * wide.channels
    let first = max(walk.kernel - walk.stride, 0) * row
    let fitting = (floats - first) / (walk.stride * row + output.width * wide.channels)
    let least = (positions + output.width - 1) / output.width
    let bands = (output.height + max(fitting, least) - 1) / max(fitting, least)
    return (output.height + bands - 1) / bands
  }
}
