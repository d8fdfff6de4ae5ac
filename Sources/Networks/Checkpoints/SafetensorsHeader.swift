/// The JSON header of a safetensors file, decoded but not yet believed.
struct SafetensorsHeader: Decodable {
  private struct RawEntry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  let metadata: [String: String]
  private let raw: [String: RawEntry]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var metadata: [String: String] = [:]
    var raw: [String: RawEntry] = [:]
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        raw[key.stringValue] = try container.decode(RawEntry.self, forKey: key)
      }
    }
    self.metadata = metadata
    self.raw = raw
  }

  /// The entries, each with a known type, a shape that fills its bytes exactly, and bytes of its own inside the data.
  func checkedEntries(dataSize: Int, origin: String) throws(ModelError) -> [String: Safetensors.Entry] {
    var entries: [String: Safetensors.Entry] = [:]
    for (name, raw) in raw.sorted(by: { $0.key < $1.key }) {
      entries[name] = try checked(raw, name: name, dataSize: dataSize, origin: origin)
    }
    let occupied = entries.filter { !$0.value.range.isEmpty }
      .sorted { ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key) }
    for (one, next) in zip(occupied, occupied.dropFirst())
    where next.value.range.lowerBound < one.value.range.upperBound {
      throw ModelError(
        .malformed, in: origin, at: next.key, "overlaps '\(one.key)' in the file; the file is damaged")
    }
    return entries
  }

  private func checked(
    _ raw: RawEntry, name: String, dataSize: Int, origin: String
  ) throws(ModelError) -> Safetensors.Entry {
    guard let type = ElementType(rawValue: raw.dtype) else {
      throw ModelError(
        .unsupported, in: origin, at: name,
        "has the unknown number type '\(raw.dtype.prefix(20))'; use F16 or F32")
    }
    var size = type.size
    for extent in raw.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw ModelError(
          .malformed, in: origin, at: name, "has an impossible shape; the file is damaged")
      }
      size = product
    }
    guard raw.offsets.count == 2, raw.offsets[0] >= 0, raw.offsets[0] <= raw.offsets[1],
      raw.offsets[1] <= dataSize
    else {
      throw ModelError(
        .malformed, in: origin, at: name,
        "lies outside the file's \(dataSize) bytes of data; the file is cut or damaged")
    }
    let range = raw.offsets[0]..<raw.offsets[1]
    guard range.count == size else {
      throw ModelError(
        .malformed, in: origin, at: name,
        "has \(range.count) bytes where its shape needs \(size); the file is damaged")
    }
    return Safetensors.Entry(type: type, shape: raw.shape, range: range)
  }
}
