/// One header block of a tar archive, of whichever dialect: v7, ustar, pax or GNU.
struct TarHeader {
  /// Bytes of a block: headers and contents alike begin at multiples of it.
  static let blockSize = 512

  /// What a header stands before.
  enum Kind {
    case file
    /// A file with holes, in the way of GNU.
    case sparse
    /// The rest of a file that begins in another volume.
    case continuation
    case hardLink, symbolicLink
    /// What has no contents: directories, devices, FIFOs, a volume's label.
    case bare
    /// Something of an archiver's own.
    case foreign
    /// Fields of the next header.
    case extended
    /// Fields of all headers that follow.
    case global
    /// The name of the next header.
    case longName
    /// The target of the link that the next header is.
    case longTarget
  }

  /// Why a block is no header.
  enum Problem: Error {
    case checksum
    /// The size is no number, negative, or more than there can be.
    case size
  }

  let kind: Kind
  /// As it stands there, of any bytes.
  let name: [UInt8]
  /// Bytes of contents, which padding follows.
  let size: Int
  /// Seconds since 1970; 0 where the header does not say.
  let modified: Int
  /// Whether a block with more places of holes follows.
  let continues: Bool

  /// - Parameter block: of ``blockSize`` bytes.
  init(_ block: ArraySlice<UInt8>) throws(Problem) {
    let block = Array(block)
    guard Self.hasChecksum(block) else { throw .checksum }
    guard let size = TarField.number(block[124..<136]), size >= 0 else { throw .size }
    let isPOSIX = block[257..<263].elementsEqual("ustar\0".utf8)
    let prefix = isPOSIX ? TarField.text(block[345..<500]) : []
    let tail = TarField.text(block[0..<100])
    name = prefix.isEmpty ? tail : prefix + [UInt8(ascii: "/")] + tail
    let kind = Self.kind(block[156])
    // Old archives mark a directory by its name alone.
    self.kind = kind == .file && name.last == UInt8(ascii: "/") ? .bare : kind
    self.size = size
    modified = TarField.number(block[136..<148]) ?? 0
    continues = kind == .sparse && block[482] != 0
  }

  private static func kind(_ flag: UInt8) -> Kind {
    switch UnicodeScalar(flag) {
    case "1": .hardLink
    case "2": .symbolicLink
    case "3", "4", "5", "6", "V": .bare
    case "x", "X": .extended
    case "g": .global
    case "L": .longName
    case "K": .longTarget
    case "S": .sparse
    case "M": .continuation
    case "D", "N": .foreign
    // What is not known is to be read as a file.
    default: .file
    }
  }

  /// The sum of all bytes, with blanks in its own place. Some old archivers took bytes as signed.
  private static func hasChecksum(_ block: [UInt8]) -> Bool {
    guard let stated = TarField.number(block[148..<156]) else { return false }
    var (plain, signed) = (0, 0)
    for (place, byte) in block.enumerated() {
      let byte = (148..<156).contains(place) ? UInt8(ascii: " ") : byte
      plain += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    return stated == plain || stated == signed
  }
}

/// The fields of a header block.
enum TarField {
  /// Text that ends with a zero byte or with its field.
  static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Octal digits between blanks and zeros, or a binary number whose first bit is set. Nil where it is neither, or too large.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 { return binary(field) }
    let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), value >> 59 == 0 else { return nil }
      value = value << 3 | Int(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// Big-endian, in two's complement but for the first bit, which is set in any case.
  private static func binary(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    // The second bit is that of the sign.
    var value = first & 0x40 == 0 ? Int(first & 0x3F) : Int(first & 0x3F) - 0x40
    for byte in field.dropFirst() {
      let (product, overflow) = value.multipliedReportingOverflow(by: 256)
      guard !overflow else { return nil }
      value = product + Int(byte)
    }
    return value
  }
}
