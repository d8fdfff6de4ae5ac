/// How PyTorch writes its objects as tuples of a pickle.

extension StorageReference {
  /// `("storage", type, key, device, count)`, in the legacy layout followed by `None`: the place in another storage,
  /// which PyTorch has not written since 2017. Nil for anything else.
  init?(describedBy value: PickleValue) {
    guard case .tuple(let sequence) = value else { return nil }
    var items = sequence.items
    if items.count == 6, case .none = items[5] { items.removeLast() }
    guard items.count == 5, case .text("storage") = items[0], case .global(.storage(let type)) = items[1],
      case .text(let key) = items[2], case .text = items[3], case .integer(let count) = items[4], count >= 0
    else { return nil }
    self.init(key: key, type: type, count: count)
  }
}

extension TensorReference {
  /// The arguments of `_rebuild_tensor_v2`: storage, offset, shape, strides, whether it is trained, and a table
  /// of hooks; the last two say nothing about numbers. Nil for anything else.
  init?(rebuiltFrom arguments: [PickleValue]) {
    guard arguments.count == 6, case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1],
      case .tuple(let shape) = arguments[2], case .tuple(let strides) = arguments[3],
      case .boolean = arguments[4], case .table = arguments[5],
      let extents = shape.naturals, let steps = strides.naturals, extents.count == steps.count, offset >= 0
    else { return nil }
    self.init(storage: storage, offset: offset, shape: extents, strides: steps)
  }
}

extension PickleTuple {
  /// The items as numbers of 0 or more; nil if one is something else.
  fileprivate var naturals: [Int]? {
    var numbers: [Int] = []
    for item in items {
      guard case .integer(let number) = item, number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
