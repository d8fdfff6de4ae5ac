import Foundation

/// The layout before PyTorch 1.6: five pickles (a magic number, the version, facts of the machine, the table, the list
/// of storages), then each storage of the list, its count of numbers first.
extension CheckpointParts {
  /// The pickles of the magic number 0x1950a86a20f9469cfc6c and of version 1001: always these bytes.
  private static let start: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    0x80, 0x02, 0x4D, 0xE9, 0x03, 0x2E,
  ]

  /// Whether a file begins as this layout does.
  static func isLegacy(_ bytes: Data) -> Bool { bytes.starts(with: start) }

  /// - Parameter bytes: a file for which `isLegacy` holds; indices start at 0.
  init(legacy bytes: Data, origin: String) throws(ModelError) {
    var cursor = ByteCursor(bytes, in: CheckpointParts.start.count..<bytes.count, origin: origin)
    let machine = try PickleMachine.read(&cursor)
    guard case .table(let facts) = machine.root, case .boolean(true)? = machine.tables[facts]["little_endian"]
    else { throw ModelError(.unsupported, in: origin, "was not written on a little-endian machine") }
    let pickle = try PickleMachine.read(&cursor)
    let order = try PickleMachine.read(&cursor)
    guard case .list(let keys) = order.root else {
      throw cursor.malformed("has no list of storages; the file is damaged")
    }
    var storages: [String: Data] = [:]
    for item in order.lists[keys] {
      guard case .text(let key) = item, let storage = pickle.storages[key], let size = storage.byteCount,
        try cursor.number(Int64.self) == storage.count,
        storages.updateValue(try cursor.take(size), forKey: key) == nil
      else {
        throw cursor.malformed("has a storage before byte \(cursor.position) that its pickle does not describe")
      }
    }
    guard storages.count == pickle.storages.count else {
      throw cursor.malformed(
        "holds \(storages.count) of the \(pickle.storages.count) storages that its pickle describes; the file is damaged"
      )
    }
    guard cursor.remaining == 0 else {
      throw cursor.malformed(
        "goes on for \(cursor.remaining) bytes after its last storage; the file is damaged")
    }
    self.init(pickle: pickle, storages: storages)
  }
}
