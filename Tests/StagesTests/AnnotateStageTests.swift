import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import TestSupport
import Testing

@Suite struct AnnotateStageTests {
  private static let red = RGB(red: 255, green: 0, blue: 0)

  private static func located(_ rectangle: OrientedRectangle, in frame: PixelSize) -> LocatedRectangle {
    LocatedRectangle(
      rectangle: rectangle, quad: rectangle.corners, hull: rectangle.corners.hull(clippedTo: frame),
      coverage: rectangle.corners.clippedArea(to: frame) / Box(frame).area)
  }

  /// What the stage makes of pixels that show a part of a grey photograph of 400 x 300.
  private static func drawn(
    _ rectangle: OrientedRectangle, _ given: [String: OptionValue] = [:], pixels: PixelSize,
    part: OrientedRectangle? = nil
  ) throws -> Picture {
    try TemporaryDirectory.use { directory in
      let photograph = try SingleStage.plain(400, 300)
      var sample = try SingleStage.sample(
        Encoder.encode(photograph, EncodeOptions(format: .png)), in: directory)
      sample.picture = Picture(try SingleStage.plain(pixels.width, pixels.height), showing: part)
      sample.attended = located(rectangle, in: photograph.size)
      sample.predictions = [PredictionRecord(label: "<cat>", index: 3, score: 0.934)]
      let options = given.merging(["color": .text("#ff0000")]) { given, _ in given }
      let stage = try SingleStage.make(AnnotateStage.self, options)
      #expect(try stage.compute(&sample, SingleStage.context) == .pass)
      return try #require(sample.picture)
    }
  }

  /// The red pixels' bounds.
  private static func bounds(_ picture: PixelBuffer) -> Box {
    var points: [Point] = []
    picture.withBytes { bytes in
      for index in 0..<picture.size.area where (bytes[3 * index], bytes[3 * index + 1]) == (255, 0) {
        let (y, x) = index.quotientAndRemainder(dividingBy: picture.size.width)
        points += [Point(x: Double(x), y: Double(y)), Point(x: Double(x + 1), y: Double(y + 1))]
      }
    }
    return Box(enclosing: points)
  }

  private static func isNear(_ a: Box, _ b: Box, by tolerance: Double) -> Bool {
    max(abs(a.x - b.x), abs(a.y - b.y), abs(a.maxX - b.maxX), abs(a.maxY - b.maxY)) <= tolerance
  }

  private static let bare: [String: OptionValue] = ["label": .boolean(false)]

  @Test func theRectangleIsWhereTheRecordSays() throws {
    let rectangle = OrientedRectangle(center: Point(x: 190, y: 140), width: 150, height: 90, angle: 20)
    let picture = try Self.drawn(rectangle, Self.bare, pixels: PixelSize(width: 400, height: 300))
    #expect(picture.isWhole && picture.isAltered)
    // Two pixels of line, half of them outside.
    #expect(Self.isNear(Self.bounds(picture.pixels), rectangle.hull, by: 1.6))
  }

  @Test(arguments: [1.0, 2, 3.7, 8]) func aSmallerScaleMovesNothing(factor: Double) throws {
    let rectangle = OrientedRectangle(Box(x: 80, y: 60, width: 200, height: 160))
    let size = PixelSize(width: Int(400 / factor), height: Int(300 / factor))
    let picture = try Self.drawn(rectangle, Self.bare, pixels: size)
    let scaled = Box(x: 80 / factor, y: 60 / factor, width: 200 / factor, height: 160 / factor)
    #expect(Self.isNear(Self.bounds(picture.pixels), scaled, by: 2.1))
  }

  @Test(arguments: [-40.0, -13, 0, 27, 45], [1.0, 2.5]) func behindACropItIsWhereItBelongs(
    angle: Double, factor: Double
  ) throws {
    // A crop at the rectangle's own angle, with a margin of 20 at the left and right and 10 above and below.
    let rectangle = OrientedRectangle(center: Point(x: 200, y: 150), width: 120, height: 80, angle: angle)
    let part = OrientedRectangle(center: rectangle.center, width: 160, height: 100, angle: angle)
    let picture = try Self.drawn(
      rectangle, Self.bare, pixels: PixelSize(width: Int(160 / factor), height: Int(100 / factor)), part: part)
    #expect(picture.part == part)
    let expected = Box(x: 20 / factor, y: 10 / factor, width: 120 / factor, height: 80 / factor)
    #expect(Self.isNear(Self.bounds(picture.pixels), expected, by: 1.6))
  }

