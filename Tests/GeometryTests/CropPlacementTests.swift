import Geometry
import TestSupport
import Testing

/// Where a window lies about its subject: never cut where the frame allows it, with head room, in the middle or on a third.
@Suite struct CropPlacementTests {
  private static let ratios = [nil, "1:1", "4:5", "16:9", "3:7", "1.91:1"]

  private func options(_ random: inout SeededGenerator) throws -> CropOptions {
    CropOptions(
      aspect: try Self.ratios.randomElement(using: &random)!.flatMap { try AspectRatio.parse($0) },
      margin: [0, 0.1, 0.7].randomElement(using: &random)!,
      headroom: [0, 0.25, 1.5].randomElement(using: &random)!,
      placement: CropPlacement.allCases.randomElement(using: &random)!,
      minimumShare: [0, 0.3, 1].randomElement(using: &random)!, minimum: [1, 80].randomElement(using: &random)!)
  }

  @Test(arguments: [2...40, 100...3000])
  func everyWindow(sides: ClosedRange<Int>) throws {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<5_000 {
      let frame = random.size(sides)
      let hull = random.pixelBox(within: frame)
      let options = try options(&random)
      let box = try #require(compose(hull: hull, options, frame).box)
      #expect(PixelBox(frame).contains(box))
      if let aspect = options.aspect { #expect(isHeld(aspect, by: box), "\(box.size) is not \(aspect)") }

      // On each axis on its own: what is long enough holds the subject, and then its head room as far as the frame has it.
      let columns = box.x..<box.x + box.width
      if box.width >= hull.width {
        #expect(columns.contains(hull.x) && columns.upperBound >= hull.x + hull.width)
      }
      let above = Int((Double(hull.height) * options.headroom).rounded())
      let top = max(0, hull.y - above)
      let bottom = hull.y + hull.height
      if box.height >= hull.height {
        #expect(box.y <= hull.y && box.y + box.height >= bottom)
        #expect(box.y <= max(top, bottom - box.height), "\(box) lacks head room above \(hull)")
      } else {
        #expect(box.y >= hull.y && box.y + box.height <= bottom, "as much of the subject as there can be")
      }
    }
  }

  /// No window of this ratio holds the subject where the composed one does not.
  @Test func theSubjectIsCutOnlyWhereItMustBe() throws {
    var random = SeededGenerator(seed: 22)
    for _ in 0..<5_000 {
      let frame = random.size(20...2000)
      let hull = random.pixelBox(within: frame)
      var options = try options(&random)
      options.aspect = try AspectRatio.parse(["1:1", "4:5", "16:9"].randomElement(using: &random)!)
      let box = try #require(compose(hull: hull, options, frame).box)
      guard !box.contains(hull), let ratio = options.aspect?.value else { continue }
      let least = (
        width: max(Double(hull.width), Double(hull.height) * ratio),
        height: max(Double(hull.height), Double(hull.width) / ratio)
      )
      // A rounded side may lack a pixel of the exact one.
      #expect(least.width > Double(frame.width) - 1 || least.height > Double(frame.height) - 1)
    }
  }

  @Test func theLeastShareIsKept() throws {
    var random = SeededGenerator(seed: 23)
    for _ in 0..<5_000 {
      let frame = random.size(50...2000)
      var options = try options(&random)
      options.minimumShare = .random(in: 0...1, using: &random)
      let box = try #require(compose(hull: random.pixelBox(within: frame), options, frame).box)
      let largest = try #require(
        options.aspect.map { aspect in
          compose(hull: PixelBox(frame), CropOptions(aspect: aspect, maximumCoverage: 1), frame).box
        } ?? PixelBox(frame))
      // The rounding of one side of a window of a fixed ratio costs less than a column.
      let least = min(options.minimumShare * Double(frame.area), Double(largest.size.area)) - Double(box.height)
      #expect(Double(box.size.area) >= least, "\(box.size) of \(frame) for \(options.minimumShare)")
    }
  }

  @Test func allOfItIsTheLargestWindow() throws {
    let frame = PixelSize(width: 400, height: 300)
    let hull = PixelBox(x: 300, y: 100, width: 40, height: 60)
    func box(_ aspect: String, _ placement: CropPlacement = .centre) throws -> PixelBox? {
      let options = CropOptions(aspect: try .parse(aspect), placement: placement, minimumShare: 1)
      return compose(hull: hull, options, frame).box
    }
    #expect(try box("1:1") == PixelBox(x: 100, y: 0, width: 300, height: 300))
    #expect(try box("1:2") == PixelBox(x: 245, y: 0, width: 150, height: 300))
    #expect(try box("1:2", .thirds) == PixelBox(x: 220, y: 0, width: 150, height: 300))
    #expect(try box("4:1") == PixelBox(x: 0, y: 80, width: 400, height: 100))
    #expect(try box("4:1", .thirds) == PixelBox(x: 0, y: 96, width: 400, height: 100))
    #expect(try box("free") == PixelBox(frame))
  }

