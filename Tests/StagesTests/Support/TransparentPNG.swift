/// A PNG of red pixels without any opacity.
func pngOfTransparency(_ width: Int, _ height: Int) -> [UInt8] {
  func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
  func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    var crc: UInt32 = .max
    for byte in body {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return big(UInt32(content.count)) + body + big(~crc)
  }
  let row: [UInt8] = [0] + (0..<4 * width).map { $0 % 4 == 0 ? 255 : 0 }
  let rows = [[UInt8]](repeating: row, count: height).flatMap(\.self)
  // A zlib stream of stored blocks.
  var stream: [UInt8] = [0x78, 1]
  for start in stride(from: 0, to: rows.count, by: 65_535) {
    let block = rows[start..<min(start + 65_535, rows.count)]
    let count = UInt16(block.count)
    stream.append(block.endIndex == rows.count ? 1 : 0)
    for value in [count, ~count] { stream += [UInt8(value & 255), UInt8(value >> 8)] }
    stream += block
  }
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in rows {
    a = (a + UInt32(byte)) % 65_521
    b = (b + a) % 65_521
  }
  stream += big(b << 16 | a)
  let header = big(UInt32(width)) + big(UInt32(height)) + [8, 6, 0, 0, 0]
  return [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + chunk("IHDR", header) + chunk("IDAT", stream)
    + chunk("IEND", [])
}
