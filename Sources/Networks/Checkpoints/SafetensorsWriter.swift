package import Foundation
package import Tensors

/// Builds the bytes of a safetensors file. The same content gives the same bytes: names are in order.
package struct SafetensorsWriter: Sendable {
  private var contents: [String: (type: ElementType, shape: [Int], bytes: Data)] = [:]
  /// The texts to store under `__metadata__`.
  package var metadata: [String: String]

  package init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor in single precision. A name given twice keeps the later one.
  package mutating func add(_ name: String, _ tensor: Tensor) {
    var bytes = Data(capacity: tensor.count * 4)
    tensor.withValues { values in
      for value in values {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    contents[name] = (.float32, tensor.shape, bytes)
  }

  /// Adds a tensor as the bytes it has in another file, unchanged. `bytes` must be as long as type and shape say.
  package mutating func add(_ name: String, type: ElementType, shape: [Int], bytes: Data) {
    precondition(bytes.count == shape.reduce(type.size, *), "\(bytes.count) bytes for \(shape) of \(type)")
    contents[name] = (type, shape, bytes)
  }

  /// The file. The header is padded with spaces so that the numbers start at a multiple of 8.
  package func encoded() throws -> Data {
    var header: [String: HeaderValue] = metadata.isEmpty ? [:] : ["__metadata__": .texts(metadata)]
    var offset = 0
    let ordered = contents.sorted { $0.key < $1.key }
    for (name, content) in ordered {
      header[name] = .tensor(
        TensorHeader(
          dtype: content.type.rawValue, shape: content.shape,
          offsets: [offset, offset + content.bytes.count]))
      offset += content.bytes.count
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = try encoder.encode(header)
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    var file = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
    file.append(json)
    for (_, content) in ordered { file.append(content.bytes) }
    return file
  }
}

private struct TensorHeader: Encodable {
  let dtype: String
  let shape: [Int]
  let offsets: [Int]

  enum CodingKeys: String, CodingKey {
    case dtype
    case shape
    case offsets = "data_offsets"
  }
}

private enum HeaderValue: Encodable {
  case texts([String: String])
  case tensor(TensorHeader)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .texts(let texts): try texts.encode(to: encoder)
    case .tensor(let tensor): try tensor.encode(to: encoder)
    }
  }
}