  @Test func headRoomIsAddedAbove() {
    let frame = PixelSize(width: 400, height: 300)
    let hull = PixelBox(x: 100, y: 100, width: 80, height: 100)
    #expect(
      compose(hull: hull, CropOptions(headroom: 0.2), frame).box
        == PixelBox(x: 100, y: 80, width: 80, height: 120))
    #expect(
      compose(hull: hull, CropOptions(margin: 0.1, headroom: 0.2), frame).box
        == PixelBox(x: 92, y: 70, width: 96, height: 140))
    // The frame has 100 rows above, and the window is moved down no further than it must be.
    let region = compose(hull: hull, CropOptions(headroom: 1.5), frame)
    #expect(region.box == PixelBox(x: 100, y: 0, width: 80, height: 250))
    #expect(region.adjusted == [.clamped])
  }

  @Test func thirdsUseOnlyWhatTheWindowHasBesides() throws {
    let frame = PixelSize(width: 900, height: 900)
    let square = try AspectRatio.parse("1:1")
    func box(_ hull: PixelBox, margin: Double = 0) -> PixelBox? {
      compose(hull: hull, CropOptions(aspect: square, margin: margin, placement: .thirds), frame).box
    }
    // A tall subject on the left: its middle on the left third; on the right: on the right third.
    let tall = PixelBox(x: 200, y: 300, width: 60, height: 300)
    #expect(box(tall) == PixelBox(x: 130, y: 300, width: 300, height: 300))
    #expect(
      box(PixelBox(x: 640, y: 300, width: 60, height: 300)) == PixelBox(x: 470, y: 300, width: 300, height: 300)
    )
    // One so wide that a third would cut it stays whole, and so does its margin.
    #expect(
      box(PixelBox(x: 200, y: 300, width: 240, height: 300))
        == PixelBox(x: 200, y: 300, width: 300, height: 300))
    #expect(box(tall, margin: 0.5) == PixelBox(x: 30, y: 150, width: 600, height: 600))
  }

  /// A window at an angle that the frame holds is moved before anything is cut off the rectangle.
  @Test func atAnAngleItMovesBeforeItShrinks() throws {
    let frame = PixelSize(width: 1000, height: 600)
    let rectangle = OrientedRectangle(center: Point(x: 500, y: 120), width: 300, height: 60, angle: 10)
    let square = CropOptions(aspect: try AspectRatio.parse("1:1"), oriented: true)
    let region = compose(rectangle, square, frame)
    #expect(region.rectangle.angle == 10 && approximately(region.rectangle.width, 300))
    #expect(region.adjusted == [.clamped, .aspect])
    var random = SeededGenerator(seed: 24)
    for _ in 0..<3_000 {
      var options = try options(&random)
      options.oriented = true
      let center = Point(x: .random(in: 0...1000, using: &random), y: .random(in: 0...600, using: &random))
      let rectangle = OrientedRectangle(
        center: center, width: .random(in: 10...400, using: &random),
        height: .random(in: 10...400, using: &random), angle: .random(in: -44...44, using: &random))
      let region = compose(rectangle, options, frame)
      guard region.box == nil else { continue }
      for corner in region.rectangle.corners.points {
        #expect(corner.x >= -1e-6 && corner.x <= 1000 + 1e-6 && corner.y >= -1e-6 && corner.y <= 600 + 1e-6)
      }
      // Whoever is whole in the frame and was not shrunk is whole in the window.
      guard !region.adjusted.contains(.clamped) else { continue }
      let e1 = Point(direction: rectangle.angle)
      let away = region.rectangle.center - rectangle.center
      #expect(abs(away.dot(e1)) <= (region.rectangle.width - rectangle.width) / 2 + 1e-6)
      #expect(abs(away.dot(e1.perpendicular)) <= (region.rectangle.height - rectangle.height) / 2 + 1e-6)
    }
  }

  private func isHeld(_ aspect: AspectRatio, by box: PixelBox) -> Bool {
    let exact = (width: Double(box.height) * aspect.value, height: Double(box.width) / aspect.value)
    return min(box.width, box.height) == 1 || abs(Double(box.width) - exact.width) <= 0.5
      || abs(Double(box.height) - exact.height) <= 0.5
  }
}
