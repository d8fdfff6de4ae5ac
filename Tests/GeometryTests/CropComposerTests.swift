import Geometry
import TestSupport
import Testing

@Suite struct CropComposerTests {
  private let frame = PixelSize(width: 1000, height: 600)

  @Test func freeCropIsTheHull() {
    let region = compose(hull: PixelBox(x: 100, y: 50, width: 300, height: 200), CropOptions(), frame)
    #expect(region.box == PixelBox(x: 100, y: 50, width: 300, height: 200))
    #expect(region.source == .rectangle)
    #expect(region.adjusted.isEmpty)
  }

  @Test func marginIsAFractionOfEachSide() {
    let region = compose(
      hull: PixelBox(x: 100, y: 100, width: 300, height: 200), CropOptions(margin: 0.1), frame)
    #expect(region.box == PixelBox(x: 70, y: 80, width: 360, height: 240))
    #expect(region.adjusted.isEmpty)
  }

  @Test func aspectGrowsTheShortSideAboutTheCentre() throws {
    let square = try AspectRatio.parse("1:1")
    let region = compose(
      hull: PixelBox(x: 400, y: 250, width: 200, height: 100), CropOptions(aspect: square), frame)
    #expect(region.box == PixelBox(x: 400, y: 200, width: 200, height: 200))
    #expect(region.adjusted == [.aspect])
  }

  @Test func windowsAreShiftedBackInside() throws {
    let square = try AspectRatio.parse("1:1")
    let region = compose(
      hull: PixelBox(x: 0, y: 0, width: 200, height: 100), CropOptions(aspect: square), frame)
    #expect(region.box == PixelBox(x: 0, y: 0, width: 200, height: 200))
    #expect(region.adjusted == [.clamped, .aspect])
  }

  @Test func tooLargeBecomesTheLargestWindowThatFits() throws {
    let square = try AspectRatio.parse("1:1")
    let region = compose(
      hull: PixelBox(x: 100, y: 0, width: 800, height: 300), CropOptions(aspect: square), frame)
    #expect(region.box == PixelBox(x: 200, y: 0, width: 600, height: 600))
    #expect(region.adjusted == [.clamped, .aspect])
  }

  @Test func minimumGrowsSmallBoxes() {
    let region = compose(hull: PixelBox(x: 500, y: 300, width: 10, height: 80), CropOptions(minimum: 64), frame)
    #expect(region.box == PixelBox(x: 473, y: 300, width: 64, height: 80))
    #expect(region.adjusted == [.minimum])
  }

  @Test func uselessRectanglesPassToTheNextSource() {
    let located = upright(PixelBox(x: 100, y: 100, width: 300, height: 200), frame)
    let composer = CropComposer(options: CropOptions(), frame: frame)
    let point = Point(x: 10, y: 300)
    #expect(composer.compose(located, score: 0.19) { point }.source == .attention)
    #expect(composer.compose(located, score: nil) { point }.source == .attention)
    #expect(composer.compose(located, score: .nan) { point }.source == .attention)
    #expect(composer.compose(nil, score: 1) { point }.source == .attention)
    #expect(composer.compose(located, score: 0.2) { point }.source == .rectangle)
    let nearlyAll = upright(PixelBox(x: 0, y: 0, width: 1000, height: 580), frame)
    #expect(composer.compose(nearlyAll, score: 1) { point }.source == .attention)
    #expect(composer.compose(nil, score: nil) { nil }.source == .centre)
    #expect(composer.compose(nil, score: nil) { Point(x: .nan, y: 0) }.source == .centre)
  }

