import Foundation
import Geometry
import Imaging
import TestSupport
import Testing

@Suite struct CanvasViewTests {
  private static let canvas = PixelSize(width: 96, height: 96)

  @Test(arguments: CanvasFit.allCases)
  func theIdentityViewIsTheCanvas(fit: CanvasFit) throws {
    for (width, height) in [(200, 150), (96, 96), (50, 120)] {
      let photograph = try smoothPicture(width, height)
      let canvas = try Canvas.render(photograph, size: Self.canvas, fit: fit)
      #expect(try Canvas.render(photograph, size: Self.canvas, fit: fit, through: .identity) == canvas)
    }
  }

  /// At the canvas's own scale nothing is interpolated, so that a mirrored view has the very pixels, mirrored.
  @Test(arguments: CanvasFit.allCases)
  func theFlippedViewIsTheCanvasMirrored(fit: CanvasFit) throws {
    let flip = CanvasMap(CanvasSimilarity(flips: true))
    for (width, height) in [(200, 150), (96, 96), (50, 120)] {
      let photograph = try noisyPicture(width, height, seed: 1)
      let canvas = try Canvas.render(photograph, size: Self.canvas, fit: fit)
      let view = try Canvas.render(photograph, size: Self.canvas, fit: fit, through: flip)
      // The padding of an odd number of columns is a column wider on the right.
      guard fit == .squash || width == 200 || width == 96 else { continue }
      #expect(view.rgb == canvas.mirrored)
    }
  }

  @Test func aQuarterTurnPutsEveryPixelInItsPlace() throws {
    let photograph = try noisyPicture(96, 96, seed: 2)
    let turn = CanvasMap(CanvasSimilarity(phi: .pi / 2))
    let view = try Canvas.render(photograph, size: Self.canvas, fit: .squash, through: turn)
    #expect(view.rgb == (try photograph.turnedPixelByPixel(.rotate90)).rgb)
  }

  /// The kernel against a plain loop in double precision, over the picture that needs no shrinking.
  @Test(arguments: CanvasFit.allCases)
  func theWarpIsBilinear(fit: CanvasFit) throws {
    var random = SeededGenerator(seed: 3)
    for turn in 0..<25 {
      let canvas = PixelSize(
        width: .random(in: 40...60, using: &random), height: .random(in: 40...60, using: &random))
      let photograph = try noisyPicture(
        .random(in: canvas.width...90, using: &random), .random(in: canvas.height...90, using: &random),
        seed: UInt64(turn))
      // Every view enlarges, whatever the shapes.
      let map = CanvasMap(
        CanvasSimilarity(
          rho: .random(in: 4...8, using: &random), phi: .random(in: -4...4, using: &random),
          tau: random.shift(5), flips: .random(using: &random)))
      let view = try Canvas.render(photograph, size: canvas, fit: fit, through: map)
      let judge = try plainView(photograph, canvas, fit, map)
      #expect(maxDifference(view.rgb, judge) <= 1)
    }
  }

  @Test func theWarpReachesFarBeyondThePicture() throws {
    let photograph = try noisyPicture(60, 60, seed: 4)
    let canvas = PixelSize(width: 60, height: 60)
    var random = SeededGenerator(seed: 5)
    for fit in CanvasFit.allCases {
      for _ in 0..<20 {
        // A shift by whole pixels, many pictures away.
        let (dx, dy) = (Int.random(in: -700...700, using: &random), Int.random(in: -700...700, using: &random))
        let map = CanvasMap(CanvasSimilarity(tau: Point(x: Double(dx) / 30, y: Double(dy) / 30)))
        let view = try Canvas.render(photograph, size: canvas, fit: fit, through: map)
        #expect(maxDifference(view.rgb, try plainView(photograph, canvas, fit, map)) <= 1)
      }
    }
  }

  /// Stripes one pixel wide, shown at a quarter of their size, must be grey and not some of the stripes.
  @Test func shrunkViewsAreAntialiased() throws {
    let stripes = try picture(384, 384) { x, y in [UInt8](repeating: (x + y) % 2 == 0 ? 255 : 0, count: 3) }
    for degrees in [0.0, 15, 30] {
      let map = CanvasMap(CanvasSimilarity(rho: 0.7, phi: degrees * .pi / 180))
      let view = try Canvas.render(stripes, size: Self.canvas, fit: .squash, through: map)
      #expect(view.rgb.allSatisfy { abs(Int($0) - 128) < 12 })
    }
  }

