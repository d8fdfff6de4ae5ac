extension ExifBlock {
  /// The block as a TIFF structure, little-endian, without the heading of JPEG files.
  func bytes() -> [UInt8] {
    var writer = TIFFWriter(bytes: [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0])
    _ = append(to: &writer)
    return writer.bytes
  }

  /// Writes the directories with their values, after other entries of the first directory.
  ///
  /// - Returns: where the first directory stands.
  func append(to writer: inout TIFFWriter, joining entries: [ExifEntry] = []) -> Int {
    let first = entries + image.filter { entry in !entries.contains { $0.tag == entry.tag } }
    let parts = [(Self.photoPointer, photo), (Self.positionPointer, position)].filter { !$0.1.isEmpty }
    // The size of the first directory is known before what it points to.
    let start = writer.end
    let length = TIFFWriter.length(of: first + parts.map { ExifEntry(tag: $0.0, long: 0) })
    var pointers: [ExifEntry] = []
    var next = start + length
    for (tag, entries) in parts {
      pointers.append(ExifEntry(tag: tag, long: UInt32(clamping: next)))
      next += TIFFWriter.length(of: entries)
    }
    writer.append(first + pointers)
    for (_, entries) in parts { writer.append(entries) }
    return start
  }
}

/// Appends directories to a little-endian TIFF structure.
struct TIFFWriter {
  private(set) var bytes: [UInt8]

  /// `bytes` is the structure so far.
  init(bytes: [UInt8]) {
    self.bytes = bytes
    pad()
  }

  /// Where the next directory begins: an even place.
  var end: Int { bytes.count }

  /// Bytes of a directory with the values of its entries.
  static func length(of entries: [ExifEntry]) -> Int {
    entries.reduce(6 + 12 * entries.count) { $0 + ($1.value.count > 4 ? ($1.value.count + 1) & ~1 : 0) }
  }

  /// A directory, sorted by tag as the format asks, and its values right behind it. It leads to no further one.
  mutating func append(_ entries: [ExifEntry]) {
    let entries = entries.sorted { $0.tag < $1.tag }
    var values = end + 6 + 12 * entries.count
    bytes += littleEndian(UInt16(entries.count))
    for entry in entries {
      bytes += littleEndian(entry.tag) + littleEndian(entry.type) + littleEndian(UInt32(entry.count))
      if entry.value.count <= 4 {
        bytes += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
      } else {
        bytes += littleEndian(UInt32(clamping: values))
        values += (entry.value.count + 1) & ~1
      }
    }
    bytes += [0, 0, 0, 0]
    for entry in entries where entry.value.count > 4 {
      bytes += entry.value
      pad()
    }
  }

  /// Points the header to another first directory.
  mutating func setFirstDirectory(_ offset: Int) {
    bytes.replaceSubrange(4..<8, with: littleEndian(UInt32(offset)))
  }

  private mutating func pad() { if bytes.count % 2 == 1 { bytes.append(0) } }
}
