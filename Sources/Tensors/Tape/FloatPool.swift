/// Blocks of floats that are used again: a training step takes the same sizes as the one before, and fresh pages cost
/// more than the arithmetic on them.
///
/// Not `Sendable`: it belongs to the thread that records and runs a tape.
final class FloatPool {
  private var free: [Int: [AlignedFloats]] = [:]

  /// A block of at least `count` floats with undefined values.
  func take(_ count: Int) -> AlignedFloats {
    let size = FloatPool.size(of: count)
    return free[size]?.popLast() ?? AlignedFloats(count: size)
  }

  /// Takes a block back.
  func give(_ block: AlignedFloats) { free[block.values.count, default: []].append(block) }

  /// Sizes are rounded up to an eighth of their power of two, so that nearly equal ones share blocks.
  private static func size(of count: Int) -> Int {
    guard count > 1024 else { return 1024 }
    let step = 1 << (Int.bitWidth - count.leadingZeroBitCount - 4)
    return (count + step - 1) / step * step
  }
}
