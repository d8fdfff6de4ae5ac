/// The first directory of a TIFF, classic or big, as far as it tells where the pixels lie.
struct TIFFProbe {
  private let bigEndian: Bool
  private let isBig: Bool
  private let directory: Int

  private static let stripOffsets = 273
  private static let stripByteCounts = 279
  private static let tileOffsets = 324
  private static let tileByteCounts = 325

  /// Nil when the file ends within its first bytes.
  init?(_ bytes: inout ByteWindow) {
    guard let order = bytes[0] else { return nil }
    bigEndian = order == UInt8(ascii: "M")
    guard let version = bytes.integer(at: 2, size: 2, bigEndian: bigEndian) else { return nil }
    isBig = version == 43
    let found = bytes.integer(at: isBig ? 8 : 4, size: isBig ? 8 : 4, bigEndian: bigEndian)
    guard let found else { return nil }
    directory = found
  }

  /// Whether the directory, the values it points to or the pixels reach beyond the end of the file.
  func endsEarly(_ bytes: inout ByteWindow) -> Bool {
    guard directory < bytes.count,
      let count = bytes.integer(at: directory, size: isBig ? 8 : 2, bigEndian: bigEndian)
    else { return true }
    // More entries than this are damage, and not worth a long walk.
    guard count < 4096 else { return false }

    var offsets: Values?
    var lengths: Values?
    for index in 0..<count {
      let entry = directory + (isBig ? 8 + 20 * index : 2 + 12 * index)
      guard let tag = bytes.integer(at: entry, size: 2, bigEndian: bigEndian),
        let values = values(ofEntryAt: entry, &bytes)
      else { return true }
      if values.end > bytes.count { return true }
      switch tag {
      case Self.stripOffsets, Self.tileOffsets: offsets = values
      case Self.stripByteCounts, Self.tileByteCounts: lengths = values
      default: break
      }
    }
    guard let offsets, let lengths else { return false }
    // Two lists far from each other: each has a window of its own, or every look would read anew.
    var second = bytes
    for index in 0..<min(offsets.count, lengths.count) {
      guard let offset = integer(index, of: offsets, &bytes), let length = integer(index, of: lengths, &second)
      else { return true }
      if offset > bytes.count || length > bytes.count - offset { return true }
    }
    return false
  }

  // MARK: Entries

  /// The first whole number of a tag; nil where the directory does not have it.
  func firstInteger(_ tag: Int, _ bytes: inout ByteWindow) -> Int? {
    values(of: tag, &bytes).flatMap { integer(0, of: $0, &bytes) }
  }

  /// The text of a tag, as far as it is ASCII, at most 64 characters; nil where the directory does not have it.
  func text(_ tag: Int, _ bytes: inout ByteWindow) -> String? {
    guard let values = values(of: tag, &bytes) else { return nil }
    var text = ""
    for index in 0..<min(values.count, 64) {
      guard let byte = bytes[values.position + index], byte != 0, byte < 128 else { break }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }

  private func values(of tag: Int, _ bytes: inout ByteWindow) -> Values? {
    guard directory < bytes.count,
      let count = bytes.integer(at: directory, size: isBig ? 8 : 2, bigEndian: bigEndian)
    else { return nil }
    for index in 0..<min(count, 4096) {
      let entry = directory + (isBig ? 8 + 20 * index : 2 + 12 * index)
      guard let found = bytes.integer(at: entry, size: 2, bigEndian: bigEndian) else { return nil }
      if found == tag {
        // A position beyond the end is no place, and must not be added to.
        return values(ofEntryAt: entry, &bytes).flatMap { $0.end <= bytes.count ? $0 : nil }
      }
    }
    return nil
  }

  /// Where the values of an entry are and how wide each is.
  private struct Values {
    let position: Int
    let count: Int
    let width: Int

    var end: Int {
      let (length, overflow) = count.multipliedReportingOverflow(by: width)
      return overflow || length > Int.max - position ? .max : position + length
    }
  }

  private func values(ofEntryAt entry: Int, _ bytes: inout ByteWindow) -> Values? {
    let word = isBig ? 8 : 4
    guard let type = bytes.integer(at: entry + 2, size: 2, bigEndian: bigEndian),
      let count = bytes.integer(at: entry + 4, size: word, bigEndian: bigEndian)
    else { return nil }
    let widths = [3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8]
    let width = widths[type] ?? 1
    // Values that fit stand in the entry itself.
    let inPlace = Values(position: entry + 4 + word, count: count, width: width)
    if count <= word / width { return inPlace }
    guard let position = bytes.integer(at: entry + 4 + word, size: word, bigEndian: bigEndian) else {
      return nil
    }
    return Values(position: position, count: count, width: width)
  }

  private func integer(_ index: Int, of values: Values, _ bytes: inout ByteWindow) -> Int? {
    bytes.integer(at: values.position + index * values.width, size: values.width, bigEndian: bigEndian)
  }
}
