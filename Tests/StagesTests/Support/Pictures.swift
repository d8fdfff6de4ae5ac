import Geometry
import Imaging
import TestSupport

/// Smooth colours without symmetries, so that every turn and every shift shows: a different pair of waves for each seed.
func waves(_ width: Int, _ height: Int, seed: Int = 0) throws -> PixelBuffer {
  var rgb: [UInt8] = []
  rgb.reserveCapacity(3 * width * height)
  for y in 0..<height {
    for x in 0..<width {
      let corner = x < width / 4 && y < height / 3 ? 60 : 0
      rgb.append(UInt8(20 + 150 * x / width + corner))
      rgb.append(UInt8(20 + 150 * y / height + corner))
      rgb.append(UInt8((40 + 37 * seed + 150 * (x + 2 * y) / (width + 2 * height)) % 256))
    }
  }
  return try PixelBuffer(size: PixelSize(width: width, height: height), rgb: rgb)
}

func file(_ picture: PixelBuffer, _ format: ImageFormat = .jpeg, quality: Int = 92) throws -> [UInt8] {
  try Encoder.encode(picture, EncodeOptions(format: format, quality: quality))
}

/// A JPEG with an EXIF segment that holds nothing but an orientation.
func withOrientation(_ orientation: Int, _ jpeg: [UInt8]) -> [UInt8] {
  let exif: [UInt8] =
    Array("Exif\0\0II".utf8) + [
      42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0, 0,
    ]
  return Array(jpeg[..<2]) + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + Array(jpeg[2...])
}

extension PixelBuffer {
  var rgb: [UInt8] { withBytes { Array($0) } }

  /// The stored picture that a file with this orientation must hold so that it is shown as this one.
  func stored(for orientation: Orientation) throws -> PixelBuffer {
    let stored = orientation.swapsSides ? size.transposed : size
    let source = rgb
    var result = [UInt8](repeating: 0, count: source.count)
    for y in 0..<stored.height {
      for x in 0..<stored.width {
        let to = orientation.uprightPoint(Point(x: Double(x) + 0.5, y: Double(y) + 0.5), stored: stored)
        let from = 3 * (Int(to.y) * size.width + Int(to.x))
        for band in 0..<3 { result[3 * (y * stored.width + x) + band] = source[from + band] }
      }
    }
    return try PixelBuffer(size: stored, rgb: result)
  }
}

extension Orientation {
  /// Whether width and height change places: EXIF 5 to 8.
  var swapsSides: Bool { rawValue >= 5 }
}

/// The mean absolute difference of two pictures of one size, in levels; infinite where the sizes differ.
func meanDifference(_ a: PixelBuffer, _ b: PixelBuffer) -> Double {
  guard a.size == b.size else { return .infinity }
  return zip(a.rgb, b.rgb).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(a.byteCount)
}
