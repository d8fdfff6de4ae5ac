package import Geometry

/// A picture in memory: interleaved 8-bit sRGB, rows from top to bottom without gaps, immutable.
///
/// `@unchecked Sendable`: the memory is filled before the object exists and only read afterwards.
package final class PixelBuffer: @unchecked Sendable {
  private let memory: Memory

  /// Width and height in pixels, both at least 1.
  package let size: PixelSize

  /// Bytes of the pixels: 3 x width x height.
  package var byteCount: Int { memory.bytes.count }

  /// Makes a picture whose bytes `fill` writes, all of them.
  package init(
    size: PixelSize, fill: (UnsafeMutableRawBufferPointer) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    precondition(size.width > 0 && size.height > 0, "a picture has pixels")
    let memory = try Memory(count: 3 * size.width * size.height)
    try fill(memory.bytes)
    self.memory = memory
    self.size = size
  }

  /// Makes a picture from 3 x width x height bytes.
  package convenience init(size: PixelSize, rgb: [UInt8]) throws(ImagingError) {
    precondition(rgb.count == 3 * size.width * size.height, "three bytes a pixel")
    try self.init(size: size) { (bytes) throws(ImagingError) in bytes.copyBytes(from: rgb) }
  }

  /// The bytes, for the length of a call.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(memory.bytes))
  }
}
