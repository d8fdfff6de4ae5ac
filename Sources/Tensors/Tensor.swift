/// An immutable array of floats with a shape: a layer's weights, or any result that outlives its pass.
///
/// A value; copies share storage. Rows are contiguous and the storage is aligned to 64 bytes. Safe to read from
/// many threads.
package struct Tensor: Sendable {
  /// The extents, outermost first. Empty for a single number.
  package let shape: [Int]
  private let storage: AlignedFloats

  /// A tensor filled by `fill`, which receives all `shape` values, zero, in row-major order.
  package init<Failure>(
    shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(shape.allSatisfy { $0 >= 0 }, "extents are 0 or more, not \(shape)")
    self.shape = shape
    storage = AlignedFloats(count: shape.reduce(1, *))
    try fill(storage.values)
  }

  /// A tensor of the given values in row-major order.
  package init(shape: [Int], _ values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values do not fill the shape \(shape)")
    self.init(shape: shape) { target in _ = target.update(fromContentsOf: values) }
  }

  /// How many numbers it holds.
  package var count: Int { storage.values.count }

  /// A copy of the numbers in row-major order.
  package var values: [Float] { withValues { Array($0) } }

  /// Whether no number is infinite or NaN.
  package var isFinite: Bool {
    // By the greatest of their magnitudes as bits, which compilers find in whole vectors.
    withValues { $0.reduce(0) { max($0, $1.magnitude.bitPattern) } } < Float.infinity.bitPattern
  }

  /// Lends the numbers, in row-major order, for the time of the call.
  package func withValues<Result, Failure>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(storage) { () throws(Failure) in try body(UnsafeBufferPointer(storage.values)) }
  }

  /// The same numbers under another shape of the same count.
  package func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "\(self.shape) cannot be seen as \(shape)")
    return Tensor(shape: shape, storage: storage)
  }

  private init(shape: [Int], storage: AlignedFloats) {
    self.shape = shape
    self.storage = storage
  }
}
