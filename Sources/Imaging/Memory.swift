import Glibc

/// One page-aligned allocation, freed at the end of its life.
struct Memory: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer

  /// Uninitialised memory; a request of 0 bytes gets one.
  init(count: Int) throws(ImagingError) {
    var address: UnsafeMutableRawPointer?
    guard posix_memalign(&address, 4096, max(count, 1)) == 0, let address else {
      throw .outOfMemory(bytes: count)
    }
    bytes = UnsafeMutableRawBufferPointer(start: address, count: count)
  }

  deinit { free(bytes.baseAddress) }
}
