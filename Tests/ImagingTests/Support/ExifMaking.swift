/// An entry of a directory in the making: its values as they stand in the file.
struct RawEntry {
  var tag: Int
  var type: Int
  var count: Int
  var value: [UInt8]
}

/// Makes blocks of EXIF in either byte order.
struct ExifMaker {
  var bigEndian = false
  var image: [RawEntry] = []
  var photo: [RawEntry] = []
  var position: [RawEntry] = []

  func text(_ tag: Int, _ text: String) -> RawEntry {
    let value = Array(text.utf8) + [0]
    return RawEntry(tag: tag, type: 2, count: value.count, value: value)
  }

  func short(_ tag: Int, _ value: Int) -> RawEntry {
    RawEntry(tag: tag, type: 3, count: 1, value: number(value, 2))
  }

  func long(_ tag: Int, _ value: Int) -> RawEntry {
    RawEntry(tag: tag, type: 4, count: 1, value: number(value, 4))
  }

  func fractions(_ tag: Int, _ values: [(Int, Int)]) -> RawEntry {
    RawEntry(
      tag: tag, type: 5, count: values.count, value: values.flatMap { number($0.0, 4) + number($0.1, 4) })
  }

  func undefined(_ tag: Int, _ value: [UInt8]) -> RawEntry {
    RawEntry(tag: tag, type: 7, count: value.count, value: value)
  }

  /// The TIFF structure: the first directory at 8, then those it points to, each with its values behind it.
  func bytes() -> [UInt8] {
    var first = image
    var rest: [UInt8] = []
    let start = 8 + length(of: image.count + (photo.isEmpty ? 0 : 1) + (position.isEmpty ? 0 : 1), image)
    for (pointer, entries) in [(0x8769, photo), (0x8825, position)] where !entries.isEmpty {
      first.append(long(pointer, start + rest.count))
      rest += directory(entries, at: start + rest.count)
    }
    let mark = bigEndian ? Array("MM".utf8) : Array("II".utf8)
    return mark + number(42, 2) + number(8, 4) + directory(first, at: 8) + rest
  }

  private func length(of count: Int, _ entries: [RawEntry]) -> Int {
    6 + 12 * count + entries.reduce(0) { $0 + ($1.value.count > 4 ? $1.value.count : 0) }
  }

  private func directory(_ entries: [RawEntry], at place: Int) -> [UInt8] {
    var bytes = number(entries.count, 2)
    var values: [UInt8] = []
    for entry in entries.sorted(by: { $0.tag < $1.tag }) {
      bytes += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4)
      if entry.value.count > 4 {
        bytes += number(place + 6 + 12 * entries.count + values.count, 4)
        values += entry.value
      } else {
        bytes += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
      }
    }
    return bytes + [0, 0, 0, 0] + values
  }

  private func number(_ value: Int, _ size: Int) -> [UInt8] {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return bigEndian ? little.reversed() : little
  }
}

/// Reads what was written: a plain walk over a little-endian TIFF structure, which must be sound.
struct ExifWalk {
  var image: [Int: [UInt8]] = [:]
  var photo: [Int: [UInt8]] = [:]
  var position: [Int: [UInt8]] = [:]

  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: [0x49, 0x49, 42, 0]) else { return nil }
    func number(_ place: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    func directory(_ place: Int) -> [Int: [UInt8]]? {
      var entries: [Int: [UInt8]] = [:]
      var last = -1
      for index in 0..<number(place, 2) {
        let entry = place + 2 + 12 * index
        let tag = number(entry, 2)
        // Tags ascend.
        guard tag > last else { return nil }
        last = tag
        let sizes = [1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
        let length = sizes[number(entry + 2, 2) - 1] * number(entry + 4, 4)
        let from = length <= 4 ? entry + 8 : number(entry + 8, 4)
        guard from + length <= bytes.count else { return nil }
        entries[tag] = Array(bytes[from..<from + length])
      }
      return entries
    }
    guard let image = directory(number(4, 4)) else { return nil }
    self.image = image
    if let pointer = image[0x8769] {
      guard let photo = directory(Self.integer(pointer)) else { return nil }
      self.photo = photo
    }
    if let pointer = image[0x8825] {
      guard let position = directory(Self.integer(pointer)) else { return nil }
      self.position = position
    }
  }

  static func integer(_ value: [UInt8]) -> Int { value.reversed().reduce(0) { $0 << 8 | Int($1) } }
}

/// The blocks of metadata in a written file, found by walking its container.
struct WrittenBlocks {
  var exif: [UInt8]?
  var xmp: [UInt8]?
  var iptc: [UInt8]?
  /// Names of segments, chunks or tags.
  var parts: [String] = []

  init(_ file: [UInt8]) {
    if file.starts(with: [0xFF, 0xD8]) {
      walkJPEG(file)
    } else if file.starts(with: [0x89, 0x50]) {
      walkPNG(file)
    } else if file.starts(with: "RIFF".utf8) {
      walkWebP(file)
    } else {
      walkTIFF(file)
    }
  }

  private mutating func walkJPEG(_ file: [UInt8]) {
    var place = 2
    while file[place + 1] != 0xDA {
      let length = Int(file[place + 2]) << 8 | Int(file[place + 3])
      let content = Array(file[place + 4..<place + 2 + length])
      parts.append(String(file[place + 1], radix: 16))
      if content.starts(with: "Exif\0\0".utf8) { exif = Array(content.dropFirst(6)) }
      let heading = "http://ns.adobe.com/xap/1.0/\0"
      if content.starts(with: heading.utf8) { xmp = Array(content.dropFirst(heading.utf8.count)) }
      if content.starts(with: "Photoshop 3.0\0".utf8) { iptc = content }
      place += 2 + length
    }
  }

  private mutating func walkPNG(_ file: [UInt8]) {
    var place = 8
    while place < file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let name = String(decoding: file[place + 4..<place + 8], as: UTF8.self)
      let content = Array(file[place + 8..<place + 8 + length])
      parts.append(name)
      if name == "eXIf" { exif = content }
      let heading = "XML:com.adobe.xmp\0\0\0\0\0"
      if name == "iTXt", content.starts(with: heading.utf8) {
        xmp = Array(content.dropFirst(heading.utf8.count))
      }
      place += 12 + length
    }
  }

  private mutating func walkWebP(_ file: [UInt8]) {
    var place = 12
    while place < file.count {
      let length = ExifWalk.integer(Array(file[place + 4..<place + 8]))
      let name = String(decoding: file[place..<place + 4], as: UTF8.self)
      let content = Array(file[place + 8..<place + 8 + length])
      parts.append(name)
      if name == "EXIF" { exif = content }
      if name == "XMP " { xmp = content }
      place += 8 + length + length % 2
    }
  }

  private mutating func walkTIFF(_ file: [UInt8]) {
    guard let walk = ExifWalk(file) else { return }
    exif = file
    xmp = walk.image[700]
    iptc = walk.image[33_723]
    parts = walk.image.keys.sorted().map(String.init)
  }
}
