import Glibc

/// One page-aligned allocation, freed at the end of its life.
///
/// Large ones are mapped by themselves, in large pages where the kernel has them: whole pictures live longer than what codecs
/// take for a moment, and among that they would keep the heap from shrinking.
struct Memory: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer

  /// Bytes from which an allocation is mapped by itself: a photograph of 8 megapixels.
  private static let mapped = 24 << 20

  /// Uninitialised memory; a request of 0 bytes gets one.
  init(count: Int) throws(ImagingError) {
    guard let address = count < Self.mapped ? Self.fromHeap(count) : Self.fromKernel(count) else {
      throw .outOfMemory(bytes: count)
    }
    bytes = UnsafeMutableRawBufferPointer(start: address, count: count)
  }

  deinit {
    if bytes.count < Self.mapped { free(bytes.baseAddress) } else { munmap(bytes.baseAddress!, bytes.count) }
  }

  private static func fromHeap(_ count: Int) -> UnsafeMutableRawPointer? {
    var address: UnsafeMutableRawPointer?
    return posix_memalign(&address, 4096, max(count, 1)) == 0 ? address : nil
  }

  private static func fromKernel(_ count: Int) -> UnsafeMutableRawPointer? {
    let address = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address, address != MAP_FAILED else { return nil }
    madvise(address, count, MADV_HUGEPAGE)
    return address
  }
}
