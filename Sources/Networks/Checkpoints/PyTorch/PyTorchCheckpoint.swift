package import Foundation

/// The table of tensors in a file written by PyTorch's `torch.save(model.state_dict(), …)`.
///
/// Reads the zip layout (PyTorch 1.6 and later) and the one before it. Nothing in the file is run: its pickle is read
/// by a machine that knows tensors and refuses all else. Everything is checked when it is made.
package struct PyTorchCheckpoint: Sendable {
  /// A tensor: numbers in row-major order, little-endian.
  package struct Entry: Hashable, Sendable {
    package let type: ElementType
    package let shape: [Int]
    /// As many as type and shape say.
    package let bytes: Data
  }

  /// A file above it is refused before it is read.
  package static let largestFile = 4 << 30

  /// The file's name, as messages give it.
  package let origin: String
  package let entries: [String: Entry]

  /// Reads and checks a file.
  package init(path: String) throws(ModelError) {
    try self.init(bytes: RegularFile.read(path, limit: PyTorchCheckpoint.largestFile), origin: path)
  }

  /// Checks a file's bytes. `origin` names them in messages.
  package init(bytes: Data, origin: String) throws(ModelError) {
    let bytes = bytes.startIndex == 0 ? bytes : Data(bytes)
    let parts: CheckpointParts
    if ZipArchive.isLikely(bytes) {
      parts = try CheckpointParts(zipped: ZipArchive(bytes, origin: origin), origin: origin)
    } else if CheckpointParts.isLegacy(bytes) {
      parts = try CheckpointParts(legacy: bytes, origin: origin)
    } else {
      throw ModelError(
        .malformed, in: origin, "is no PyTorch checkpoint; save the model's state_dict() with torch.save")
    }
    self.origin = origin
    entries = try parts.entries(most: 2 * bytes.count, origin: origin)
  }
}

/// What both layouts come down to: the pickle, and the bytes of each storage by its key.
struct CheckpointParts {
  let pickle: PickleDocument
  let storages: [String: Data]

  /// The tensors, of at most so many bytes: many may be views of one storage, or one a view larger than it.
  fileprivate func entries(
    most: Int, origin: String
  ) throws(ModelError) -> [String: PyTorchCheckpoint.Entry] {
    guard case .table(let table) = pickle.root else {
      throw ModelError(
        .unsupported, in: origin, "holds no table of tensors; save the model's state_dict() alone")
    }
    var entries: [String: PyTorchCheckpoint.Entry] = [:]
    var room = most
    for (name, value) in pickle.tables[table].sorted(by: { $0.key < $1.key }) {
      func refusal(_ reason: ModelError.Reason, _ detail: String) -> ModelError {
        ModelError(reason, in: origin, at: name.shortened, detail)
      }
      guard case .tensor(let tensor) = value else {
        throw refusal(.unsupported, "is no tensor; save the model's state_dict() alone")
      }
      guard let size = tensor.byteCount, size <= room else {
        throw refusal(.malformed, "has the shape \(tensor.shape), which is larger than the file allows")
      }
      room -= size
      guard let bytes = storages[tensor.storage.key].flatMap(tensor.gather(from:)) else {
        throw refusal(.malformed, "reaches outside its storage; the file is damaged")
      }
      entries[name] = PyTorchCheckpoint.Entry(type: tensor.storage.type, shape: tensor.shape, bytes: bytes)
    }
    return entries
  }
}

extension StorageReference {
  /// How many bytes the storage has; nil if that is absurd.
  var byteCount: Int? {
    let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
    return overflow ? nil : size
  }
}
