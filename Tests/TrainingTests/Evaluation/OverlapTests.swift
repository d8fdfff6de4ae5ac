import Foundation
import Geometry
import Tensors
import TestSupport
import Testing
import Training

@Suite struct OverlapTests {
  private func rectangle(_ generator: inout SeededGenerator) -> Parallelogram {
    let a = Point(direction: .random(in: 0...360, using: &generator)) * .random(in: 5...40, using: &generator)
    let b = a.perpendicular * .random(in: 0.2...3, using: &generator)
    let center = Point(
      x: .random(in: 20...80, using: &generator), y: .random(in: 20...80, using: &generator))
    return Parallelogram(center: center, halfAxes: a, b)
  }

  private func contains(_ shape: Parallelogram, _ point: Point) -> Bool {
    let offset = point - shape.center
    let determinant = shape.a.cross(shape.b)
    return abs(offset.cross(shape.b) / determinant) <= 1 && abs(shape.a.cross(offset) / determinant) <= 1
  }

  @Test func overlapsAgainstCountedPoints() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<40 {
      let (p, q) = (rectangle(&generator), rectangle(&generator))
      var common = 0
      let steps = 400
      // The points of a grid over the first: no second formula, just counting.
      for i in 0..<steps {
        for j in 0..<steps {
          let s = (Double(i) + 0.5) / Double(steps) * 2 - 1
          let t = (Double(j) + 0.5) / Double(steps) * 2 - 1
          if contains(q, p.center + p.a * s + p.b * t) { common += 1 }
        }
      }
      let counted = p.area * Double(common) / Double(steps * steps)
      #expect(abs(p.intersectionArea(with: q) - counted) <= 0.01 * p.area)
      #expect(approximately(p.intersectionArea(with: q), q.intersectionArea(with: p), tolerance: 1e-6))
    }
  }

  @Test func uprightOverlapsAreThoseOfBoxes() {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<200 {
      func box(_ generator: inout SeededGenerator) -> Box {
        Box(
          x: .random(in: 0...50, using: &generator), y: .random(in: 0...50, using: &generator),
          width: .random(in: 1...50, using: &generator), height: .random(in: 1...50, using: &generator))
      }
      let (p, q) = (box(&generator), box(&generator))
      #expect(approximately(Parallelogram(p).iou(with: Parallelogram(q)), p.iou(with: q), tolerance: 1e-9))
      let frame = PixelSize(width: 100, height: 100)
      #expect(approximately(Parallelogram(p).iou(with: q, within: frame), p.iou(with: q), tolerance: 1e-9))
    }
  }

  @Test func degenerateShapesOverlapNothing() {
    let flat = Parallelogram(center: .zero, halfAxes: Point(x: 1, y: 1), Point(x: 2, y: 2))
    let square = Parallelogram(Box(x: -1, y: -1, width: 2, height: 2))
    #expect(flat.iou(with: square) == 0 && square.iou(with: flat) == 0)
    #expect(Parallelogram(Box(x: .nan, y: 0, width: 1, height: 1)).iou(with: square) == 0)
  }

  /// A list of one photograph's boxes, as a judge gets it.
  private func marked(_ rows: String, restoring: Bool = false) throws -> BoxList.Marked {
    try TemporaryDirectory.use { directory in
      let path = directory.file("boxes.csv")
      let header = "file,width,height,xmin,ymin,xmax,ymax,orig_width,orig_height\n"
      try Data((header + rows).utf8).write(to: URL(fileURLWithPath: path))
      let list = try BoxList(path: path, root: nil, prefix: nil, restoring: restoring)
      return try #require(list[directory.file("a.jpg")])
    }
  }

  @Test func everyWayToABoxByHand() throws {
    // The right half and a strip at the left, of a photograph twice the listed size.
    let marked = try marked("a.jpg,100,50,50,0,100,50,0,0\na.jpg,100,50,0,0,10,50,0,0\n")
    let frame = CanvasFrame(
      photograph: PixelSize(width: 200, height: 100), canvas: PixelSize(width: 64, height: 64), fit: .squash)
    // The canvas's right half in 8 x 8 cells.
    let activation = ScalarMap(rows: 8, columns: 8, values: (0..<64).map { $0 % 8 >= 4 ? 1 : 0 })
    let overlaps = OverlapJudge(marked, frame: frame).overlaps(
      of: CanvasRectangle(mu1: 0.5, mu2: 0, sigma1: 0.25, sigma2: 1, alpha: 0), activation: activation,
      in: Workspace())
    #expect(overlaps.boxes == 2)
    #expect(approximately(try #require(overlaps.hull), 0.5))
    #expect(approximately(try #require(overlaps.oriented), 0.5))
    #expect(overlaps.isCenterInside == true)
    #expect(approximately(overlaps.whole, 0.5))
    // 35 x 70 of 140 x 70 common with 100 x 100.
    #expect(approximately(overlaps.middle, 70 * 70 / (140 * 70 + 100 * 100 - 70 * 70)))
    let activations = try #require(overlaps.activation)
    #expect(activations.count == ActivationThresholds.all.count)
    // At one half the step between the middle cells is cut in its middle.
    #expect(abs(activations[9] - 1) < 0.02)
    #expect(abs(try #require(overlaps.moments) - 1) < 0.06)
  }

  @Test func whatIsMarkedBeyondTheFrameDoesNotCount() throws {
    let frame = CanvasFrame(
      photograph: PixelSize(width: 100, height: 50), canvas: PixelSize(width: 64, height: 64), fit: .squash)
    func overlaps(_ row: String) throws -> PhotographVerdict.Overlaps {
      OverlapJudge(try marked(row), frame: frame).overlaps(
        of: CanvasRectangle(mu1: 0.5, mu2: 0, sigma1: 0.5, sigma2: 1, alpha: 0), activation: nil,
        in: Workspace())
    }
    let (cut, beyond) = try (
      overlaps("a.jpg,100,50,50,0,100,50,0,0\n"), overlaps("a.jpg,100,50,50,-9,160,70,0,0\n")
    )
    #expect(cut.hull == beyond.hull && cut.whole == beyond.whole && cut.middle == beyond.middle)
    #expect(approximately(try #require(beyond.hull), 1) && approximately(beyond.whole, 0.5))
  }

  @Test func squashingChangesOnlyWhatIsAtAnAngle() throws {
    let row = "a.jpg,100,100,20,30,80,90,300,100\n"
    let frame = CanvasFrame(
      photograph: PixelSize(width: 100, height: 100), canvas: PixelSize(width: 64, height: 64), fit: .squash)
    let rectangle = CanvasRectangle(mu1: 0, mu2: 0.1, sigma1: 0.6, sigma2: 0.3, alpha: 0.5)
    func overlaps(restoring: Bool) throws -> PhotographVerdict.Overlaps {
      OverlapJudge(try marked(row, restoring: restoring), frame: frame).overlaps(
        of: rectangle, activation: nil, in: Workspace())
    }
    let (squashed, restored) = (try overlaps(restoring: false), try overlaps(restoring: true))
    #expect(squashed.hull == restored.hull && squashed.whole == restored.whole)
    // By hand: the rectangle nearest to the half axes stretched by 3 along x, held against the stretched box.
    let (a, b) = rectangle.halfAxes
    let stretched = OrientedRectangle(
      center: Point(x: 150, y: 55), halfAxes: Point(x: 150 * a.x, y: 50 * a.y), Point(x: 150 * b.x, y: 50 * b.y)
    )
    let box = Box(x: 60, y: 30, width: 180, height: 60)
    let expected = Parallelogram(stretched).iou(with: box, within: PixelSize(width: 300, height: 100))
    #expect(approximately(try #require(restored.oriented), expected))
    #expect(abs(try #require(restored.oriented) - #require(squashed.oriented)) > 0.001)
  }

  @Test(arguments: [
    ("a.jpg,100,50,50,0,40,50,1,1\n", "boxes.csv:2: the box has no area"),
    ("a.jpg,100,50,1,2,x,50,1,1\n", "boxes.csv:2: 'x' in column xmax is no number"),
    ("a.jpg,0,50,1,2,3,4,1,1\n", "boxes.csv:2: '0' in column width"),
    ("a.jpg,10,50,1,2,3,4,1,1\na.jpg,20,50,1,2,3,4,1,1\n", "boxes.csv:3: gives 'a.jpg' another size"),
    ("a.jpg,10,50,,,,,1,1\n", "boxes.csv: holds no box"),
  ])
  func wrongBoxesAreRefused(rows: String, message: String) throws {
    do {
      _ = try marked(rows)
      Issue.record("was read")
    } catch let error as DataError {
      #expect(error.description.contains(message), "\(error)")
    }
  }
}