  @Test func attentionIsAskedOnlyWhenReached() throws {
    struct Unwanted: Error {}
    let located = upright(PixelBox(x: 100, y: 100, width: 300, height: 200), frame)
    let composer = CropComposer(options: CropOptions(), frame: frame)
    #expect(
      try composer.compose(located, score: 1) { () throws(Unwanted) in throw Unwanted() }.source == .rectangle)
    #expect(throws: Unwanted.self) {
      try composer.compose(nil, score: 1) { () throws(Unwanted) in throw Unwanted() }
    }
  }

  @Test func theOtherSources() throws {
    let wide = try AspectRatio.parse("2:1")
    func region(_ options: CropOptions, at point: Point = .zero) -> CropRegion {
      CropComposer(options: options, frame: frame).compose(nil, score: nil) { point }
    }
    #expect(region(CropOptions(order: [.centre])).box == PixelBox(x: 150, y: 90, width: 700, height: 420))
    #expect(
      region(CropOptions(aspect: wide, order: [.centre])).box == PixelBox(x: 0, y: 50, width: 1000, height: 500)
    )
    #expect(region(CropOptions(order: [.attention])).box == PixelBox(x: 0, y: 0, width: 700, height: 420))
    #expect(region(CropOptions(order: [.attention])).adjusted == [.clamped])
    #expect(region(CropOptions(order: [.whole])).box == PixelBox(frame))
    #expect(region(CropOptions(order: [])).source == .whole)
    #expect(region(CropOptions(order: [.rectangle])).source == .whole)
    let least = region(CropOptions(minimum: 500, order: [.centre]))
    #expect(least.box == PixelBox(x: 150, y: 50, width: 700, height: 500))
    #expect(least.adjusted == [.minimum])
  }

  @Test func writtenSizeIsNeverEnlarged() {
    let region = CropRegion(box: PixelBox(x: 0, y: 0, width: 300, height: 200), source: .whole, adjusted: [])
    #expect(region.outputSize(longest: nil) == PixelSize(width: 300, height: 200))
    #expect(region.outputSize(longest: 150) == PixelSize(width: 150, height: 100))
    #expect(region.outputSize(longest: 1024) == PixelSize(width: 300, height: 200))
  }

  @Test func orientedCutsTheRectangleItself() throws {
    let rectangle = OrientedRectangle(center: Point(x: 500, y: 300), width: 200, height: 100, angle: 30)
    let region = compose(rectangle, CropOptions(margin: 0.1, oriented: true), frame)
    #expect(approximately(region.rectangle.width, 240) && approximately(region.rectangle.height, 120))
    #expect(region.rectangle.angle == 30)
    #expect(region.box == nil)
    #expect(region.adjusted.isEmpty)
    let square = compose(rectangle, CropOptions(aspect: try AspectRatio.parse("1:1"), oriented: true), frame)
    #expect(approximately(square.rectangle.width, 200) && approximately(square.rectangle.height, 200))
    #expect(square.adjusted == [.aspect])
    let upright = OrientedRectangle(center: rectangle.center, width: 200, height: 100, angle: 0.004)
    #expect(compose(upright, CropOptions(oriented: true), frame).box != nil, "its record says 0")
    let outside = OrientedRectangle(center: Point(x: -1, y: 300), width: 200, height: 100, angle: 30)
    #expect(compose(outside, CropOptions(oriented: true), frame).rectangle.angle == 0)
  }
}

/// The region for an upright rectangle that a sure network found.
func compose(hull: PixelBox, _ options: CropOptions, _ frame: PixelSize) -> CropRegion {
  CropComposer(options: options, frame: frame).compose(upright(hull, frame), score: 1) { nil }
}

func compose(_ rectangle: OrientedRectangle, _ options: CropOptions, _ frame: PixelSize) -> CropRegion {
  let quad = rectangle.corners
  let located = LocatedRectangle(
    rectangle: rectangle, quad: quad, hull: quad.hull(clippedTo: frame),
    coverage: quad.clippedArea(to: frame) / Box(frame).area)
  return CropComposer(options: options, frame: frame).compose(located, score: 1) { nil }
}

func upright(_ box: PixelBox, _ frame: PixelSize) -> LocatedRectangle {
  let rectangle = OrientedRectangle(box.box)
  return LocatedRectangle(
    rectangle: rectangle, quad: rectangle.corners, hull: box.box, coverage: box.box.area / Box(frame).area)
}
