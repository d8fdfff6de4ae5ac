import Geometry
import Imaging
import StageGraph
import Stages
import TestSupport
import Testing

@Suite struct ResizeStageTests {
  /// The size that a picture of some size gets.
  private static func result(_ given: [String: OptionValue], _ width: Int, _ height: Int) throws -> PixelSize {
    try TemporaryDirectory.use { directory in
      let png = try Encoder.encode(SingleStage.plain(width, height), EncodeOptions(format: .png))
      var sample = try SingleStage.sample(png, in: directory)
      _ = try SingleStage.make(ResizeStage.self, given).compute(&sample, SingleStage.context)
      return try #require(sample.picture?.pixels.size)
    }
  }

  @Test(
    arguments: [
      (["longest": .integer(100)], 400, 200, 100, 50), (["longest": .integer(100)], 200, 400, 50, 100),
      (["width": .integer(100)], 400, 200, 100, 50), (["height": .integer(100)], 400, 200, 200, 100),
      (["width": .integer(100), "height": .integer(10)], 400, 200, 20, 10),
      (["longest": .integer(100), "width": .integer(80)], 400, 200, 80, 40),
      (["longest": .integer(800)], 400, 200, 400, 200),
      (["longest": .integer(800), "enlarge": .boolean(true)], 400, 200, 800, 400),
      (["width": .integer(600), "height": .integer(900), "enlarge": .boolean(true)], 400, 200, 600, 300),
      (["longest": .integer(1)], 400, 200, 1, 1), (["longest": .integer(7)], 400, 1, 7, 1),
      (["longest": .integer(333)], 999, 777, 333, 259),
    ] as [([String: OptionValue], Int, Int, Int, Int)])
  func fitsInside(given: [String: OptionValue], width: Int, height: Int, to: Int, by: Int) throws {
    #expect(try Self.result(given, width, height) == PixelSize(width: to, height: by))
  }

  @Test func aSizeMustBeGiven() {
    func conflict(_ given: [String: OptionValue]) -> String? {
      ResizeStage.schema.conflict(Options(ResizeStage.schema.options, given: given))
    }
    for given in [[:], ["enlarge": .boolean(true)]] as [[String: OptionValue]] {
      #expect(conflict(given) == "needs a size: give 'longest', 'width' or 'height'")
    }
    for side in ["longest", "width", "height"] { #expect(conflict([side: .integer(1)]) == nil) }
  }

  @Test func theSmallestScaleThatServesIsAskedFor() throws {
    let photograph = PixelSize(width: 4000, height: 3000)
    for (longest, shrink) in [
      (4000, 1), (2001, 1), (2000, 2), (1000, 4), (999, 4), (500, 8), (1, 8), (9000, 1),
    ] {
      let stage = try SingleStage.make(ResizeStage.self, ["longest": .integer(longest)])
      #expect(stage.coarsestShrink(for: photograph) == shrink, "\(longest)")
    }
    let enlarging = try SingleStage.make(
      ResizeStage.self, ["longest": .integer(9000), "enlarge": .boolean(true)])
    #expect(enlarging.coarsestShrink(for: photograph) == 1)
  }

  @Test(arguments: [2, 4, 8]) func theDecodeScaleDoesNotShow(shrink: Int) throws {
    let jpeg = try Encoder.encode(SingleStage.plain(801, 603), EncodeOptions(format: .jpeg))
    try TemporaryDirectory.use { directory in
      var sample = try SingleStage.sample(jpeg, in: directory)
      let bytes = try #require(sample.bytes)
      let header = try #require(sample.header)
      sample.picture = Picture(
        try Decoder.decode(bytes, header: header, shrink: shrink), size: header.upright)
      // Twice in a row: the second counts from the first's result, not from the photograph.
      _ = try SingleStage.make(ResizeStage.self, ["longest": .integer(100)]).compute(
        &sample, SingleStage.context)
      #expect(sample.picture?.pixels.size == PixelSize(width: 100, height: 75))
      _ = try SingleStage.make(ResizeStage.self, ["longest": .integer(400)]).compute(
        &sample, SingleStage.context)
      #expect(sample.picture?.pixels.size == PixelSize(width: 100, height: 75))
      #expect(sample.picture?.isWhole == true)
    }
  }

  @Test func enlargingKnowsTheLimitOfPixels() throws {
    let failure = #expect(throws: StageFailure.self) {
      try Self.result(["width": .integer(100_000), "enlarge": .boolean(true)], 1, 400)
    }
    #expect(failure?.code == "too_large")
  }
}
