import Foundation
import Geometry
import TestSupport
import Testing
import Training

@Suite struct ViewTests {
  private func rectangle(_ generator: inout SeededGenerator) -> CanvasRectangle {
    CanvasRectangle(
      mu1: .random(in: -0.8...0.8, using: &generator), mu2: .random(in: -0.8...0.8, using: &generator),
      sigma1: .random(in: 0.1...1, using: &generator), sigma2: .random(in: 0.1...1, using: &generator),
      alpha: .random(in: -2...2, using: &generator))
  }

  @Test func namesOfTheAxesDoNotMatter() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<100 {
      let (found, expected) = (rectangle(&generator), rectangle(&generator))
      var renamed = found
      (renamed.sigma1, renamed.sigma2) = (found.sigma2, found.sigma1)
      renamed.alpha -= .pi / 2
      let (a, b) = (
        RectangleDistance(found: found, expected: expected),
        RectangleDistance(found: renamed, expected: expected)
      )
      #expect(approximately(a.error, b.error) && approximately(a.size, b.size) && approximately(a.iou, b.iou))
      let same = RectangleDistance(found: renamed, expected: found)
      #expect(
        approximately(same.error, 0) && approximately(same.iou, 1)
          && approximately(same.angle, 0, tolerance: 1e-6))
    }
  }

  @Test func distancesByHand() {
    let expected = CanvasRectangle(mu1: 0, mu2: 0, sigma1: 0.6, sigma2: 0.2, alpha: 0)
    var found = expected
    found.mu1 = 0.3
    found.mu2 = 0.4
    var distance = RectangleDistance(found: found, expected: expected)
    #expect(approximately(distance.center, 0.25) && approximately(distance.error, 0.25) && distance.size == 0)
    found = expected
    found.sigma1 = 1.2
    distance = RectangleDistance(found: found, expected: expected)
    #expect(approximately(distance.size, log(2) / 2) && approximately(distance.error, log(2) * log(2)))
    #expect(approximately(distance.iou, 0.5))
    found = expected
    found.alpha = .pi / 6
    distance = RectangleDistance(found: found, expected: expected)
    // The anisotropy of 0.6 and 0.2 is 1/4.
    #expect(approximately(distance.angle, 7.5) && approximately(distance.error, 0.25 * 0.5))
  }

  private let size = PixelSize(width: 12, height: 10)

  private func pixels(_ seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<3 * size.area).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// A view by its name.
  private func changed(_ name: String, _ pixels: [UInt8], _ size: PixelSize) throws -> [UInt8] {
    try #require(CanvasView.standard.first { $0.name == name }).apply(to: pixels, size, seed: 0)
  }

  @Test func theFlipIsExact() throws {
    let pixels = pixels(12)
    let flipped = try changed("flip", pixels, size)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let (from, to) = (3 * (y * size.width + x), 3 * (y * size.width + size.width - 1 - x))
        #expect(flipped[to..<to + 3] == pixels[from..<from + 3])
      }
    }
  }

  @Test func aShiftByWholePixelsMovesEveryPixel() throws {
    // 10 % of these sides are one pixel.
    let size = PixelSize(width: 10, height: 10)
    var generator = SeededGenerator(seed: 13)
    let pixels = (0..<3 * size.area).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let shifted = try changed("shift 10 %", pixels, size)
    for y in 1..<size.height {
      for x in 1..<size.width {
        let (from, to) = (3 * ((y - 1) * size.width + x - 1), 3 * (y * size.width + x))
        #expect(shifted[to..<to + 3] == pixels[from..<from + 3])
      }
    }
  }

  @Test func changedPixelsAreWhereTheSimilarityPutsThem() throws {
    // A soft bright spot: its centre of mass must move as points do.
    let size = PixelSize(width: 120, height: 120)
    let spot = Point(x: 0.2, y: -0.1)
    func place(_ index: Int) -> Double { (Double(index) + 0.5) / 60 - 1 }
    var pixels: [UInt8] = []
    for y in 0..<120 {
      for x in 0..<120 {
        let offset = Point(x: place(x), y: place(y)) - spot
        pixels += [UInt8](repeating: UInt8(255 * exp(-offset.dot(offset) / 0.02)), count: 3)
      }
    }
    for view in CanvasView.standard where view.similarity != CanvasSimilarity() {
      let changed = try view.apply(to: pixels, size, seed: 0)
      var (mass, sum) = (0.0, Point.zero)
      for index in 0..<120 * 120 {
        let weight = Double(changed[3 * index + 1])
        mass += weight
        sum = sum + Point(x: place(index % 120), y: place(index / 120)) * weight
      }
      let expected = CanvasMap(view.similarity).point(spot)
      #expect(abs(sum.x / mass - expected.x) < 0.02 && abs(sum.y / mass - expected.y) < 0.02)
    }
  }

  @Test func viewsAreTheSameForTheSameSeed() throws {
    let pixels = pixels(14)
    for view in CanvasView.standard {
      let once = try view.apply(to: pixels, size, seed: 5)
      #expect(try view.apply(to: pixels, size, seed: 5) == once && once.count == pixels.count && once != pixels)
    }
    let noise = try #require(CanvasView.standard.last)
    #expect(try noise.apply(to: pixels, size, seed: 5) != noise.apply(to: pixels, size, seed: 6))
  }
}
