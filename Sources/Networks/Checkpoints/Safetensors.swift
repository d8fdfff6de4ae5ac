package import Foundation
package import Tensors

/// A safetensors file in memory: named tensors and a table of texts.
///
/// The layout is an 8-byte little-endian length, that many bytes of JSON, then the numbers. Everything in the file
/// is checked before use: a file that loads can be read without further errors but those of a tensor's absence or type.
package struct Safetensors: Sendable {
  /// What the header says of one tensor.
  package struct Entry: Hashable, Sendable {
    package let type: ElementType
    package let shape: [Int]
    /// Where its bytes lie, counted from the start of the data.
    package let range: Range<Int>
  }

  /// No model of this kind comes near; a file above it is refused before it is read.
  package static let largestFile = 4 << 30
  /// The format's own limit for the header.
  package static let largestHeader = 100_000_000

  /// The file's name, as messages give it.
  package let origin: String
  /// The texts under `__metadata__`.
  package let metadata: [String: String]
  package let entries: [String: Entry]
  private let bytes: Data
  private let dataStart: Int

  /// Reads and checks a file.
  package init(path: String) throws(ModelError) {
    try self.init(bytes: RegularFile.read(path, limit: Safetensors.largestFile), origin: path)
  }

  /// Checks a file's bytes. `origin` names them in messages.
  package init(bytes: Data, origin: String) throws(ModelError) {
    func malformed(_ detail: String) -> ModelError {
      ModelError(.malformed, in: origin, "\(detail); the file is damaged or no safetensors file")
    }
    let bytes = bytes.startIndex == 0 ? bytes : Data(bytes)
    guard bytes.count >= 8 else { throw malformed("has \(bytes.count) bytes, too few for a header") }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(Safetensors.largestHeader) else {
      throw malformed("claims a header of \(length) bytes, more than the format allows")
    }
    guard length <= UInt64(bytes.count - 8) else {
      throw malformed("claims a header of \(length) bytes but has only \(bytes.count - 8) after its length")
    }
    let dataStart = 8 + Int(length)
    let header: SafetensorsHeader
    do {
      header = try JSONDecoder().decode(SafetensorsHeader.self, from: bytes[8..<dataStart])
    } catch {
      throw malformed("has a header that is not the JSON object of tensors it should be")
    }
    self.origin = origin
    self.bytes = bytes
    self.dataStart = dataStart
    metadata = header.metadata
    entries = try header.checkedEntries(dataSize: bytes.count - dataStart, origin: origin)
  }

  /// The numbers of a tensor as floats. Half precision and whole numbers of 8 bits are widened, double precision is
  /// rounded; other types are refused.
  package func tensor(_ name: String) throws(ModelError) -> Tensor {
    let entry = try entry(name)
    return try Tensor(shape: entry.shape) { (target) throws(ModelError) in
      switch entry.type {
      case .float32: copy(entry, as: UInt32.self) { target[$0] = Float(bitPattern: UInt32(littleEndian: $1)) }
      case .float64:
        copy(entry, as: UInt64.self) { target[$0] = Float(Double(bitPattern: UInt64(littleEndian: $1))) }
      case .brainFloat16:
        copy(entry, as: UInt16.self) { target[$0] = Float(bitPattern: UInt32(UInt16(littleEndian: $1)) << 16) }
      case .uint8: copy(entry, as: UInt8.self) { target[$0] = Float($1) }
      case .float16:
        var bits = [UInt16](repeating: 0, count: target.count)
        copy(entry, as: UInt16.self) { bits[$0] = UInt16(littleEndian: $1) }
        HalfPrecision.widen(bits, into: target)
      default:
        throw ModelError(
          .unsupported, in: origin, at: name,
          "holds numbers of type \(entry.type.rawValue); store it as F16 or F32")
      }
    }
  }

  /// The numbers of a tensor in double precision; it must be stored so.
  package func doubles(_ name: String) throws(ModelError) -> [Double] {
    let entry = try entry(name, type: .float64)
    var values = [Double](repeating: 0, count: entry.range.count / 8)
    copy(entry, as: UInt64.self) { values[$0] = Double(bitPattern: UInt64(littleEndian: $1)) }
    return values
  }

  /// The numbers of a tensor of bytes.
  package func uint8s(_ name: String) throws(ModelError) -> [UInt8] {
    let entry = try entry(name, type: .uint8)
    return [UInt8](bytes[(dataStart + entry.range.lowerBound)..<(dataStart + entry.range.upperBound)])
  }

  /// All bytes after the header: what a checksum of the numbers is taken over.
  package var data: Data { bytes[dataStart...] }

  private func entry(_ name: String, type: ElementType? = nil) throws(ModelError) -> Entry {
    guard let entry = entries[name] else {
      throw ModelError(.missingTensor, in: origin, at: name, "is not among its \(entries.count) tensors")
    }
    if let type, entry.type != type {
      throw ModelError(
        .unsupported, in: origin, at: name, "holds \(entry.type.rawValue) where \(type.rawValue) is needed")
    }
    return entry
  }

  /// Calls `body` with index and value of each number. The file gives no alignment, hence `loadUnaligned`.
  private func copy<Number: FixedWidthInteger>(_ entry: Entry, as: Number.Type, _ body: (Int, Number) -> Void) {
    bytes.withUnsafeBytes { raw in
      let start = dataStart + entry.range.lowerBound
      let size = MemoryLayout<Number>.size
      for index in 0..<entry.range.count / size {
        body(index, raw.loadUnaligned(fromByteOffset: start + index * size, as: Number.self))
      }
    }
  }
}
