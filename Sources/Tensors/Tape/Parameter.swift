/// Numbers that are learned, with their gradient: the weights of a layer, in the order in which its loops read them.
///
/// Owned by the thread that trains. `Sendable` only in so far as shards of a batch read the values at the same time.
package final class Parameter: @unchecked Sendable {
  package let name: String
  package let shape: [Int]
  /// Whether a gradient by it is computed.
  package let isLearned: Bool
  package let values: UnsafeMutableBufferPointer<Float>
  /// The sum of the gradients since it was last set to zero.
  package let gradient: UnsafeMutableBufferPointer<Float>
  private let storage: AlignedFloats
  private let gradientStorage: AlignedFloats

  /// A copy of the tensor's numbers, under another shape of the same count if one is given.
  package init(_ name: String, _ tensor: Tensor, isLearned: Bool = true) {
    self.name = name
    self.isLearned = isLearned
    shape = tensor.shape
    storage = AlignedFloats(count: tensor.count)
    gradientStorage = AlignedFloats(count: isLearned ? tensor.count : 0)
    values = storage.values
    gradient = gradientStorage.values
    tensor.withValues { _ = storage.values.update(fromContentsOf: $0) }
  }

  package var count: Int { values.count }

  /// A copy of the numbers.
  package var tensor: Tensor { Tensor(shape: shape) { _ = $0.update(fromContentsOf: values) } }

  /// As a matrix of its first extent x all others.
  var matrix: Matrix { Matrix(values.baseAddress!, rows: shape[0], columns: count / shape[0]) }

  package func forgetGradient() { gradient.update(repeating: 0) }
}