  /// The crop stage's own pixels as judge: what fills the rectangle in the photograph fills the outline in the crop.
  @Test func cropAndAnnotateAgree() throws {
    try TemporaryDirectory.use { directory in
      let frame = PixelSize(width: 400, height: 300)
      let rectangle = OrientedRectangle(center: Point(x: 210, y: 140), width: 160, height: 90, angle: 25)
      // The photograph itself shows the rectangle, filled with green.
      let e1 = Point(direction: 25)
      var rgb: [UInt8] = []
      for y in 0..<300 {
        for x in 0..<400 {
          let offset = Point(x: Double(x) + 0.5, y: Double(y) + 0.5) - rectangle.center
          let isInside = abs(offset.dot(e1)) < 80 && abs(offset.dot(e1.perpendicular)) < 45
          rgb += isInside ? [0, 160, 0] : [60, 60, 60]
        }
      }
      let png = try Encoder.encode(PixelBuffer(size: frame, rgb: rgb), EncodeOptions(format: .png))
      var sample = try SingleStage.sample(png, in: directory)
      sample.attended = Self.located(rectangle, in: frame)
      sample.predictions = [PredictionRecord(label: "cat", index: 3, score: 0.9)]
      let crop = try SingleStage.make(
        CropStage.self, ["oriented": .boolean(true), "margin": .number(0.1), "longest": .integer(100)])
      _ = try crop.compute(&sample, SingleStage.context)
      let annotate = try SingleStage.make(
        AnnotateStage.self, ["label": .boolean(false), "color": .text("#ff0000"), "line": .integer(2)])
      _ = try annotate.compute(&sample, SingleStage.context)
      let picture = try #require(sample.picture)
      // Green up to the line and none beyond it.
      let outline = Self.bounds(picture.pixels)
      picture.pixels.withBytes { bytes in
        for index in 0..<picture.pixels.size.area {
          let (y, x) = index.quotientAndRemainder(dividingBy: picture.pixels.size.width)
          let isGreen = bytes[3 * index + 1] > 110 && bytes[3 * index] < 30
          let inside = Box(
            x: outline.x + 4, y: outline.y + 4, width: outline.width - 8, height: outline.height - 8)
          let point = Point(x: Double(x) + 0.5, y: Double(y) + 0.5)
          if inside.contains(point) { #expect(isGreen, "(\(x), \(y))") }
          if !outline.contains(point) { #expect(!isGreen, "(\(x), \(y))") }
        }
      }
    }
  }

  @Test func theOptionsChooseWhatIsDrawn() throws {
    let rectangle = OrientedRectangle(Box(x: 150, y: 150, width: 100, height: 100))
    let size = PixelSize(width: 400, height: 300)
    let none = try Self.drawn(
      rectangle, ["label": .boolean(false), "rectangle": .boolean(false)], pixels: size)
    #expect(Self.bounds(none.pixels).isEmpty)
    let label = try Self.bounds(Self.drawn(rectangle, ["rectangle": .boolean(false)], pixels: size).pixels)
    #expect(!label.isEmpty && label.maxY < 150)
    let both = try Self.bounds(Self.drawn(rectangle, [:], pixels: size).pixels)
    #expect(both.maxY > 250 && both.y < 150)
    let wide = try Self.bounds(
      Self.drawn(rectangle, Self.bare.merging(["line": .integer(21)]) { $1 }, pixels: size).pixels)
    #expect(Self.isNear(wide, Box(x: 139.5, y: 139.5, width: 121, height: 121), by: 1))
  }

  @Test func aRectangleWithoutSizeIsNotDrawn() throws {
    let point = OrientedRectangle(center: Point(x: 200, y: 150), width: 0, height: 0, angle: 0)
    let picture = try Self.drawn(point, Self.bare, pixels: PixelSize(width: 400, height: 300))
    #expect(Self.bounds(picture.pixels).isEmpty)
  }

  @Test(arguments: [
    ("red", true), ("#00ff7f", true), ("#00ff7", false), ("#+0ff7f", false), ("pink", false), ("", false),
  ])
  func coloursAreChecked(text: String, isColour: Bool) {
    let option = AnnotateStage.schema.options.first { $0.name == "color" }
    #expect((try? option?.kind.value(of: text)) == (isColour ? .text(text) : nil))
  }
}
