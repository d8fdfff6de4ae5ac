/// A block of floats aligned to 64 bytes, a cache line and the widest vector, owned by one object.
///
/// Sharing it between threads is safe only while nobody writes; the two owners see to that: `Tensor` writes before
/// anyone else can see the block, `Workspace` stays with one worker.
final class AlignedFloats: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Float>

  /// All zero. `count` may be 0.
  init(count: Int) {
    precondition(count >= 0, "a block of floats has a count of 0 or more")
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    values = UnsafeMutableBufferPointer(rebasing: bytes.bindMemory(to: Float.self)[..<count])
    values.initialize(repeating: 0)
  }

  deinit { UnsafeMutableRawPointer(values.baseAddress!).deallocate() }
}
