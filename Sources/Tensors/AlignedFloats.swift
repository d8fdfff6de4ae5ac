import Glibc

/// A block of floats aligned to 64 bytes, a cache line and the widest vector, owned by one object. A large block lies in
/// large pages where the kernel has them: with those a step of training takes a tenth less.
///
/// Sharing it between threads is safe only while nobody writes; the two owners see to that: `Tensor` writes before
/// anyone else can see the block, `Workspace` stays with one worker.
final class AlignedFloats: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Float>

  /// Bytes from which a block is large: enough that whole pages of 2 MB are in it.
  private static let large = 4 << 20

  /// All zero. `count` may be 0.
  init(count: Int) {
    precondition(count >= 0, "a block of floats has a count of 0 or more")
    let byteCount = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = byteCount >= Self.large
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: isLarge ? 4096 : 64)
    if isLarge { madvise(bytes.baseAddress!, byteCount, MADV_HUGEPAGE) }
    values = UnsafeMutableBufferPointer(rebasing: bytes.bindMemory(to: Float.self)[..<count])
    values.initialize(repeating: 0)
  }

  deinit { UnsafeMutableRawPointer(values.baseAddress!).deallocate() }
}
