import Geometry

/// The tags of a photograph in their three directories, as far as they can be read.
struct ExifBlock: Hashable, Sendable, Codable {
  /// The first directory: the picture, its maker and its owner.
  var image: [ExifEntry] = []
  /// How the photograph was taken.
  var photo: [ExifEntry] = []
  /// Where.
  var position: [ExifEntry] = []

  var isEmpty: Bool { image.isEmpty && photo.isEmpty && position.isEmpty }

  /// Whether it can be written: another process may have filled it with anything.
  var isSound: Bool {
    [image, photo, position].allSatisfy { entries in
      entries.count < 1000 && entries.allSatisfy { (0...Int(UInt32.max)).contains($0.count) }
    }
  }

  static let photoPointer: UInt16 = 0x8769
  static let positionPointer: UInt16 = 0x8825
}

/// A tag with its values, which are little-endian.
struct ExifEntry: Hashable, Sendable, Codable {
  let tag: UInt16
  let type: UInt16
  let count: Int
  let value: [UInt8]

  /// Bytes of a number of each type, by the type's number, from 1 (byte) to 12 (double); the two of a fraction count one by one.
  static let numberSizes = [1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8]

  init(tag: UInt16, type: UInt16, count: Int, value: [UInt8]) {
    self.tag = tag
    self.type = type
    self.count = count
    self.value = value
  }

  /// One short or long number.
  init(tag: UInt16, short value: UInt16) {
    self.init(tag: tag, type: 3, count: 1, value: littleEndian(value))
  }

  init(tag: UInt16, long value: UInt32) {
    self.init(tag: tag, type: 4, count: 1, value: littleEndian(value))
  }

  /// Bytes of undefined type.
  init(tag: UInt16, bytes: [UInt8], type: UInt16 = 7) {
    self.init(tag: tag, type: type, count: bytes.count, value: bytes)
  }
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

extension ExifBlock {
  /// What a policy lets through, made true for a picture of this size; nil where nothing is left.
  func kept(_ policy: MetadataPolicy, size: PixelSize) -> ExifBlock? {
    var kept = ExifBlock()
    switch policy {
    case .strip: return nil
    case .copyright:
      kept.image = image.filter { Self.rights.contains($0.tag) && !$0.isBlank }
    case .keep(let keepsPosition):
      kept.image = image.filter { Self.described.contains($0.tag) }
      kept.photo = photo.filter { Self.taken.contains($0.tag) && !Self.stale.contains($0.tag) }
      if keepsPosition { kept.position = position.filter { $0.tag <= Self.lastPositionTag } }
      if !kept.isEmpty { kept.photo += Self.facts(of: size) }
    }
    return kept.isEmpty ? nil : kept
  }

  /// Artist and copyright.
  private static let rights: Set<UInt16> = [0x013B, 0x8298]

  /// Of the first directory: title, description, maker and model, resolution, software, date, host, ratings and the texts of Windows.
  private static let described = rights.union([
    0x010D, 0x010E, 0x010F, 0x0110, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013C, 0x4746, 0x4749,
    0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F,
  ])

  /// The range of EXIF's own tags.
  private static let taken: ClosedRange<UInt16> = 0x829A...0xA4FF

  /// What the new pixels have made untrue (compression, subject area, colour space, sizes, subject location, focal plane), and what
  /// points into the old file or is a secret of the maker.
  private static let stale: Set<UInt16> = [
    0x9101, 0x9102, 0x9214, 0x927C, 0xA001, 0xA002, 0xA003, 0xA004, 0xA005, 0xA20C, 0xA20E, 0xA20F, 0xA210,
    0xA214,
  ]

  private static let lastPositionTag: UInt16 = 0x001F

  /// sRGB, width and height.
  private static func facts(of size: PixelSize) -> [ExifEntry] {
    [
      ExifEntry(tag: 0xA001, short: 1), ExifEntry(tag: 0xA002, long: UInt32(clamping: size.width)),
      ExifEntry(tag: 0xA003, long: UInt32(clamping: size.height)),
    ]
  }
}

extension ExifEntry {
  /// A text without a word: cameras write blanks where the owner's name would stand.
  fileprivate var isBlank: Bool { value.allSatisfy { $0 == 0 || $0 == UInt8(ascii: " ") } }
}
