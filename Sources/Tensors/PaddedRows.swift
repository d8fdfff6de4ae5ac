import CKernels

/// The latest rows of a map that need not be there as a whole, each with the zeros that a kernel reads before and behind it.
/// Rows are made from the top down, and the oldest give way. A view of a workspace's memory, as a `FeatureMap` is.
struct PaddedRows {
  /// Floats from one row to the next.
  let stride: Int
  private let map: MapShape
  private let walk: KernelWalk
  /// Zero rows above the map, and zeros before a row, in floats.
  private let above: Int
  private let before: Int
  /// How many rows are held: row y lies at y modulo that.
  private let capacity: Int
  private let values: UnsafeMutablePointer<Float>
  /// A row off the map.
  private let zeros: UnsafeMutablePointer<Float>
  private var made = 0

  /// Room for the rows that `outputs` neighbouring rows of output need, in a workspace that outlives this view.
  init(of map: MapShape, under outputs: Int, walk: KernelWalk, in workspace: Workspace) {
    let columns = walk.zeros(beside: map.width)
    self.map = map
    self.walk = walk
    above = walk.zeros(beside: map.height).before
    before = columns.before * map.channels
    stride = walk.padded(map.width) * map.channels
    capacity = min((outputs - 1) * walk.stride + walk.kernel, map.height)
    values = workspace.floats(capacity * stride).baseAddress!
    zeros = workspace.floats(stride).baseAddress!
    zeros.update(repeating: 0, count: stride)
    let behind = before + map.width * map.channels
    for row in 0..<capacity {
      (values + row * stride).update(repeating: 0, count: before)
      (values + row * stride + behind).update(repeating: 0, count: columns.after * map.channels)
    }
  }

  /// Has those rows made that output rows before `end` need and that were not made yet. `make` gets a run of them and
  /// where the first number of the first one goes; the next row begins `stride` further.
  mutating func fill(forOutputsBefore end: Int, make: (Range<Int>, UnsafeMutablePointer<Float>) -> Void) {
    let needed = min((end - 1) * walk.stride - above + walk.kernel, map.height)
    while made < needed {
      let slot = made % capacity
      let run = made..<min(needed, made + capacity - slot)
      make(run, values + slot * stride + before)
      made = run.upperBound
    }
  }

  /// The same, with rows copied from the map.
  mutating func fill(forOutputsBefore end: Int, from source: FeatureMap) {
    let (row, stride) = (map.width * map.channels, stride)
    fill(forOutputsBefore: end) { rows, target in
      for y in rows {
        (target + (y - rows.lowerBound) * stride).update(from: source.base + y * row, count: row)
      }
    }
  }

  /// Convolves each channel to one row of output, `width` positions. Its rows have been filled.
  func convolve(
    row y: Int, _ kernels: PackedKernels, activation: Activation, into output: UnsafeMutablePointer<Float>,
    width: Int
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: walk.kernel) { rows in
      for tap in 0..<walk.kernel {
        let row = y * walk.stride - above + tap
        let isOnMap = (0..<map.height).contains(row)
        rows.initializeElement(at: tap, to: isOnMap ? values + row % capacity * stride : zeros)
      }
      kernels.convolve(rows, stride: walk.stride, activation: activation, into: output, width: width)
    }
  }
}