  /// A view that enlarges shows what the decoded photograph has, not an enlarged canvas.
  @Test func enlargedViewsKeepTheDetail() throws {
    let stripes = try picture(384, 384) { x, _ in [UInt8](repeating: x / 4 % 2 == 0 ? 255 : 0, count: 3) }
    let map = CanvasMap(CanvasSimilarity(rho: 4))
    let view = try Canvas.render(stripes, size: Self.canvas, fit: .squash, through: map)
    #expect(view.rgb.filter { $0 > 250 || $0 < 5 }.count > view.rgb.count / 2)
  }

  @Test func mapsThatShowNothingAreRefused() throws {
    let photograph = try smoothPicture(40, 30)
    let maps =
      [CanvasMap(scaleX: 0, scaleY: 1), CanvasMap(scaleX: 1e-12, scaleY: 1e-12)]
      + hostileScales.map { CanvasMap(CanvasSimilarity(tau: Point(x: $0, y: 0))) }
    for map in maps {
      #expect(throws: ImagingError.operationFailed("view")) {
        try Canvas.render(photograph, size: Self.canvas, fit: .squash, through: map)
      }
      if map.inverse == nil {
        #expect(Canvas.shrink(for: photograph.size, canvas: Self.canvas, through: [map]) == 1)
      }
    }
  }

  private let hostileScales: [Double] = [.nan, .infinity, 1e30, -1e18]

  @Test func theDecodeServesTheMostDetailedView() {
    let canvas = PixelSize(width: 224, height: 224)
    let upright = PixelSize(width: 4000, height: 3000)
    func shrink(_ scales: [Double]) -> Int {
      let maps = scales.map { CanvasMap(CanvasSimilarity(rho: $0, phi: 0.3)) }
      return Canvas.shrink(for: upright, canvas: canvas, through: maps)
    }
    #expect(Canvas.shrink(for: upright, canvas: canvas, through: [.identity]) == 4)
    #expect(Canvas.shrink(for: upright, canvas: canvas) == 4)
    #expect(shrink([0.5]) == 8)
    #expect(shrink([1]) == 4)
    #expect(shrink([0.5, 1, 2]) == 2)
    #expect(shrink([100]) == 1)
  }

  /// Beside a squashed photograph lie its own colours, blurred: nothing of it is seen twice.
  @Test func surroundingsAreBlurred() throws {
    let half = try picture(96, 96) { x, y in
      x < 48 ? [200, 20, 20] : [20, 20, (x + y) % 2 == 0 ? 255 : 145]
    }
    let map = CanvasMap(CanvasSimilarity(rho: 0.5))
    let view = try Canvas.render(half, size: Self.canvas, fit: .squash, through: map)
    func pixel(_ x: Int, _ y: Int) -> [Int] { (0..<3).map { Int(view.rgb[3 * (y * 96 + x) + $0]) } }
    for y in [0, 10, 85, 95] {
      #expect(zip(pixel(8, y), [200, 20, 20]).allSatisfy { abs($0 - $1) < 12 })
      #expect(zip(pixel(88, y), [20, 20, 200]).allSatisfy { abs($0 - $1) < 12 })
      let steps = (1..<96).map { abs(pixel($0, y)[0] - pixel($0 - 1, y)[0]) }
      #expect(steps.max()! < 20)
    }
  }

  /// Bilinear interpolation in the photograph itself, in double precision.
  private func plainView(
    _ photograph: PixelBuffer, _ size: PixelSize, _ fit: CanvasFit, _ map: CanvasMap
  ) throws -> [UInt8] {
    let back = try #require(map.inverse)
    let frame = CanvasFrame(photograph: photograph.size, canvas: size, fit: fit)
    let (width, height) = (photograph.size.width, photograph.size.height)
    let source = photograph.rgb
    func value(_ x: Int, _ y: Int, _ band: Int) -> Double {
      Double(source[3 * (min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)) + band])
    }
    let around = try surroundings(photograph, size, fit)
    var rgb: [UInt8] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        let view = Point(
          x: (Double(x) + 0.5) / Double(size.width) * 2 - 1, y: (Double(y) + 0.5) / Double(size.height) * 2 - 1)
        let point = frame.photographPoint(back.point(view))
        let inside = point.x >= 0 && point.x <= Double(width) && point.y >= 0 && point.y <= Double(height)
        let (px, py) = (point.x - 0.5, point.y - 0.5)
        let (left, top) = (px.rounded(.down), py.rounded(.down))
        let (u, v) = (px - left, py - top)
        for band in 0..<3 {
          let (x, y) = (Int(left), Int(top))
          let upper = value(x, y, band) * (1 - u) + value(x + 1, y, band) * u
          let lower = value(x, y + 1, band) * (1 - u) + value(x + 1, y + 1, band) * u
          let level = (upper * (1 - v) + lower * v).rounded()
          rgb.append(inside ? UInt8(level) : around[rgb.count])
        }
      }
    }
    return rgb
  }

  /// What a view shows of a photograph that lies far outside it.
  private func surroundings(_ photograph: PixelBuffer, _ size: PixelSize, _ fit: CanvasFit) throws -> [UInt8] {
    let away = CanvasMap(CanvasSimilarity(tau: Point(x: 100, y: 100)))
    return try Canvas.render(photograph, size: size, fit: fit, through: away).rgb
  }
}

