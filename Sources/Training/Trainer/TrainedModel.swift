import Crypto
package import Foundation
package import Networks
import Tensors

/// The file of a trained model: weights in half precision or single, with the card inside.
package enum TrainedModel {
  /// Encodes a network as the card describes it; the card's checksum is filled in. Parameters no layer uses are left out.
  ///
  /// - Parameter halves: whether weights are stored in half precision, which halves the file; offsets and normalisations are
  ///   kept as they are.
  package static func encoded(_ card: ModelCard, _ parameters: Parameters, halves: Bool) throws -> Data {
    let names = NameList()
    let listening = Parameters(origin: parameters.origin) { (name, shape) throws(ModelError) in
      let tensor = try parameters.tensor(name, shape)
      names.add(name, tensor)
      return tensor
    }
    _ = try Model(card: card, parameters: listening)
    var writer = SafetensorsWriter()
    for (name, tensor) in names.tensors.sorted(by: { $0.key < $1.key }) {
      if halves, tensor.shape.count > 1 {
        var bytes = Data(capacity: 2 * tensor.count)
        for value in tensor.values {
          withUnsafeBytes(of: Float16(value).bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        writer.add(name, type: .float16, shape: tensor.shape, bytes: bytes)
      } else {
        writer.add(name, tensor)
      }
    }
    let numbers = try Safetensors(bytes: writer.encoded(), origin: card.name).data
    var finished = card
    finished.sha256 = SHA256.hash(data: numbers).map { String(format: "%02x", $0) }.joined()
    writer.metadata = [ModelCard.key: try finished.encoded()]
    return try writer.encoded()
  }

  /// What building a network asked for.
  private final class NameList: @unchecked Sendable {
    private(set) var tensors: [String: Tensor] = [:]
    func add(_ name: String, _ tensor: Tensor) { tensors[name] = tensor }
  }
}
