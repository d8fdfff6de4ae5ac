import Geometry
import TestSupport
import Testing

/// What holds for every crop, on random rectangles, options and frames.
@Suite struct CropPropertyTests {
  @Test(arguments: [1...1, 1...3, 2...40, 500...4000])
  func uprightCrops(sides: ClosedRange<Int>) throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<3_000 {
      let frame = random.size(sides)
      let options = random.cropOptions()
      let canvas = CanvasFrame(photograph: frame, canvas: PixelSize(width: 224, height: 224), fit: .squash)
      let located = LocatedRectangle(random.canvasRectangle(), in: canvas)
      let point = random.point(in: -100...5000)
      let region = CropComposer(options: options, frame: frame).compose(located, score: 0.5) { point }
      let box = try #require(region.box)
      try check(region, box, options, frame, hull: located.hull)
    }
  }

  @Test func extremeFrames() throws {
    var random = SeededGenerator(seed: 12)
    let frames = [
      PixelSize(width: 1, height: 1), PixelSize(width: 1, height: 10_000), PixelSize(width: 10_000, height: 1),
      PixelSize(width: 1 << 31, height: 1 << 31),
    ]
    for frame in frames {
      for _ in 0..<500 {
        let options = random.cropOptions()
        let hull = random.pixelBox(within: frame)
        let region = compose(hull: hull, options, frame)
        try check(region, try #require(region.box), options, frame, hull: hull.box)
      }
    }
  }

  private func check(
    _ region: CropRegion, _ box: PixelBox, _ options: CropOptions, _ frame: PixelSize, hull: Box
  ) throws {
    #expect(box.width >= 1 && box.height >= 1)
    #expect(PixelBox(frame).contains(box))
    guard region.source != .whole else { return }
    if let aspect = options.aspect, min(box.width, box.height) > 1 {
      let exact = (width: Double(box.height) * aspect.value, height: Double(box.width) / aspect.value)
      #expect(
        abs(Double(box.width) - exact.width) <= 1 || abs(Double(box.height) - exact.height) <= 1,
        "\(box) is not \(aspect)")
    }
    guard region.source == .rectangle else { return }
    let tight = PixelBox(enclosing: hull, within: frame)
    var least = tight.size
    if let aspect = options.aspect {
      least.width = max(least.width, Int((Double(tight.height) * aspect.value).rounded(.up)))
      least.height = max(least.height, Int((Double(tight.width) / aspect.value).rounded(.up)))
    }
    if least.width <= frame.width, least.height <= frame.height {
      #expect(box.contains(tight), "\(box) leaves out part of \(tight)")
    }
    var again = options
    again.margin = 0
    again.headroom = 0
    again.placement = .centre
    again.oriented = false
    again.maximumCoverage = 1
    #expect(compose(hull: box, again, frame).box == box)
  }

  @Test func orientedCropsLieInTheFrame() {
    var random = SeededGenerator(seed: 13)
    for _ in 0..<3_000 {
      let frame = random.size(1...2000)
      var options = random.cropOptions()
      options.oriented = true
      let canvas = CanvasFrame(photograph: frame, canvas: PixelSize(width: 224, height: 224), fit: .letterbox)
      let located = LocatedRectangle(random.canvasRectangle(), in: canvas)
      let region = CropComposer(options: options, frame: frame).compose(located, score: 1) { nil }
      for corner in region.rectangle.corners.points {
        #expect(corner.x >= -1e-6 && corner.x <= Double(frame.width) + 1e-6)
        #expect(corner.y >= -1e-6 && corner.y <= Double(frame.height) + 1e-6)
      }
      #expect(min(region.rectangle.width, region.rectangle.height) >= 1)
      if region.box == nil, let aspect = options.aspect {
        #expect(approximately(region.rectangle.width, region.rectangle.height * aspect.value, tolerance: 1e-6))
      }
    }
  }

  @Test func hostileOptionsNeverTrap() {
    let frame = PixelSize(width: 640, height: 480)
    for number in hostileNumbers {
      for minimum in [Int.min, -1, 0, 1, .max] {
        for oriented in [false, true] {
          let options = CropOptions(
            aspect: AspectRatio(width: number, height: 1), margin: number, headroom: number, placement: .thirds,
            minimumShare: number, minimum: minimum, oriented: oriented, minimumScore: number,
            maximumCoverage: number)
          let rectangle = OrientedRectangle(center: Point(x: 300, y: 200), width: 90, height: 50, angle: 20)
          let region = compose(rectangle, options, frame)
          #expect(region.outputSize(longest: minimum).width >= 1)
          if let box = region.box {
            #expect(PixelBox(frame).contains(box))
          }
          let aimed = CropComposer(options: options, frame: frame).compose(nil, score: number) {
            Point(x: number, y: number)
          }
          #expect(aimed.box.map(PixelBox(frame).contains) == true)
        }
      }
    }
    let nothing = CropComposer(options: CropOptions(), frame: PixelSize(width: 0, height: -5))
    #expect(nothing.compose(nil, score: nil) { nil }.box == PixelBox(x: 0, y: 0, width: 1, height: 1))
  }
}

@Suite struct AspectRatioTests {
  @Test func reads() throws {
    #expect(try AspectRatio.parse("free") == nil)
    #expect(try AspectRatio.parse("16:9")?.value == 16.0 / 9)
    #expect(try AspectRatio.parse("1.91:1")?.description == "1.91:1")
    #expect(try AspectRatio.parse("4:5")?.description == "4:5")
  }

  @Test(arguments: [
    "", "1", ":", "1:", ":1", "1:0", "0:1", "-1:1", "1:1:1", "a:b", "nan:1", "inf:1", "1e308:1e-308", "16/9",
    "Free",
  ])
  func refuses(text: String) {
    #expect(throws: InvalidAspectRatio.self) { try AspectRatio.parse(text) }
  }
}

extension RandomNumberGenerator {
  fileprivate mutating func cropOptions() -> CropOptions {
    let ratios: [AspectRatio?] = [
      nil, AspectRatio(width: 1, height: 1), AspectRatio(width: 16, height: 9),
      AspectRatio(width: 9, height: 16),
      AspectRatio(width: 3, height: 2), AspectRatio(width: 1.91, height: 1), AspectRatio(width: 10, height: 1),
    ]
    return CropOptions(
      aspect: ratios.randomElement(using: &self)!, margin: [0, 0.1, 0.5, 3].randomElement(using: &self)!,
      headroom: [0, 0.4].randomElement(using: &self)!,
      placement: CropPlacement.allCases.randomElement(using: &self)!,
      minimumShare: [0, 0.2, 0.9, 1].randomElement(using: &self)!,
      minimum: [1, 16, 300].randomElement(using: &self)!)
  }
}
