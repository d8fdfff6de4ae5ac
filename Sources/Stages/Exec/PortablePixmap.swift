import Geometry
import Imaging
import Manifests
import SystemPackage

/// Pixels as every language can read and write them: `P6`, width, height and 255 as text, then three bytes a pixel.
enum PortablePixmap {
  private static let magic = "P6"

  /// What comes before the pixels.
  static func header(_ size: PixelSize) -> [UInt8] {
    Array("\(magic)\n\(size.width) \(size.height)\n255\n".utf8)
  }

  /// Writes a file whole.
  static func write(_ picture: PixelBuffer, to path: FilePath) throws(FileError) {
    var file = try AtomicFile(destination: path)
    try file.write(header(picture.size))
    try picture.withBytes { (bytes) throws(FileError) in try file.write(bytes) }
    try file.commit()
  }

  /// Whether bytes claim to be one.
  static func isOne(_ bytes: ImageBytes) -> Bool { bytes.withBytes { $0.starts(with: magic.utf8) } }

  /// The size that its header says, and where the pixels begin; nil where there is no sense in it, or not exactly so many pixels.
  static func layout(_ bytes: UnsafeRawBufferPointer) -> (size: PixelSize, start: Int)? {
    var place = magic.utf8.count
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
    func number() -> Int? {
      guard place < bytes.count, isSpace(bytes[place]) else { return nil }
      while place < bytes.count, isSpace(bytes[place]) { place += 1 }
      let start = place
      var value = 0
      while place < bytes.count, (0x30...0x39).contains(bytes[place]), place < start + 9 {
        value = 10 * value + Int(bytes[place] - 0x30)
        place += 1
      }
      return place > start ? value : nil
    }
    guard bytes.starts(with: magic.utf8), let width = number(), let height = number(), number() == 255,
      place < bytes.count, isSpace(bytes[place]), width > 0, height > 0,
      bytes.count - place - 1 == 3 * width * height
    else { return nil }
    return (PixelSize(width: width, height: height), place + 1)
  }
}
