import CKernels

/// What surrounds a map where a kernel hangs over its edge. Always zeros; the question is how many.
package enum Padding: Hashable, Sendable {
  /// TensorFlow's SAME: ceil(extent / stride) outputs; an odd zero goes to the bottom and right.
  case same
  /// The same number of zeros on all sides, as PyTorch counts.
  case symmetric(Int)
}

/// How a square kernel walks over a map.
package struct KernelWalk: Hashable, Sendable {
  /// The kernel's side, at least 1.
  package let kernel: Int
  /// Cells from one output to the next, at least 1.
  package let stride: Int
  package let padding: Padding

  package init(kernel: Int, stride: Int = 1, padding: Padding = .same) {
    precondition(kernel > 0 && stride > 0, "kernel and stride are at least 1")
    if case .symmetric(let zeros) = padding { precondition(zeros >= 0, "padding is 0 or more") }
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// The map that results from `input`; nil if the padded input is smaller than the kernel.
  package func output(of input: MapShape, channels: Int) -> MapShape? {
    let height = extent(of: input.height).output
    let width = extent(of: input.width).output
    guard height > 0, width > 0, channels > 0 else { return nil }
    return MapShape(height: height, width: width, channels: channels)
  }

  /// Outputs along one axis, and zeros before its first cell.
  private func extent(of length: Int) -> (output: Int, before: Int) {
    switch padding {
    case .same:
      let output = (length + stride - 1) / stride
      return (output, max((output - 1) * stride + kernel - length, 0) / 2)
    case .symmetric(let zeros):
      let room = length + 2 * zeros - kernel
      return (room < 0 ? 0 : room / stride + 1, zeros)
    }
  }

  /// Zeros before the first cell of an axis of such a length, and those behind the last one that an output reads.
  func zeros(beside length: Int) -> (before: Int, after: Int) {
    let (output, before) = extent(of: length)
    return (before, max((output - 1) * stride + kernel - before - length, 0))
  }

  /// An axis with the zeros on both sides.
  func padded(_ length: Int) -> Int {
    let (before, after) = zeros(beside: length)
    return before + length + after
  }

  func kernelWalk(over input: MapShape) -> vf_walk {
    vf_walk(
      kernel: Int32(kernel), stride: Int32(stride), pad_top: Int32(extent(of: input.height).before),
      pad_left: Int32(extent(of: input.width).before))
  }
}