@Suite struct ColourChangeTests {
  @Test func noChangeChangesNothing() throws {
    let photograph = try noisyPicture(30, 20, seed: 1)
    #expect(try photograph.recoloured(.none).rgb == photograph.rgb)
  }

  /// Against the three steps taken one after the other in double precision, on colours that stay in range.
  @Test func theStepsTogetherAreTheStepsOneByOne() throws {
    var random = SeededGenerator(seed: 6)
    let photograph = try picture(20, 10) { _, _ in
      (0..<3).map { _ in UInt8.random(in: 80...150, using: &random) }
    }
    for _ in 0..<20 {
      let change = ColourChange(
        brightness: .random(in: 0.9...1.1, using: &random), contrast: .random(in: 0.6...1.3, using: &random),
        saturation: .random(in: 0...1.5, using: &random))
      #expect(try maxDifference(photograph.recoloured(change).rgb, plain(photograph, change)) <= 1)
    }
  }

  @Test func valuesAreCutOffAtTheEnds() throws {
    let photograph = try picture(16, 16) { x, y in [UInt8(16 * x), UInt8(16 * y), 128] }
    #expect(try photograph.recoloured(ColourChange(brightness: 1000)).rgb.allSatisfy { $0 == 0 || $0 == 255 })
    #expect(try photograph.recoloured(ColourChange(brightness: 0)).rgb.allSatisfy { $0 == 0 })
    #expect(try photograph.recoloured(ColourChange(contrast: 1000)).rgb.allSatisfy { $0 == 0 || $0 > 250 })
    let grey = try photograph.recoloured(ColourChange(saturation: 0)).rgb
    for start in stride(from: 0, to: grey.count, by: 3) {
      #expect(Set(grey[start..<start + 3]).count == 1)
    }
  }

  /// The colours that change are the photograph's; padding is what inference pads with.
  @Test func paddingKeepsItsColour() throws {
    let (photograph, size) = (try noisyPicture(80, 40, seed: 2), PixelSize(width: 40, height: 40))
    let change = ColourChange(brightness: 0.5, contrast: 0.7, saturation: 0.3)
    let view = try Canvas.render(photograph, size: size, fit: .letterbox, through: .identity, colours: change)
    let plain = try Canvas.render(photograph, size: size, fit: .letterbox)
    let shown = 3 * 40 * 10..<3 * 40 * 30
    #expect(view.rgb[..<shown.lowerBound] == plain.rgb[..<shown.lowerBound])
    #expect(view.rgb[shown.upperBound...] == plain.rgb[shown.upperBound...])
    let picture = try PixelBuffer(size: PixelSize(width: 40, height: 20), rgb: Array(plain.rgb[shown]))
    #expect(try Array(view.rgb[shown]) == picture.recoloured(change).rgb)
  }

  private func plain(_ photograph: PixelBuffer, _ change: ColourChange) -> [UInt8] {
    func luma(_ pixel: [Double]) -> Double { (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) / 256 }
    let rgb = photograph.rgb
    let pixels = stride(from: 0, to: rgb.count, by: 3).map { start in
      (0..<3).map { Double(rgb[start + $0]) * change.brightness }
    }
    let mean = pixels.map(luma).reduce(0, +) / Double(pixels.count)
    let contrasted = pixels.map { $0.map { mean + change.contrast * ($0 - mean) } }
    return contrasted.flatMap { pixel in
      let own = luma(pixel)
      return pixel.map { UInt8(min(max((own + change.saturation * ($0 - own)).rounded(), 0), 255)) }
    }
  }
}

extension CanvasPixels {
  /// The bytes with left and right exchanged.
  fileprivate var mirrored: [UInt8] {
    (0..<size.height).flatMap { y in
      (0..<size.width).reversed().flatMap { x in (0..<3).map { rgb[3 * (y * size.width + x) + $0] } }
    }
  }
}

extension RandomNumberGenerator {
  fileprivate mutating func shift(_ most: Double) -> Point {
    Point(x: .random(in: -most...most, using: &self), y: .random(in: -most...most, using: &self))
  }
}
