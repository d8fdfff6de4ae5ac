/// One worker's memory for feature maps: an arena that is filled during a pass and emptied before the next.
///
/// Not `Sendable`: a workspace belongs to one thread at a time. After the first pass over a network no memory is
/// allocated any more. With `guarding` every map is followed by sentinels, so that a test can show that nothing
/// wrote past its end.
package final class Workspace {
  /// A height of the arena to which `release` can return.
  package struct Mark {
    fileprivate let block: Int
    fileprivate let used: Int
    fileprivate let guards: Int
  }

  private var blocks: [AlignedFloats] = []
  private var block = 0
  private var used = 0
  private let guarding: Bool
  private var guards: [UnsafeMutableBufferPointer<Float>] = []

  /// Whether a sentinel was overwritten in any pass so far. Looked at by `release` and `reset`.
  package private(set) var isDamaged = false

  package init(guarding: Bool = false) { self.guarding = guarding }

  /// Bytes the arena holds, in use or not.
  package var capacity: Int { blocks.reduce(0) { $0 + $1.values.count } * MemoryLayout<Float>.stride }

  /// A map of the given shape, aligned to 64 bytes. Its values are whatever was there before.
  package func map(_ shape: MapShape) -> FeatureMap {
    FeatureMap(shape: shape, values: floats(shape.count))
  }

  /// Room for `count` floats, aligned to 64 bytes, with undefined values.
  package func floats(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let taken = roundedUp(count) + (guarding ? Workspace.sentinels : 0)
    while block < blocks.count, used + taken > blocks[block].values.count {
      block += 1
      used = 0
    }
    if block == blocks.count { blocks.append(AlignedFloats(count: max(taken, Workspace.leastBlock))) }
    let values = blocks[block].values
    let room = UnsafeMutableBufferPointer(rebasing: values[used..<used + count])
    if guarding { placeGuard(UnsafeMutableBufferPointer(rebasing: values[(used + count)..<(used + taken)])) }
    used += taken
    return room
  }

  /// The present height, to be released to when the scratch taken from here on is no longer needed.
  package func mark() -> Mark { Mark(block: block, used: used, guards: guards.count) }

  /// Gives back everything taken since `mark`.
  package func release(to mark: Mark) {
    checkGuards()
    block = mark.block
    used = mark.used
    guards.removeLast(guards.count - mark.guards)
  }

  /// Gives back everything, and joins the blocks of a first pass into one.
  package func reset() {
    checkGuards()
    guards.removeAll(keepingCapacity: true)
    if blocks.count > 1 { blocks = [AlignedFloats(count: blocks.reduce(0) { $0 + $1.values.count })] }
    block = 0
    used = 0
  }

  // MARK: Sentinels

  private static let leastBlock = 1 << 18
  private static let sentinels = 64
  private static let sentinel = Float(bitPattern: 0x7fc0_5a5a)

  private func roundedUp(_ count: Int) -> Int { (count + 15) & ~15 }

  private func placeGuard(_ room: UnsafeMutableBufferPointer<Float>) {
    room.update(repeating: Workspace.sentinel)
    guards.append(room)
  }

  private func checkGuards() {
    for room in guards where !room.allSatisfy({ $0.bitPattern == Workspace.sentinel.bitPattern }) {
      isDamaged = true
    }
  }
}
