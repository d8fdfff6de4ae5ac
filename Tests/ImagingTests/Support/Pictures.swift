import Geometry
import Imaging
import TestSupport

/// A picture whose pixels are computed one by one, three bytes each.
func picture(_ width: Int, _ height: Int, _ pixel: (_ x: Int, _ y: Int) -> [UInt8]) throws -> PixelBuffer {
  var rgb: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width { rgb += pixel(x, y) }
  }
  return try PixelBuffer(size: PixelSize(width: width, height: height), rgb: rgb)
}

/// A smooth picture without symmetries: gradients with a bright corner, so that any turn shows.
func smoothPicture(_ width: Int, _ height: Int) throws -> PixelBuffer {
  var rgb: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      let corner = x < width / 4 && y < height / 3 ? 60 : 0
      rgb.append(UInt8(40 + 150 * x / max(1, width) + corner))
      rgb.append(UInt8(40 + 150 * y / max(1, height) + corner))
      rgb.append(UInt8(40 + 150 * (x + 2 * y) / max(1, width + 2 * height)))
    }
  }
  return try PixelBuffer(size: PixelSize(width: width, height: height), rgb: rgb)
}

/// A picture of noise, for lossless formats.
func noisyPicture(_ width: Int, _ height: Int, seed: UInt64) throws -> PixelBuffer {
  var generator = SeededGenerator(seed: seed)
  let rgb = (0..<3 * width * height).map { _ in UInt8.random(in: 0...255, using: &generator) }
  return try PixelBuffer(size: PixelSize(width: width, height: height), rgb: rgb)
}

extension PixelBuffer {
  /// All bytes.
  var rgb: [UInt8] { withBytes { Array($0) } }

  /// The three bytes of a pixel.
  subscript(x: Int, y: Int) -> [Int] {
    withBytes { bytes in (0..<3).map { Int(bytes[3 * (y * size.width + x) + $0]) } }
  }

  /// The picture with every pixel of this one where `orientation` puts it, by the map of points.
  func turnedPixelByPixel(_ orientation: Orientation) throws -> PixelBuffer {
    let upright = orientation.uprightSize(of: size)
    var rgb = [UInt8](repeating: 0, count: 3 * size.area)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let to = orientation.uprightPoint(Point(x: Double(x) + 0.5, y: Double(y) + 0.5), stored: size)
        for (band, value) in self[x, y].enumerated() {
          rgb[3 * (Int(to.y) * upright.width + Int(to.x)) + band] = UInt8(value)
        }
      }
    }
    return try PixelBuffer(size: upright, rgb: rgb)
  }
}

/// The mean absolute difference of two lists of bytes, in levels.
func meanDifference(_ a: [UInt8], _ b: [UInt8]) -> Double {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(max(1, a.count))
}

/// The greatest absolute difference of two lists of bytes, in levels.
func maxDifference(_ a: [UInt8], _ b: [UInt8]) -> Int {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
}

/// Header and pixels of a file in memory.
func decode(
  _ file: [UInt8], shrink: Int = 1, region: PixelBox? = nil, background: RGB = .white
) throws -> PixelBuffer {
  let bytes = try ImageBytes(file)
  let header = try HeaderReader.read(bytes)
  return try Decoder.decode(bytes, header: header, shrink: shrink, region: region, background: background)
}
