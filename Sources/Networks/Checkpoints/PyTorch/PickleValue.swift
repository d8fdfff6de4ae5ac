/// What a checkpoint's pickle can describe: the closed set of values a table of tensors is made of.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case text(String)
  case tuple(PickleTuple)
  /// A place in `PickleDocument.lists`.
  case list(Int)
  /// A place in `PickleDocument.tables`.
  case table(Int)
  case global(PickleGlobal)
  case storage(StorageReference)
  case tensor(TensorReference)
}

/// Some values that belong together. It knows how deep it is: freeing tuples nested without end exhausts the stack.
struct PickleTuple {
  let items: [PickleValue]
  let depth: Int

  init(_ items: [PickleValue] = []) {
    self.items = items
    depth = items.reduce(1) { depth, item in
      guard case .tuple(let inner) = item else { return depth }
      return max(depth, inner.depth + 1)
    }
  }
}

/// The values of one pickle. Lists and tables lie side by side and are named by their place, because one of them may
/// be mentioned in several values, be filled later, or even hold itself.
struct PickleDocument {
  var root = PickleValue.none
  var lists: [[PickleValue]] = []
  /// A `dict` or `OrderedDict` each, with texts as keys. The order of entries has no meaning for a checkpoint.
  var tables: [[String: PickleValue]] = []
  /// Every storage that is mentioned, by its key.
  var storages: [String: StorageReference] = [:]
}

/// The names of Python's that a checkpoint may mention. They are looked up here, never imported or called.
enum PickleGlobal: Hashable {
  case orderedDictionary
  case rebuildTensor
  case storage(ElementType)

  private static let known: [String: PickleGlobal] = [
    "collections.OrderedDict": .orderedDictionary,
    "torch._utils._rebuild_tensor_v2": .rebuildTensor,
    "torch.BFloat16Storage": .storage(.brainFloat16),
    "torch.BoolStorage": .storage(.boolean),
    "torch.ByteStorage": .storage(.uint8),
    "torch.CharStorage": .storage(.int8),
    "torch.DoubleStorage": .storage(.float64),
    "torch.FloatStorage": .storage(.float32),
    "torch.HalfStorage": .storage(.float16),
    "torch.IntStorage": .storage(.int32),
    "torch.LongStorage": .storage(.int64),
    "torch.ShortStorage": .storage(.int16),
  ]

  init?(_ name: String) {
    guard let global = PickleGlobal.known[name] else { return nil }
    self = global
  }
}

/// A run of numbers that the file keeps outside its pickle.
struct StorageReference: Hashable {
  let key: String
  let type: ElementType
  /// How many numbers.
  let count: Int
}

/// A tensor as a view of a storage: element (i, j, …) is number `offset` + i `strides[0]` + j `strides[1]` + ….
struct TensorReference: Hashable {
  let storage: StorageReference
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}
