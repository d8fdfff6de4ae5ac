import Geometry
import TestSupport
import Testing

@Suite struct CanvasFrameTests {
  @Test func squashFillsTheCanvas() {
    let frame = CanvasFrame(
      photograph: PixelSize(width: 400, height: 300), canvas: PixelSize(width: 224, height: 224), fit: .squash)
    #expect(frame.placement == PixelBox(x: 0, y: 0, width: 224, height: 224))
    #expect(frame.photographPoint(.zero) == Point(x: 200, y: 150))
    #expect(frame.photographPoint(Point(x: -1, y: 1)) == Point(x: 0, y: 300))
    #expect(frame.photographVector(Point(x: 0.5, y: 0.5)) == Point(x: 100, y: 75))
  }

  @Test func letterboxCentresThePhotograph() {
    let frame = CanvasFrame(
      photograph: PixelSize(width: 400, height: 200), canvas: PixelSize(width: 100, height: 100),
      fit: .letterbox)
    #expect(frame.placement == PixelBox(x: 0, y: 25, width: 100, height: 50))
    #expect(frame.photographPoint(Point(x: -1, y: -0.5)) == .zero)
    #expect(frame.photographPoint(Point(x: 1, y: 0.5)) == Point(x: 400, y: 200))
    #expect(frame.photographPoint(Point(x: 0, y: -1)) == Point(x: 200, y: -100))
    #expect(frame.photographVector(Point(x: 1, y: 1)) == Point(x: 200, y: 200))
  }

  @Test(arguments: CanvasFit.allCases)
  func mapsAreInverse(fit: CanvasFit) {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<500 {
      let frame = CanvasFrame(photograph: random.size(1...5000), canvas: random.size(1...320), fit: fit)
      #expect(PixelBox(frame.canvas).contains(frame.placement))
      let point = random.point(in: -1...1)
      let back = frame.canvasPoint(frame.photographPoint(point))
      #expect(approximately(back.x, point.x) && approximately(back.y, point.y))
      let vector = frame.canvasVector(frame.photographVector(point))
      #expect(approximately(vector.x, point.x) && approximately(vector.y, point.y))
    }
  }

  @Test func extremeShapesKeepAPixelOnTheCanvas() {
    let frame = CanvasFrame(
      photograph: PixelSize(width: 1, height: 10_000), canvas: PixelSize(width: 224, height: 224),
      fit: .letterbox)
    #expect(frame.placement.width == 1 && frame.placement.height == 224)
  }
}

@Suite struct LocatedRectangleTests {
  private let canvas = PixelSize(width: 224, height: 224)

  @Test func nothingIsLostOnASquarePhotograph() {
    let frame = CanvasFrame(photograph: PixelSize(width: 1000, height: 1000), canvas: canvas, fit: .squash)
    let located = LocatedRectangle(
      CanvasRectangle(mu1: 0.1, mu2: -0.2, sigma1: 0.4, sigma2: 0.2, alpha: 20 * .pi / 180), in: frame)
    #expect(approximately(located.rectangle.center.x, 550) && approximately(located.rectangle.center.y, 400))
    #expect(approximately(located.rectangle.width, 400) && approximately(located.rectangle.height, 200))
    #expect(approximately(located.rectangle.angle, 20))
    #expect(approximately(located.coverage, 0.08))
    for (corner, exact) in zip(located.rectangle.corners.points, located.quad.points) {
      #expect(approximately(corner.x, exact.x) && approximately(corner.y, exact.y))
    }
  }

  @Test func squashedRectanglesAreDescribedByTheirExactCorners() {
    let frame = CanvasFrame(photograph: PixelSize(width: 2000, height: 1000), canvas: canvas, fit: .squash)
    let located = LocatedRectangle(
      CanvasRectangle(mu1: 0, mu2: 0, sigma1: 0.3, sigma2: 0.3, alpha: .pi / 4), in: frame)
    // A diamond twice as wide as high.
    let reach = 0.3 * 2.0.squareRoot()
    #expect(approximately(located.quad.a.x, 1000) && approximately(located.quad.a.y, 500 - 500 * reach))
    #expect(approximately(located.quad.b.x, 1000 + 1000 * reach) && approximately(located.quad.b.y, 500))
    #expect(approximately(located.coverage, 0.09))
    #expect(approximately(located.hull.width, 2000 * reach) && approximately(located.hull.height, 1000 * reach))
  }

  @Test(arguments: CanvasFit.allCases)
  func coverageAgreesWithRandomPoints(fit: CanvasFit) {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<30 {
      let frame = CanvasFrame(photograph: random.size(50...900), canvas: canvas, fit: fit)
      let five = random.canvasRectangle()
      let located = LocatedRectangle(five, in: frame)
      let (a, b) = five.halfAxes
      var hits = 0
      let samples = 20_000
      for _ in 0..<samples {
        let point = Point(
          x: .random(in: 0...Double(frame.photograph.width), using: &random),
          y: .random(in: 0...Double(frame.photograph.height), using: &random))
        let offset = frame.canvasPoint(point) - five.center
        let inside = abs(offset.dot(a)) <= a.dot(a) && abs(offset.dot(b)) <= b.dot(b)
        hits += inside ? 1 : 0
      }
      #expect(abs(located.coverage - Double(hits) / Double(samples)) < 0.02)
    }
  }

  @Test func everyNumberIsFiniteWhateverTheNetworkSays() {
    let frame = CanvasFrame(photograph: PixelSize(width: 640, height: 480), canvas: canvas, fit: .letterbox)
    for number in hostileNumbers {
      for field in [\CanvasRectangle.mu1, \.mu2, \.sigma1, \.sigma2, \.alpha] {
        var five = CanvasRectangle(mu1: 0, mu2: 0, sigma1: 0.5, sigma2: 0.5, alpha: 0.1)
        five[keyPath: field] = number
        let located = LocatedRectangle(five, in: frame)
        #expect(located.rectangle.isFinite && located.quad.isFinite)
        #expect((0...1).contains(located.coverage))
        #expect(number.isFinite || located.isDegenerate)
      }
    }
  }

  @Test func aRectangleBesideThePhotographIsDegenerate() {
    let frame = CanvasFrame(photograph: PixelSize(width: 1000, height: 100), canvas: canvas, fit: .letterbox)
    let padding = CanvasRectangle(mu1: 0, mu2: -0.8, sigma1: 0.2, sigma2: 0.1, alpha: 0)
    #expect(LocatedRectangle(padding, in: frame).isDegenerate)
  }
}
