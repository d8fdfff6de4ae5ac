import Foundation
import Geometry
import Imaging
import Testing

@Suite struct CanvasTests {
  private static let canvas = PixelSize(width: 224, height: 224)

  @Test(arguments: [
    ((448, 448), 1), ((895, 895), 1), ((896, 896), 2), ((896, 895), 1), ((4000, 3000), 4), ((3584, 3584), 8),
    ((10_000, 500), 1), ((10_000, 1800), 4), ((10, 10), 1), ((200_000, 200_000), 8),
  ])
  func theLeastScaleThatServes(side: (width: Int, height: Int), shrink: Int) {
    let upright = PixelSize(width: side.width, height: side.height)
    #expect(Canvas.shrink(for: upright, canvas: Self.canvas) == shrink)
  }

  /// The second implementation is the antialiased bicubic of the training: a cubic with a = -1/2, widened by the scale.
  @Test(arguments: [(640, 427), (448, 448), (300, 500), (224, 224), (100, 80)])
  func squashIsTheResamplingOfTheTraining(side: (width: Int, height: Int)) throws {
    let photograph = try texture(side.width, side.height)
    let canvas = try Canvas.render(photograph, size: Self.canvas, fit: .squash)
    #expect(canvas.size == Self.canvas)
    let differences = zip(canvas.rgb, bicubic(photograph, to: Self.canvas)).map { abs(Int($0) - Int($1)) }
    // Single precision may round a value that lies half-way the other way.
    #expect(differences.max()! <= 1 && differences.reduce(0, +) < differences.count / 1000)
  }

  @Test func aShrunkDecodeServesAsWell() throws {
    let file = try Encoder.encode(texture(1800, 1350), EncodeOptions(format: .jpeg, quality: 95))
    let shrink = Canvas.shrink(for: PixelSize(width: 1800, height: 1350), canvas: Self.canvas)
    #expect(shrink == 2)
    let full = try Canvas.render(decode(file), size: Self.canvas, fit: .squash)
    let preview = try Canvas.render(decode(file, shrink: shrink), size: Self.canvas, fit: .squash)
    #expect(meanDifference(full.rgb, preview.rgb) < 2.5)
  }

  @Test(arguments: [(400, 200), (200, 400), (333, 100), (1, 500)])
  func letterboxFillsExactlyThePlacement(side: (width: Int, height: Int)) throws {
    let size = PixelSize(width: 96, height: 64)
    let white = try PixelBuffer(
      size: PixelSize(width: side.width, height: side.height),
      rgb: [UInt8](repeating: 255, count: 3 * side.width * side.height))
    let canvas = try Canvas.render(white, size: size, fit: .letterbox)
    let placement = CanvasFrame(photograph: white.size, canvas: size, fit: .letterbox).placement
    #expect(canvas.rgb.count == 3 * size.area)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let shown = placement.contains(PixelBox(x: x, y: y, width: 1, height: 1))
        #expect(canvas.rgb[3 * (y * size.width + x)] == (shown ? 255 : Canvas.padding))
      }
    }
  }

  /// Waves of several lengths, none shorter than about five pixels.
  private func texture(_ width: Int, _ height: Int) throws -> PixelBuffer {
    var rgb: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (u, v) = (Double(x), Double(y))
        rgb.append(UInt8(128 + 100 * sin(u / 3) * cos(v / 17)))
        rgb.append(UInt8(128 + 60 * sin(u / 40 + v / 5) + 50 * cos(v / 2.5)))
        rgb.append(UInt8(128 + 110 * sin((u * u + v * v).squareRoot() / 9)))
      }
    }
    return try PixelBuffer(size: PixelSize(width: width, height: height), rgb: rgb)
  }

  private func bicubic(_ picture: PixelBuffer, to size: PixelSize) -> [UInt8] {
    let (width, height) = (picture.size.width, picture.size.height)
    let source = picture.rgb.map(Double.init)
    let (columns, rows) = (weights(width, size.width), weights(height, size.height))
    var wide = [Double](repeating: 0, count: 3 * size.width * height)
    for y in 0..<height {
      for x in 0..<size.width {
        for band in 0..<3 {
          let sum = columns[x].reduce(0) { $0 + $1.weight * source[3 * (y * width + $1.index) + band] }
          wide[3 * (y * size.width + x) + band] = sum
        }
      }
    }
    var result: [UInt8] = []
    for y in 0..<size.height {
      for column in 0..<3 * size.width {
        let sum = rows[y].reduce(0) { $0 + $1.weight * wide[$1.index * 3 * size.width + column] }
        result.append(UInt8(min(max(sum.rounded(), 0), 255)))
      }
    }
    return result
  }

  private func weights(_ from: Int, _ to: Int) -> [[(index: Int, weight: Double)]] {
    func cubic(_ x: Double) -> Double {
      let (a, x) = (-0.5, abs(x))
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
    let scale = Double(from) / Double(to)
    let stretch = max(1, scale)
    return (0..<to).map { position in
      let center = (Double(position) + 0.5) * scale
      let first = max(0, Int((center - 2 * stretch).rounded()))
      let last = min(from, Int((center + 2 * stretch).rounded()))
      let raw = (first..<last).map { (index: $0, weight: cubic((Double($0) + 0.5 - center) / stretch)) }
      let sum = raw.reduce(0) { $0 + $1.weight }
      return raw.map { (index: $0.index, weight: $0.weight / sum) }
    }
  }
}
