/// Tells a file that was cut short from one whose bytes are wrong, by the container alone: after a codec has given
/// up, walk the container's own lengths and see whether they lead beyond the end of the file.
enum ContainerProbe {
  static func isTruncated(_ file: borrowing ImageFile, _ format: ImageFormat) -> Bool {
    isTruncated(ByteWindow(file), format)
  }

  static func isTruncated(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat) -> Bool {
    isTruncated(ByteWindow(bytes), format)
  }

  private static func isTruncated(_ bytes: ByteWindow, _ format: ImageFormat) -> Bool {
    var bytes = bytes
    return switch format {
    case .jpeg: jpegEndsEarly(&bytes)
    case .png: pngEndsEarly(&bytes)
    case .webp: webpEndsEarly(&bytes)
    case .gif: gifEndsEarly(&bytes)
    case .tiff: TIFFProbe(&bytes)?.endsEarly(&bytes) ?? true
    case .heif, .avif: heifEndsEarly(&bytes)
    }
  }

  /// Segments, then entropy-coded data until the next marker; the end-of-image marker must come.
  private static func jpegEndsEarly(_ bytes: inout ByteWindow) -> Bool {
    var position = 2
    while let byte = bytes[position], let marker = bytes[position + 1] {
      guard byte == 0xFF, marker != 0xFF, marker != 0x00 else {
        position += 1
        continue
      }
      switch marker {
      case 0xD9: return false
      case 0x01, 0xD0...0xD8: position += 2
      default:
        guard let length = bytes.integer(at: position + 2, size: 2, bigEndian: true) else { return true }
        position += 2 + max(2, length)
      }
    }
    return true
  }

  /// Chunks until IEND. A chunk whose name is not four letters is damage, not shortness.
  private static func pngEndsEarly(_ bytes: inout ByteWindow) -> Bool {
    var position = 8
    while let length = bytes.integer(at: position, size: 4, bigEndian: true) {
      for index in 4..<8 {
        guard let letter = bytes[position + index] else { return true }
        guard (0x41...0x5A).contains(letter & 0xDF) else { return false }
      }
      if bytes.matches("IEND", at: position + 4) { return false }
      position += 12 + length
    }
    return true
  }

  private static func webpEndsEarly(_ bytes: inout ByteWindow) -> Bool {
    guard let length = bytes.integer(at: 4, size: 4, bigEndian: false) else { return true }
    return length + 8 > bytes.count
  }

  /// Extensions and pictures, each a chain of sub-blocks, until the trailer.
  private static func gifEndsEarly(_ bytes: inout ByteWindow) -> Bool {
    func tableLength(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }

    guard let flags = bytes[10] else { return true }
    var position = 13 + tableLength(flags)
    while let block = bytes[position] {
      switch block {
      case 0x3B: return false
      case 0x21: position += 2
      case 0x2C:
        guard let flags = bytes[position + 9] else { return true }
        position += 11 + tableLength(flags)
      default: return false
      }
      while let length = bytes[position], length > 0 { position += 1 + Int(length) }
      position += 1
    }
    return true
  }

  /// Boxes at the top level, one of them "meta"; a length of 0 means "to the end", of 1 that 8 bytes of length follow.
  private static func heifEndsEarly(_ bytes: inout ByteWindow) -> Bool {
    var position = 0
    var hasMeta = false
    while position < bytes.count {
      guard var length = bytes.integer(at: position, size: 4, bigEndian: true) else { return true }
      if length == 0 { return false }
      if length == 1 {
        guard let long = bytes.integer(at: position + 8, size: 8, bigEndian: true) else { return true }
        length = long
      }
      if length < 8 { return false }
      if length > bytes.count - position { return true }
      hasMeta = hasMeta || bytes.matches("meta", at: position + 4)
      position += length
    }
    return !hasMeta
  }
}
