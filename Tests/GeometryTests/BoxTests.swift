import Geometry
import TestSupport
import Testing

@Suite struct BoxTests {
  @Test func intersectionAndUnionOfTwoBoxes() {
    let a = Box(x: 0, y: 0, width: 4, height: 2)
    let b = Box(x: 3, y: 1, width: 4, height: 4)
    #expect(a.intersection(b) == Box(x: 3, y: 1, width: 1, height: 1))
    #expect(a.union(b) == Box(x: 0, y: 0, width: 7, height: 5))
    #expect(approximately(a.iou(with: b), 1 / 23))
    #expect(a.iou(with: a) == 1)
    #expect(a.iou(with: Box(x: 4, y: 0, width: 1, height: 1)) == 0)
  }

  /// Counting lattice points is the second implementation.
  @Test func iouAgreesWithCountingPixels() {
    var random = SeededGenerator(seed: 1)
    let frame = PixelSize(width: 24, height: 18)
    for _ in 0..<200 {
      let a = random.pixelBox(within: frame)
      let b = random.pixelBox(within: frame)
      var common = 0
      var either = 0
      for y in 0..<frame.height {
        for x in 0..<frame.width {
          let pixel = PixelBox(x: x, y: y, width: 1, height: 1)
          let inside = (a.contains(pixel), b.contains(pixel))
          common += inside.0 && inside.1 ? 1 : 0
          either += inside.0 || inside.1 ? 1 : 0
        }
      }
      #expect(approximately(a.box.iou(with: b.box), Double(common) / Double(either)))
    }
  }

  @Test func emptyBoxesMeasureNothing() {
    let some = Box(x: 1, y: 1, width: 2, height: 2)
    for number in hostileNumbers where !number.isFinite || number <= 0 {
      let box = Box(x: 0, y: 0, width: number, height: 3)
      #expect(box.isEmpty)
      #expect(box.area == 0)
      #expect(box.iou(with: some) == 0)
      #expect(box.union(some) == some)
      #expect(some.union(box) == some)
      #expect(box.clipped(to: PixelSize(width: 5, height: 5)).isEmpty)
    }
  }

  @Test func pixelBoxesStayInsideTheFrameAndHaveAPixel() {
    var random = SeededGenerator(seed: 2)
    let numbers = hostileNumbers + (0..<40).map { _ in .random(in: -30...60, using: &random) }
    for frame in [
      PixelSize(width: 1, height: 1), PixelSize(width: 1, height: 10_000), PixelSize(width: 31, height: 7),
    ] {
      for _ in 0..<2_000 {
        let box = Box(
          x: numbers.randomElement(using: &random)!, y: numbers.randomElement(using: &random)!,
          width: numbers.randomElement(using: &random)!, height: numbers.randomElement(using: &random)!)
        for pixels in [PixelBox(rounding: box, within: frame), PixelBox(enclosing: box, within: frame)] {
          #expect(pixels.width >= 1 && pixels.height >= 1)
          #expect(PixelBox(frame).contains(pixels))
        }
      }
    }
  }

  @Test func roundingAndEnclosingDiffer() {
    let frame = PixelSize(width: 10, height: 10)
    let box = Box(x: 1.4, y: 2.6, width: 3.2, height: 3)
    #expect(PixelBox(rounding: box, within: frame) == PixelBox(x: 1, y: 3, width: 4, height: 3))
    #expect(PixelBox(enclosing: box, within: frame) == PixelBox(x: 1, y: 2, width: 4, height: 4))
    let noisy = Box(x: 1.999_999_9, y: 2, width: 3.000_000_2, height: 3)
    #expect(PixelBox(enclosing: noisy, within: frame) == PixelBox(x: 2, y: 2, width: 3, height: 3))
  }
}

@Suite struct PixelSizeTests {
  @Test func shrinksAndNeverEnlarges() {
    let size = PixelSize(width: 3000, height: 2000)
    #expect(size.shrunk(toLongest: 1024) == PixelSize(width: 1024, height: 683))
    #expect(size.shrunk(toLongest: 3000) == size)
    #expect(size.shrunk(toLongest: 9000) == size)
    #expect(size.shrunk(toLongest: 0) == PixelSize(width: 1, height: 1))
    #expect(PixelSize(width: 1, height: 10_000).shrunk(toLongest: 100) == PixelSize(width: 1, height: 100))
  }

  @Test func hugeAreasSaturate() {
    #expect(PixelSize(width: .max, height: 2).area == .max)
    #expect(PixelSize(width: 7, height: 6).area == 42)
  }
}
