/// A whole compressed file in memory, immutable.
///
/// `@unchecked Sendable`: the memory is filled before the object exists and only read afterwards.
package final class ImageBytes: @unchecked Sendable {
  private let memory: Memory

  /// The number of bytes.
  package var count: Int { memory.bytes.count }

  /// Reads a file whole.
  ///
  /// - Throws: `tooLarge`, `unreadable`, `outOfMemory`, or `changed` when the file is not as long any more as it was
  ///   when it was opened.
  package init(
    contentsOf file: borrowing ImageFile, limit: Int = ImageLimits.standard.bytes
  ) throws(ImagingError) {
    guard file.size <= limit else { throw .tooLarge(.bytes, value: file.size, limit: limit) }
    let memory = try Memory(count: file.size)
    guard try file.read(at: 0, into: memory.bytes) == file.size else { throw .changed }
    let beyond = try Memory(count: 1)
    guard try file.read(at: file.size, into: beyond.bytes) == 0 else { throw .changed }
    self.memory = memory
  }

  /// Makes a file of so many bytes, all of which `fill` writes.
  init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws(ImagingError) -> Void) throws(ImagingError) {
    let memory = try Memory(count: count)
    try fill(memory.bytes)
    self.memory = memory
  }

  /// A copy of bytes at hand.
  package init(_ bytes: [UInt8]) throws(ImagingError) {
    let memory = try Memory(count: bytes.count)
    memory.bytes.copyBytes(from: bytes)
    self.memory = memory
  }

  /// The bytes, for the length of a call.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(memory.bytes))
  }
}
