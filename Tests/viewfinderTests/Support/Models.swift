import Foundation
import TestSupport
import Testing

extension TemporaryDirectory {
  /// The model that ships, with a card that has no attention or one of another kind: its weights are all there still. In
  /// `plain.safetensors`.
  func makeModel(kind: String?) throws {
    let shipped = Program.repository + "/Sources/viewfinder/Resources/models/lite0-rectangle.safetensors"
    let file = try Data(contentsOf: URL(fileURLWithPath: shipped))
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    var header = try #require(
      try JSONSerialization.jsonObject(with: file[8..<(8 + length)]) as? [String: Any])
    var metadata = try #require(header["__metadata__"] as? [String: String])
    var card = try #require(
      try JSONSerialization.jsonObject(with: Data(metadata["viewfinder.card"]!.utf8)) as? [String: Any])
    var attention = try #require(card["attention"] as? [String: Any])
    attention["kind"] = kind
    card["attention"] = kind == nil ? nil : attention
    metadata["viewfinder.card"] = String(
      decoding: try JSONSerialization.data(withJSONObject: card), as: UTF8.self)
    header["__metadata__"] = metadata
    let bytes = try JSONSerialization.data(withJSONObject: header)
    let count = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    try put(count + bytes + file[(8 + length)...], at: "plain.safetensors")
  }
}
