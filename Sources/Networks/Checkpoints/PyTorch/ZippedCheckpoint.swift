import Foundation

/// The layout of PyTorch 1.6 and later: a zip file with `NAME/data.pkl`, and each storage in `NAME/data/KEY`.
extension CheckpointParts {
  private static let pickleName = "/data.pkl"

  init(zipped archive: ZipArchive, origin: String) throws(ModelError) {
    let pickles = archive.names.filter { $0.hasSuffix(CheckpointParts.pickleName) }
    guard pickles.count == 1, let bytes = try archive.contents(pickles[0]) else {
      throw ModelError(.malformed, in: origin, "is a zip file but no PyTorch checkpoint: it has no data.pkl")
    }
    let folder = pickles[0].dropLast(CheckpointParts.pickleName.count)
    if let order = try archive.contents("\(folder)/byteorder"), order != Data("little".utf8) {
      throw ModelError(.unsupported, in: origin, "was written on a big-endian machine")
    }
    var cursor = ByteCursor(Data(bytes), in: 0..<bytes.count, origin: origin)
    let pickle = try PickleMachine.read(&cursor)
    var storages: [String: Data] = [:]
    for (key, storage) in pickle.storages {
      guard let bytes = try archive.contents("\(folder)/data/\(key)"), bytes.count == storage.byteCount else {
        throw ModelError(
          .malformed, in: origin, at: "data/\(key.shortened)",
          "is missing or has not the \(storage.count) numbers it should; the file is damaged")
      }
      storages[key] = bytes
    }
    self.init(pickle: pickle, storages: storages)
  }
}
