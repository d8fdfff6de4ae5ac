/// A batch of feature maps on a tape, with its gradient once the tape has run backwards.
///
/// The maps of a batch lie one behind the other, channels innermost. Values and gradients live in memory of the tape and
/// are valid until it is cleared. Not `Sendable`: it belongs to the thread that owns the tape.
package final class Variable {
  /// How many maps it holds, one for each photograph.
  package let count: Int
  /// The shape of each.
  package let shape: MapShape
  /// count x height x width x channels numbers.
  package let values: UnsafeMutableBufferPointer<Float>
  /// Whether a gradient by it is asked for: something it was computed from is being learned.
  package let isDifferentiable: Bool
  private let storage: AlignedFloats
  private var gradientStorage: AlignedFloats?
  private let pool: FloatPool

  init(count: Int, shape: MapShape, isDifferentiable: Bool, pool: FloatPool) {
    precondition(count > 0, "a batch is not empty")
    self.count = count
    self.shape = shape
    self.isDifferentiable = isDifferentiable
    self.pool = pool
    storage = pool.take(count * shape.count)
    values = UnsafeMutableBufferPointer(rebasing: storage.values[..<(count * shape.count)])
  }

  deinit {
    pool.give(storage)
    forgetGradient()
  }

  /// The positions of all maps together.
  package var positions: Int { count * shape.positions }

  /// One map of the batch.
  package func map(_ index: Int) -> FeatureMap { FeatureMap(shape: shape, values: part(values, index)) }

  /// The gradient by the values; nil while nothing has been added to it.
  package var gradient: UnsafeMutableBufferPointer<Float>? {
    gradientStorage.map { UnsafeMutableBufferPointer(rebasing: $0.values[..<values.count]) }
  }

  /// The gradient to add to, zero at first; nil if none is asked for.
  package func gradientToAddTo() -> UnsafeMutableBufferPointer<Float>? {
    guard let (gradient, adds) = gradientToFill() else { return nil }
    if !adds { gradient.update(repeating: 0) }
    return gradient
  }

  /// Room for an operation that gives every number of the gradient: `adds` tells whether to add to numbers that are there already or
  /// to overwrite undefined ones. Nil if no gradient is asked for.
  package func gradientToFill() -> (values: UnsafeMutableBufferPointer<Float>, adds: Bool)? {
    guard isDifferentiable else { return nil }
    if let gradient { return (gradient, true) }
    gradientStorage = pool.take(values.count)
    return (gradient!, false)
  }

  /// The numbers of one map among those of all.
  package func part(_ all: UnsafeMutableBufferPointer<Float>, _ index: Int) -> UnsafeMutableBufferPointer<Float>
  {
    UnsafeMutableBufferPointer(rebasing: all[(index * shape.count)..<((index + 1) * shape.count)])
  }

  func forgetGradient() {
    if let block = gradientStorage { pool.give(block) }
    gradientStorage = nil
  }
}
