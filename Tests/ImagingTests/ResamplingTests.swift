import Foundation
import Geometry
import Imaging
import Testing

/// Against sums in double precision over the whole picture, each weight by its definition.
@Suite struct ResamplingTests {
  @Test(
    arguments: [ResamplingFilter.cubic, .lanczos3],
    [
      (PixelBox(x: 0, y: 0, width: 97, height: 61), (31, 20)),
      (PixelBox(x: 5, y: 7, width: 60, height: 33), (61, 90)),
      (PixelBox(x: 11, y: 0, width: 1, height: 61), (5, 3)),
      (PixelBox(x: 0, y: 30, width: 97, height: 1), (1, 1)),
      (PixelBox(x: 40, y: 20, width: 53, height: 41), (53, 8)),
    ])
  func agreesWithTheSumsOfTheDefinition(filter: ResamplingFilter, part: (box: PixelBox, to: (Int, Int))) throws
  {
    let picture = try noisyPicture(97, 61, seed: 4)
    let size = PixelSize(width: part.to.0, height: part.to.1)
    let found = try picture.resampled(part.box, to: size, filter)
    let columns = weights(filter, part.box.width, size.width)
    let rows = weights(filter, part.box.height, size.height)
    for y in 0..<size.height {
      for x in 0..<size.width {
        var sums = [0.0, 0.0, 0.0]
        for (row, v) in rows[y].enumerated() where v != 0 {
          for (column, u) in columns[x].enumerated() where u != 0 {
            let pixel = picture[part.box.x + column, part.box.y + row]
            for band in 0..<3 { sums[band] += u * v * Double(pixel[band]) }
          }
        }
        for band in 0..<3 {
          #expect(abs(Double(found[x, y][band]) - min(max(sums[band], 0), 255)) < 0.501, "\(x), \(y), \(band)")
        }
      }
    }
  }

  /// The same picture by another way: first cut out, then stretched.
  @Test func aBoxIsResampledAsIfItWereAllThereIs() throws {
    let picture = try noisyPicture(80, 70, seed: 9)
    let box = PixelBox(x: 13, y: 22, width: 40, height: 31)
    let size = PixelSize(width: 17, height: 50)
    let cut = try picture.cropped(to: box)
    #expect(
      try picture.resampled(box, to: size, .lanczos3).rgb
        == cut.resampled(PixelBox(cut.size), to: size, .lanczos3).rgb)
  }

  @Test func aPictureOfOneColourStaysOne() throws {
    let plain = try picture(301, 203) { _, _ in [0, 128, 255] }
    for size in [PixelSize(width: 7, height: 5), PixelSize(width: 640, height: 480)] {
      let pixels = try plain.resampled(PixelBox(plain.size), to: size, .lanczos3).rgb
      #expect(
        stride(from: 0, to: pixels.count, by: 3).allSatisfy { Array(pixels[$0..<$0 + 3]) == [0, 128, 255] })
    }
  }

  /// For each output the weights of all inputs, zero where the filter does not reach.
  private func weights(_ filter: ResamplingFilter, _ from: Int, _ to: Int) -> [[Double]] {
    func weight(_ distance: Double) -> Double {
      let x = abs(distance)
      func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
      switch filter {
      case .cubic:
        // Keys (1981), with a = -1/2.
        if x <= 1 { return 1.5 * pow(x, 3) - 2.5 * pow(x, 2) + 1 }
        return x < 2 ? -0.5 * pow(x, 3) + 2.5 * pow(x, 2) - 4 * x + 2 : 0
      case .lanczos3: return x < 3 ? sinc(x) * sinc(x / 3) : 0
      }
    }
    let scale = Double(from) / Double(to)
    return (0..<to).map { output in
      let raw = (0..<from).map { weight((Double($0) + 0.5 - (Double(output) + 0.5) * scale) / max(1, scale)) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
  }
}
