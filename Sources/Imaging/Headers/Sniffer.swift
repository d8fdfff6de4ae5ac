/// Says what a file is by its first bytes. Names and extensions are never asked.
package enum Sniffer {
  /// What the first bytes say.
  package enum Verdict: Hashable, Sendable {
    /// A format that is decoded.
    case image(ImageFormat)
    /// A picture or document of a format that is recognised but not decoded.
    case blocked(BlockedFormat)
    /// Nothing known.
    case unknown
  }

  /// As many first bytes as `sniff` makes use of; fewer will do when the file has no more.
  package static let prefixLength = 1024

  /// Judges a file by its first bytes.
  package static func sniff(_ prefix: [UInt8]) -> Verdict {
    if let brands = isoBrands(prefix) { return verdict(brands: brands) }
    if let known = signatures.first(where: { $0.matches(prefix) }) { return known.verdict }
    if isBitmap(prefix) { return .blocked(.named("BMP")) }
    if isNetpbm(prefix) { return .blocked(.named("PNM")) }
    if isSVG(prefix) { return .blocked(.named("SVG")) }
    return .unknown
  }

  // MARK: Fixed signatures

  private struct Signature {
    let verdict: Verdict
    let parts: [(offset: Int, bytes: [UInt8])]

    func matches(_ prefix: [UInt8]) -> Bool {
      parts.allSatisfy { prefix.dropFirst($0.offset).starts(with: $0.bytes) }
    }
  }

  private static func image(_ format: ImageFormat, _ parts: (Int, [UInt8])...) -> Signature {
    Signature(verdict: .image(format), parts: parts.map { (offset: $0.0, bytes: $0.1) })
  }

  private static func blocked(_ name: String, _ bytes: [UInt8], at offset: Int = 0) -> Signature {
    Signature(verdict: .blocked(.named(name)), parts: [(offset: offset, bytes: bytes)])
  }

  private static func blocked(_ name: String, _ text: StaticString, at offset: Int = 0) -> Signature {
    blocked(name, Array(text.description.utf8), at: offset)
  }

  private static func raw(_ name: String, _ bytes: [UInt8], at offset: Int = 0) -> Signature {
    Signature(verdict: .blocked(.cameraRaw(name)), parts: [(offset: offset, bytes: bytes)])
  }

  private static func raw(_ name: String, _ text: StaticString, at offset: Int = 0) -> Signature {
    raw(name, Array(text.description.utf8), at: offset)
  }

  /// In order: raw formats that begin like a TIFF stand before it. Those that only their directory tells from one are found by ``RawProbe``.
  private static let signatures: [Signature] = [
    image(.jpeg, (0, [0xFF, 0xD8, 0xFF])),
    image(.png, (0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])),
    image(.webp, (0, Array("RIFF".utf8)), (8, Array("WEBP".utf8))),
    image(.gif, (0, Array("GIF87a".utf8))),
    image(.gif, (0, Array("GIF89a".utf8))),
    raw("CR2", [0x49, 0x49, 0x2A, 0x00, 0x10, 0x00, 0x00, 0x00, 0x43, 0x52]),
    image(.tiff, (0, [0x49, 0x49, 0x2A, 0x00])),
    image(.tiff, (0, [0x4D, 0x4D, 0x00, 0x2A])),
    image(.tiff, (0, [0x49, 0x49, 0x2B, 0x00])),
    image(.tiff, (0, [0x4D, 0x4D, 0x00, 0x2B])),
    raw("CRW", "HEAPCCDR", at: 6),
    raw("RAF", "FUJIFILMCCD-RAW"),
    raw("ORF", "IIRO"),
    raw("ORF", "IIRS"),
    raw("ORF", "MMOR"),
    raw("RW2", [0x49, 0x49, 0x55, 0x00]),
    raw("X3F", "FOVb"),
    raw("MRW", [0x00, 0x4D, 0x52, 0x4D]),
    blocked("JPEG 2000", [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]),
    blocked("JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
    blocked("JPEG XL", [0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A]),
    blocked("JPEG XL", [0xFF, 0x0A]),
    blocked("PSD", "8BPS"),
    blocked("ICO", [0x00, 0x00, 0x01, 0x00]),
    blocked("CUR", [0x00, 0x00, 0x02, 0x00]),
    blocked("ICNS", "icns"),
    blocked("PDF", "%PDF-"),
    blocked("PostScript", "%!PS"),
    blocked("OpenEXR", [0x76, 0x2F, 0x31, 0x01]),
    blocked("Radiance HDR", "#?RADIANCE"),
    blocked("Radiance HDR", "#?RGBE"),
    blocked("FITS", "SIMPLE  ="),
    blocked("XCF", "gimp xcf"),
    blocked("DDS", "DDS "),
    blocked("DjVu", "AT&TFORM"),
    blocked("MNG", [0x8A, 0x4D, 0x4E, 0x47]),
    blocked("JNG", [0x8B, 0x4A, 0x4E, 0x47]),
    blocked("QOI", "qoif"),
    blocked("FLIF", "FLIF"),
    blocked("BPG", [0x42, 0x50, 0x47, 0xFB]),
    blocked("Sun raster", [0x59, 0xA6, 0x6A, 0x95]),
    blocked("SGI", [0x01, 0xDA]),
    blocked("PCX", [0x0A, 0x05, 0x01, 0x08]),
    blocked("XPM", "/* XPM */"),
    blocked("DICOM", "DICM", at: 128),
  ]

  // MARK: Formats that take a closer look

  /// The brands of an ISO base media file (HEIF and its kin), the major one first; nil for anything else.
  private static func isoBrands(_ prefix: [UInt8]) -> [String]? {
    guard prefix.count >= 12, prefix[4..<8].elementsEqual("ftyp".utf8) else { return nil }
    let length = prefix[0..<4].reduce(0) { $0 << 8 | Int($1) }
    let end = min(max(length, 12), prefix.count)
    // After the major brand come four bytes of version.
    let starts = [8] + stride(from: 16, through: end - 4, by: 4)
    return starts.map { String(decoding: prefix[$0..<$0 + 4], as: UTF8.self) }
  }

  private static func verdict(brands: [String]) -> Verdict {
    if brands[0] == "crx " { return .blocked(.cameraRaw("CR3")) }
    // Generic brands ("mif1") say which codec only among the compatible ones.
    if brands.contains("avif") || brands.contains("avis") { return .image(.avif) }
    let heif: Set<String> = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"]
    return brands.contains(where: heif.contains) ? .image(.heif) : .unknown
  }

  /// "BM" alone begins many texts: the size of the second header must be one that exists.
  private static func isBitmap(_ prefix: [UInt8]) -> Bool {
    prefix.count >= 18 && prefix.starts(with: "BM".utf8)
      && [12, 16, 40, 52, 56, 64, 108, 124].contains(prefix[14]) && prefix[15..<18].allSatisfy { $0 == 0 }
  }

  private static func isNetpbm(_ prefix: [UInt8]) -> Bool {
    guard prefix.count >= 3, prefix[0] == UInt8(ascii: "P") else { return false }
    return "1234567Ff".utf8.contains(prefix[1]) && " \t\r\n#".utf8.contains(prefix[2])
  }

  private static func isSVG(_ prefix: [UInt8]) -> Bool {
    let text = String(decoding: prefix, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return text.first == "<" && text.contains("<svg")
  }
}
