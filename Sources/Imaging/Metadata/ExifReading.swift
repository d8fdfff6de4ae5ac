extension ExifBlock {
  /// Reads a TIFF structure, with or without the heading that it has in JPEG files. Entries that make no sense are left out; nil where there is no structure.
  init?(_ bytes: UnsafeRawBufferPointer) {
    let heading = Array("Exif\0\0".utf8)
    let start = bytes.starts(with: heading) ? heading.count : 0
    let reader = ExifReader(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    guard let reader, let first = reader.firstDirectory else { return nil }
    image = reader.entries(at: first)
    photo = reader.directory(Self.photoPointer, of: image)
    position = reader.directory(Self.positionPointer, of: image)
  }
}

/// Takes entries out of a TIFF structure, whose every number may be wrong.
private struct ExifReader {
  private let bytes: UnsafeRawBufferPointer
  private let bigEndian: Bool

  /// More entries than this are damage.
  private static let mostEntries = 512
  /// Longer values are pictures or notes of the maker.
  private static let mostBytes = 16 << 10
  /// Values may overlap, so that a small file could claim any number of bytes.
  private static let mostTotal = 256 << 10
  private static let userComment: UInt16 = 0x9286

  init?(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) {
      bigEndian = false
    } else if bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
      bigEndian = true
    } else {
      return nil
    }
    self.bytes = bytes
  }

  var firstDirectory: Int? { integer(at: 4, size: 4) }

  /// The directory that an entry points to; empty where there is none.
  func directory(_ pointer: UInt16, of entries: [ExifEntry]) -> [ExifEntry] {
    guard let entry = entries.first(where: { $0.tag == pointer }), entry.value.count == 4 else { return [] }
    return self.entries(at: entry.value.reversed().reduce(0) { $0 << 8 | Int($1) })
  }

  /// The entries of a directory, each tag once.
  func entries(at offset: Int) -> [ExifEntry] {
    guard let count = integer(at: offset, size: 2) else { return [] }
    var entries: [ExifEntry] = []
    var seen: Set<UInt16> = []
    var total = 0
    for index in 0..<min(count, Self.mostEntries) where total < Self.mostTotal {
      guard let entry = entry(at: offset + 2 + 12 * index), seen.insert(entry.tag).inserted else { continue }
      entries.append(entry)
      total += entry.value.count
    }
    return entries
  }

  private func entry(at offset: Int) -> ExifEntry? {
    guard let tag = integer(at: offset, size: 2), let type = integer(at: offset + 2, size: 2),
      let count = integer(at: offset + 4, size: 4), count > 0, count <= Self.mostBytes,
      ExifEntry.numberSizes.indices.contains(type - 1)
    else { return nil }
    let numberSize = ExifEntry.numberSizes[type - 1]
    let isFraction = type == 5 || type == 10
    let length = count * numberSize * (isFraction ? 2 : 1)
    guard length <= Self.mostBytes,
      let position = length <= 4 ? offset + 8 : integer(at: offset + 8, size: 4),
      position + length <= bytes.count
    else { return nil }
    var value = Array(bytes[position..<position + length])
    if bigEndian { Self.swap(&value[...], by: numberSize) }
    if bigEndian, tag == Self.userComment, value.starts(with: "UNICODE\0".utf8) {
      Self.swap(&value[8...], by: 2)
    }
    return ExifEntry(tag: UInt16(tag), type: UInt16(type), count: count, value: value)
  }

  /// Turns the bytes of each number round.
  private static func swap(_ value: inout ArraySlice<UInt8>, by size: Int) {
    guard size > 1 else { return }
    for start in stride(from: value.startIndex, through: value.endIndex - size, by: size) {
      value[start..<start + size].reverse()
    }
  }

  private func integer(at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let part = bytes[offset..<offset + size]
    return bigEndian ? part.reduce(0) { $0 << 8 | Int($1) } : part.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
