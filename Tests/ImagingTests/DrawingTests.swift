import Geometry
import Imaging
import TestSupport
import Testing

@Suite struct DrawingTests {
  private static let green = RGB(red: 0, green: 255, blue: 0)

  private static func grey(_ width: Int, _ height: Int) throws -> PixelBuffer {
    try picture(width, height) { _, _ in [100, 100, 100] }
  }

  /// The second implementation: every pixel's distance to the four sides.
  @Test(arguments: 0..<12) func theOutlineIsWhereTheCornersSay(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func random(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    let (width, height) = (90, 70)
    let rectangle = OrientedRectangle(
      center: Point(x: random(0...90), y: random(0...70)), width: random(5...120), height: random(5...120),
      angle: random(-45...45))
    let lineWidth = random(1...9)
    let drawn = try Self.grey(width, height).annotated(
      with: Annotation(outline: rectangle.corners, colour: Self.green, lineWidth: lineWidth))

    let casing = lineWidth / 2 + max(1, lineWidth / 4)
    for y in 0..<height {
      for x in 0..<width {
        let distance = Self.distance(Point(x: Double(x) + 0.5, y: Double(y) + 0.5), to: rectangle.corners)
        let pixel = drawn[x, y]
        if distance < lineWidth / 2 - 0.5 { #expect(pixel == [0, 255, 0], "(\(x), \(y))") }
        if distance > casing + 0.5 { #expect(pixel == [100, 100, 100], "(\(x), \(y))") }
        // Between line and casing nothing is brighter than the picture was, but for the line's own colour.
        if distance > lineWidth / 2 + 0.5 { #expect(pixel.allSatisfy { $0 <= 100 }, "(\(x), \(y))") }
      }
    }
  }

  private static func distance(_ point: Point, to quad: Quad) -> Double {
    let corners = quad.points
    return corners.indices.map { index in
      let (a, b) = (corners[index], corners[(index + 1) % 4])
      let length = (b - a).dot(b - a)
      let along = length == 0 ? 0 : min(1, max(0, (point - a).dot(b - a) / length))
      let off = point - a - (b - a) * along
      return off.dot(off).squareRoot()
    }.min()!
  }

  @Test func cornersMayBeAnywhere() throws {
    let picture = try noisyPicture(31, 17, seed: 3)
    for far in [1e3, 1e9, 1e18, 1e300, .infinity, .nan] {
      let quad = Quad(
        Point(x: -far, y: -far), Point(x: far, y: -far), Point(x: far, y: far), Point(x: -far, y: far))
      let drawn = try picture.annotated(with: Annotation(outline: quad, label: "x", colour: .white))
      #expect(drawn.size == picture.size)
      let bare = try picture.annotated(with: Annotation(outline: quad, colour: .white))
      let isBare = bare.rgb == picture.rgb
      #expect(isBare, "\(far): the outline lies outside")
    }
    // A line from far outside, through the middle, to far outside.
    let through = Quad(
      Point(x: -1e12, y: 8.5), Point(x: 1e12, y: 8.5), Point(x: 1e12, y: 1e12), Point(x: -1e12, y: 1e12))
    let drawn = try picture.annotated(with: Annotation(outline: through, colour: .white, lineWidth: 2))
    #expect((0..<31).allSatisfy { drawn[$0, 8] == [255, 255, 255] })
  }

  @Test func theOriginalStaysAsItWas() throws {
    let picture = try noisyPicture(64, 48, seed: 4)
    let before = picture.rgb
    let quad = OrientedRectangle(Box(x: 5, y: 20, width: 40, height: 20)).corners
    let drawn = try picture.annotated(with: Annotation(outline: quad, label: "cat 90 %", colour: .white))
    let bare = try picture.annotated(with: Annotation(colour: .white))
    let (isUntouched, isDrawn, isBare) = (picture.rgb == before, drawn.rgb != before, bare.rgb == before)
    #expect(isUntouched && isDrawn && isBare)
  }

  /// The box is green and stands on grey; letters are black. So green and black pixels tell where the label is.
  @Test(
    arguments: [
      (200, 150), (150, 200), (300, 40), (60, 800), (1000, 700), (2400, 1600),
    ])
  func theLabelIsInsideAndReadable(side: (width: Int, height: Int)) throws {
    let (width, height) = side
    for corner in [
      Point(x: 0, y: 0), Point(x: Double(width), y: Double(height)),
      Point(x: Double(width) * 0.9, y: Double(height) / 2),
      Point(x: -500, y: 9000),
    ] {
      let quad = Quad(
        corner, corner + Point(x: 1, y: 0), corner + Point(x: 1, y: 1), corner + Point(x: 0, y: 1))
      let drawn = try Self.grey(width, height).annotated(
        with: Annotation(outline: quad, label: "golden retriever 93 %", colour: Self.green, lineWidth: 1))
      var green = 0
      var black = 0
      for y in 0..<height {
        for x in 0..<width {
          if drawn[x, y] == [0, 255, 0] { green += 1 }
          if drawn[x, y] == [0, 0, 0] { black += 1 }
        }
      }
      let letter = min(max(max(width, height) / 28, 12), 320)
      #expect(green > 100 && black > 20, "\(side) \(corner): \(green) \(black)")
      // Readable: more of the box than of the letters, and neither without the other.
      #expect(green > black && green < 60 * letter * letter)
    }
  }

  @Test func anyTextCanBeALabel() throws {
    let picture = try Self.grey(400, 300)
    for text in [
      "<b>&amp;</b> \"quoted\" & 'so'", "日本語 العربية हिन्दी 🐕‍🦺", "a\u{0}b\nc\td\u{7}", "\u{202E}right to left",
      String(repeating: "W", count: 100_000), String(repeating: "e\u{301}\u{302}\u{303}", count: 300),
      "e" + String(repeating: "\u{301}", count: 5000), "</span>",
    ] {
      let drawn = try picture.annotated(with: Annotation(label: text, colour: Self.green))
      let isDrawn = drawn.rgb != picture.rgb
      #expect(isDrawn, "\(text.prefix(20))")
    }
    for text in ["", " ", "\n", "\u{200B}", "\u{FFFF}\u{FFFE}"] {
      _ = try picture.annotated(with: Annotation(label: text, colour: Self.green))
    }
  }

  @Test func markupIsText() throws {
    let picture = try Self.grey(400, 300)
    func drawn(_ text: String) throws -> [UInt8] {
      try picture.annotated(with: Annotation(label: text, colour: Self.green)).rgb
    }
    let (plain, italic) = try (drawn("cat"), drawn("<i>cat</i>"))
    let (escaped, bare) = try (drawn("a&lt;b"), drawn("a<b"))
    let differ = plain != italic && escaped != bare
    #expect(differ)
  }

  @Test(arguments: [(1, 1), (1, 500), (500, 1), (2, 3), (8, 8), (20, 12)])
  func thePictureMayBeTiny(side: (width: Int, height: Int)) throws {
    let picture = try Self.grey(side.width, side.height)
    let quad = OrientedRectangle(Box(picture.size)).corners
    let drawn = try picture.annotated(
      with: Annotation(outline: quad, label: "golden retriever 93 %", colour: .white))
    let isDrawn = drawn.rgb != picture.rgb
    #expect(drawn.size == picture.size && isDrawn)
  }

  @Test func linesGrowWithThePicture() {
    #expect(Annotation.lineWidth(for: PixelSize(width: 200, height: 100)) == 2)
    #expect(Annotation.lineWidth(for: PixelSize(width: 8000, height: 6000)) == 32)
    #expect(Annotation.lineWidth(for: PixelSize(width: 40, height: 8000)) == 2)
  }
}
