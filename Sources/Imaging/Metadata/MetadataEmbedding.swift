import Geometry

extension EmbeddedMetadata {
  var isEmpty: Bool { exif == nil && xmp == nil && iptc == nil }

  /// The file with the metadata in it, where its format expects it.
  ///
  /// - Parameters:
  ///   - file: written by this module's encoder, without metadata of its own.
  ///   - size: of the picture in it.
  func embedded(in file: [UInt8], _ format: ImageFormat, size: PixelSize) -> [UInt8] {
    guard !isEmpty else { return file }
    return switch format {
    case .jpeg: inJPEG(file)
    case .png: inPNG(file)
    case .webp: inWebP(file, size)
    case .tiff: inTIFF(file)
    case .gif, .heif, .avif: file
    }
  }

  // MARK: JPEG

  private func inJPEG(_ file: [UInt8]) -> [UInt8] {
    func segment(_ marker: UInt8, _ heading: String, _ content: [UInt8]) -> [UInt8] {
      let length = UInt16(2 + heading.utf8.count + content.count)
      return [0xFF, marker] + bigEndian(length) + heading.utf8 + content
    }
    var segments: [UInt8] = []
    if let exif { segments += segment(0xE1, "Exif\0\0", exif.bytes()) }
    if let xmp { segments += segment(0xE1, "http://ns.adobe.com/xap/1.0/\0", xmp) }
    if let iptc { segments += segment(0xED, "", IPTCBlock.asResource(iptc)) }
    // Behind the start of the image, and behind JFIF's segment, which wants to be first.
    let hasJFIF = file[2...].starts(with: [0xFF, 0xE0])
    let place = hasJFIF ? 4 + (Int(file[4]) << 8 | Int(file[5])) : 2
    return file[..<place] + segments + file[place...]
  }

  // MARK: PNG

  private func inPNG(_ file: [UInt8]) -> [UInt8] {
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      let body = name.utf8 + content
      return bigEndian(UInt32(content.count)) + body + bigEndian(CRC32.of(body))
    }
    var chunks: [UInt8] = []
    if let exif { chunks += chunk("eXIf", exif.bytes()) }
    // A keyword, no compression, no language, no translation.
    if let xmp { chunks += chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0".utf8 + xmp) }
    // Behind the signature and the header's chunk.
    let place = 8 + 25
    return file[..<place] + chunks + file[place...]
  }

  // MARK: WebP

  private func inWebP(_ file: [UInt8], _ size: PixelSize) -> [UInt8] {
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      name.utf8 + littleEndian(UInt32(content.count)) + content + (content.count % 2 == 1 ? [0] : [])
    }
    guard let picture = WebPFile(file)?.picture else { return file }
    let flags: UInt8 = (exif == nil ? 0 : 0x08) | (xmp == nil ? 0 : 0x04)
    // Width and height less one take three bytes each.
    let sides = [size.width, size.height].flatMap { littleEndian(UInt32($0 - 1)).prefix(3) }
    var chunks = chunk("VP8X", [flags, 0, 0, 0] + sides) + picture
    if let exif { chunks += chunk("EXIF", exif.bytes()) }
    if let xmp { chunks += chunk("XMP ", xmp) }
    return WebPFile.file(of: chunks)
  }

  // MARK: TIFF

  /// Appends a first directory that holds the old one's entries too.
  private func inTIFF(_ file: [UInt8]) -> [UInt8] {
    // Places have 32 bits.
    guard file.count < Int(UInt32.max) - (1 << 20) else { return file }
    var added = entries(ofTIFF: file)
    if let xmp { added.append(ExifEntry(tag: 700, bytes: xmp, type: 1)) }
    if let iptc { added.append(ExifEntry(tag: 33_723, bytes: iptc)) }
    var writer = TIFFWriter(bytes: file)
    let directory = (exif ?? ExifBlock()).append(to: &writer, joining: added)
    writer.setFirstDirectory(directory)
    return writer.bytes
  }

  /// The entries of the first directory of a little-endian TIFF. Where values do not fit, an entry holds their place, which stays.
  private func entries(ofTIFF file: [UInt8]) -> [ExifEntry] {
    func integer(_ place: Int, _ size: Int) -> Int {
      file[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let directory = integer(4, 4)
    return (0..<integer(directory, 2)).map { index in
      let entry = directory + 2 + 12 * index
      return ExifEntry(
        tag: UInt16(integer(entry, 2)), type: UInt16(integer(entry + 2, 2)), count: integer(entry + 4, 4),
        value: Array(file[entry + 8..<entry + 12]))
    }
  }
}

private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
