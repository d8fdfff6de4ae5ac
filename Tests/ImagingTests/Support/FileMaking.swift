/// Bytes in the making.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func text(_ text: String) { bytes += Array(text.utf8) }

  mutating func big<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.bigEndian) { bytes += Array($0) }
  }

  mutating func little<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) }
  }
}

/// A JPEG with an EXIF segment that holds nothing but an orientation.
func withOrientation(_ orientation: Int, _ jpeg: [UInt8]) -> [UInt8] {
  var exif = ByteWriter()
  exif.text("Exif\0\0II")
  exif.little(UInt16(42))
  exif.little(UInt32(8))
  exif.little(UInt16(1))
  for value in [0x0112, 3] as [UInt16] { exif.little(value) }
  exif.little(UInt32(1))
  exif.little(UInt32(truncatingIfNeeded: orientation))
  exif.little(UInt32(0))
  var segment = ByteWriter(bytes: [0xFF, 0xE1])
  segment.big(UInt16(exif.bytes.count + 2))
  return Array(jpeg[..<2]) + segment.bytes + exif.bytes + Array(jpeg[2...])
}

/// Writes PNG files of every colour type, without compression.
struct PNGFile {
  var width: Int
  var height: Int
  var depth: UInt8
  /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.
  var colourType: UInt8
  var interlaced = false
  /// Three bytes a colour.
  var palette: [UInt8] = []
  /// Alpha of the palette's colours.
  var transparency: [UInt8] = []

  /// The bytes of a pixel are asked for; depths of 8 and 16 only.
  func bytes(_ pixel: (_ x: Int, _ y: Int) -> [UInt8]) -> [UInt8] {
    var rows: [UInt8] = []
    func pass(_ x0: Int, _ y0: Int, _ dx: Int, _ dy: Int) {
      guard x0 < width else { return }
      for y in stride(from: y0, to: height, by: dy) {
        rows.append(0)
        for x in stride(from: x0, to: width, by: dx) { rows += pixel(x, y) }
      }
    }
    if interlaced {
      for (x, y, dx, dy) in [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
      ] {
        pass(x, y, dx, dy)
      }
    } else {
      pass(0, 0, 1, 1)
    }
    return bytes(rows: rows)
  }

  /// The file with these filtered rows, whether they fit its size or not.
  func bytes(rows: [UInt8]) -> [UInt8] {
    var header = ByteWriter()
    header.big(UInt32(width))
    header.big(UInt32(height))
    header.bytes += [depth, colourType, 0, 0, interlaced ? 1 : 0]
    var file = ByteWriter(bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    Self.chunk("IHDR", header.bytes, into: &file)
    if !palette.isEmpty { Self.chunk("PLTE", palette, into: &file) }
    if !transparency.isEmpty { Self.chunk("tRNS", transparency, into: &file) }
    Self.chunk("IDAT", Self.stored(rows), into: &file)
    Self.chunk("IEND", [], into: &file)
    return file.bytes
  }

  private static func chunk(_ name: String, _ content: [UInt8], into file: inout ByteWriter) {
    file.big(UInt32(content.count))
    let body = Array(name.utf8) + content
    file.bytes += body
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in body {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    file.big(~crc)
  }

  /// A zlib stream of stored blocks.
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var stream = ByteWriter(bytes: [0x78, 0x01])
    for start in stride(from: 0, to: data.count, by: 65_535) {
      let block = data[start..<min(start + 65_535, data.count)]
      stream.bytes.append(block.endIndex == data.count ? 1 : 0)
      stream.little(UInt16(block.count))
      stream.little(~UInt16(block.count))
      stream.bytes += block
    }
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    stream.big(b << 16 | a)
    return stream.bytes
  }
}

/// Writes uncompressed little-endian TIFF files of one strip.
struct TIFFFile {
  var width: Int
  var height: Int
  var bits: Int
  var samples: Int
  /// 1 grey, 2 RGB, 5 CMYK, 8 Lab.
  var photometric: Int
  /// 1 whole numbers, 3 floating point.
  var sampleFormat = 1
  var orientation = 1

  func bytes(_ pixels: [UInt8]) -> [UInt8] {
    precondition(pixels.count == width * height * samples * bits / 8)
    var file = ByteWriter()
    file.text("II")
    file.little(UInt16(42))
    let pixelOffset = 8 + 4 * samples
    file.little(UInt32(pixelOffset + pixels.count))
    for _ in 0..<2 * samples { file.little(UInt16(bits)) }
    file.bytes += pixels
    let entries: [(tag: Int, type: Int, count: Int, value: Int)] = [
      (256, 4, 1, width), (257, 4, 1, height),
      (258, 3, samples, samples == 1 ? bits : samples == 2 ? bits << 16 | bits : 8), (259, 3, 1, 1),
      (262, 3, 1, photometric), (273, 4, 1, pixelOffset), (274, 3, 1, orientation), (277, 3, 1, samples),
      (278, 4, 1, height), (279, 4, 1, pixels.count), (284, 3, 1, 1), (339, 3, 1, sampleFormat),
    ]
    file.little(UInt16(entries.count))
    for entry in entries {
      file.little(UInt16(entry.tag))
      file.little(UInt16(entry.type))
      file.little(UInt32(entry.count))
      file.little(UInt32(entry.value))
    }
    file.little(UInt32(0))
    return file.bytes
  }
}

/// A GIF of 128 greys, every frame the same, with codes that never grow: the table is cleared before it fills.
func gifFile(_ width: Int, _ height: Int, frames: Int = 1, grey: (_ x: Int, _ y: Int) -> UInt8) -> [UInt8] {
  var file = ByteWriter()
  file.text("GIF89a")
  file.little(UInt16(width))
  file.little(UInt16(height))
  file.bytes += [0xF6, 0, 0]
  for level in 0..<128 { file.bytes += [UInt8](repeating: UInt8(2 * level), count: 3) }

  // Eight bits a code: 128 clears the table, 129 ends the picture.
  var codes: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      if (y * width + x) % 100 == 0 { codes.append(128) }
      codes.append(grey(x, y) / 2)
    }
  }
  codes.append(129)
  for _ in 0..<frames {
    file.bytes.append(0x2C)
    for value in [0, 0, width, height] { file.little(UInt16(value)) }
    file.bytes += [0, 7]
    for start in stride(from: 0, to: codes.count, by: 255) {
      let block = codes[start..<min(start + 255, codes.count)]
      file.bytes.append(UInt8(block.count))
      file.bytes += block
    }
    file.bytes.append(0)
  }
  file.bytes.append(0x3B)
  return file.bytes
}
