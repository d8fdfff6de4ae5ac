import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import Testing

/// Where crops come from: the pixels at hand or the file once more, and always in pixels of the upright photograph.
@Suite struct CropTests {
  private let centre: [String: OptionValue] = ["source": .list(["centre"]), "minimum": .integer(1)]

  /// The sample behind a crop, from a picture that was decoded at this scale.
  private func crop(
    _ bytes: [UInt8], shrink: Int, _ options: [String: OptionValue], limits: [String: OptionValue] = [:]
  ) throws -> Sample {
    var sample = try sample(bytes)
    let pixels = try Decoder.decode(sample.bytes!, header: sample.header!, shrink: shrink)
    sample.picture = Picture(pixels, size: sample.header!.upright)
    sample.decodes = 1
    let given = centre.merging(options) { _, new in new }
    _ = try CropStage(stage("crop", after: [0], given), setup(limits: limits)).compute(
      &sample, StageContext(stage: "crop"))
    return sample
  }

  @Test(arguments: 1...8, [1, 2, 4, 8])
  func aCropIsTheSameFromPixelsAtHandAndFromTheFile(exif: Int, shrink: Int) throws {
    let upright = try waves(640, 480)
    let orientation = Orientation(exif: exif)
    let bytes = try withOrientation(exif, file(upright.stored(for: orientation), quality: 97))
    let options: [String: OptionValue] = ["aspect": .text("2:3")]
    let sample = try crop(bytes, shrink: shrink, options)
    let region = try #require(sample.region?.box)
    #expect(
      region == PixelBox(x: 160, y: 0, width: 320, height: 480), "in upright full-size pixels at every scale")
    let picture = try #require(sample.picture)
    #expect(!picture.isWhole && picture.pixels.size == region.size)
    #expect(meanDifference(picture.pixels, try upright.cropped(to: region)) < 2.5)
    #expect(sample.decodes == (shrink == 1 ? 1 : 2))
  }

  @Test func aSmallCropNeedsNoSecondDecode() throws {
    let upright = try waves(800, 600)
    let bytes = try file(upright, quality: 97)
    for (longest, shrink, decodes) in [
      (100, 8, 1), (101, 8, 1), (110, 8, 2), (200, 4, 1), (260, 4, 2), (800, 1, 1),
    ] {
      let sample = try crop(bytes, shrink: shrink, ["aspect": .text("4:3"), "longest": .integer(longest)])
      #expect(sample.decodes == decodes, "\(longest) pixels from an \(shrink)th")
      let size = PixelSize(width: 800, height: 600).shrunk(toLongest: longest)
      #expect(sample.picture?.pixels.size == size)
      #expect(meanDifference(sample.picture!.pixels, try upright.resized(to: size)) < 3)
    }
  }

  @Test func aCropIsNeverEnlarged() throws {
    let sample = try crop(file(waves(200, 100)), shrink: 1, ["longest": .integer(5000)])
    #expect(sample.picture?.pixels.size == PixelSize(width: 140, height: 70))
    #expect(sample.region?.source == .centre)
  }

  /// Of a few pixels one is a large share: the longer side says whether there are enough.
  @Test func aNarrowCropIsNotStretched() throws {
    let bytes = try file(waves(12, 4000), .png)
    let options: [String: OptionValue] = ["aspect": .text("1:100"), "longest": .integer(512)]
    let sample = try crop(bytes, shrink: 4, options)
    #expect(sample.region?.box == PixelBox(x: 0, y: 1400, width: 12, height: 1200))
    #expect(sample.decodes == 2 && sample.picture?.pixels.size == PixelSize(width: 5, height: 512))
  }

  @Test func theAttentionPointIsTheMiddleOfItsPixel() throws {
    let photograph = try waves(640, 480)
    let whole = try #require(try CropStage.attention(Picture(photograph), upright: photograph.size))
    #expect(whole == (try photograph.attentionPoint()))
    let small = try photograph.resized(to: PixelSize(width: 80, height: 60))
    let found = try #require(try CropStage.attention(Picture(small), upright: photograph.size))
    let point = try small.attentionPoint()
    #expect(found == Point(x: 8 * point.x, y: 8 * point.y))
  }

  @Test func aCropOfACropIsCutFromThePhotograph() throws {
    let upright = try waves(400, 300)
    let stages = chain(
      ("crop", ["source": .list(["centre"]), "longest": .integer(40)]),
      ("crop", ["source": .list(["whole"])]))
    let samples = try walk(stages, on: sample(file(upright, quality: 97)))
    #expect(samples[2].picture?.pixels.size == upright.size)
    #expect(meanDifference(samples[2].picture!.pixels, upright) < 2)
    #expect(samples[2].region?.source == .whole)
  }

  /// What was drawn on a photograph is not in its file.
  @Test(arguments: [1.0, 4]) func alteredPixelsAreNeverDecodedAround(factor: Double) throws {
    let photograph = try waves(800, 600)
    var sample = try sample(file(photograph))
    let altered = try waves(Int(800 / factor), Int(600 / factor), seed: 3)
    sample.picture = Picture(altered, isAltered: true)
    let options = centre.merging(["aspect": .text("1:1"), "longest": .integer(300)]) { $1 }
    _ = try CropStage(stage("crop", after: [0], options), setup()).compute(
      &sample, StageContext(stage: "crop"))
    let picture = try #require(sample.picture)
    let side = factor == 1 ? 300 : Int(Double(try #require(sample.region?.box).width) / factor)
    #expect(sample.decodes == 0 && picture.isAltered)
    #expect(picture.pixels.size == PixelSize(width: side, height: side), "not enlarged either")
    let whole = altered.size
    let middle = PixelBox(
      x: (whole.width - whole.height) / 2, y: 0, width: whole.height, height: whole.height)
    #expect(meanDifference(picture.pixels, try altered.cropped(to: middle, resizedTo: picture.pixels.size)) < 3)
  }

  @Test func aDrawingOutlivesResizeAndCrop() throws {
    var drawn = try sample(file(waves(800, 600)))
    drawn.predictions = [PredictionRecord(label: "pug", index: 1, score: 0.9)]
    let stages = chain(
      ("annotate", ["rectangle": .boolean(false), "color": .text("#ff0000")]),
      ("resize", ["longest": .integer(200)]),
      ("crop", ["source": .list(["whole"]), "longest": .integer(400)]))
    let samples = try walk(stages, on: drawn)
    let last = try #require(samples.last?.picture)
    #expect(
      samples.last?.decodes == 1 && last.isAltered && last.pixels.size == PixelSize(width: 200, height: 150))
    let red = last.pixels.withBytes { bytes in
      (0..<last.pixels.size.area).count { bytes[3 * $0] > 200 && bytes[3 * $0 + 1] < 60 }
    }
    #expect(red > 100, "the label's box is still there")
  }

  /// A crop of altered pixels that shows a part of the photograph starts from the photograph: its file.
  @Test func aDrawingBehindACropStaysThere() throws {
    let upright = try waves(400, 300)
    var sample = try sample(file(upright, quality: 97))
    sample.picture = Picture(
      try waves(100, 100, seed: 3), showing: OrientedRectangle(Box(x: 0, y: 0, width: 100, height: 100)),
      isAltered: true)
    let options: [String: OptionValue] = ["source": .list(["whole"])]
    _ = try CropStage(stage("crop", after: [0], options), setup()).compute(
      &sample, StageContext(stage: "crop"))
    let picture = try #require(sample.picture)
    #expect(sample.decodes == 1 && !picture.isAltered)
    #expect(meanDifference(picture.pixels, upright) < 2)
  }

  @Test func theSecondDecodeKeepsTheBackground() throws {
    // A wholly transparent picture: all that shows is the background.
    let transparent = pngOfTransparency(320, 320)
    let stages = [
      stage("read", after: []), stage("decode", after: [0], ["background": .text("black")]),
      stage(
        "crop", after: [1], ["source": .list(["centre"]), "aspect": .text("1:4"), "longest": .integer(300)]),
    ]
    for shrink in [1, 8] {
      var sample = try sample(transparent, named: "t.png")
      let pixels = try Decoder.decode(sample.bytes!, header: sample.header!, shrink: shrink, background: .black)
      sample.picture = Picture(pixels, size: sample.header!.upright, background: .black)
      _ = try CropStage(stages[2], setup()).compute(&sample, StageContext(stage: "crop"))
      #expect(sample.picture!.pixels.rgb.allSatisfy { $0 == 0 }, "from an \(shrink)th")
    }
    let walked = try walk(stages, on: sample(transparent, named: "t.png"))
    #expect(walked[1].picture!.pixels.rgb.allSatisfy { $0 == 0 })
  }

  @Test func theSecondDecodeHeedsTheTimeLimit() throws {
    let bytes = try file(waves(2000, 1500))
    let failure = #expect(throws: StageFailure.self) {
      _ = try crop(bytes, shrink: 8, [:], limits: ["timeout": .number(0.001)])
    }
    #expect(failure?.code == "timeout")
  }

  @Test func theOrderOfSourcesIsHeeded() throws {
    let bytes = try file(waves(200, 100))
    for (order, source) in [
      (["whole"], CropSource.whole), (["rectangle", "centre"], .centre), (["attention"], .attention),
      (["rectangle"], .whole),
    ] {
      let sample = try crop(bytes, shrink: 1, ["source": .list(order)])
      #expect(sample.region?.source == source)
    }
  }

  @Test func aUsefulRectangleIsCutAround() throws {
    for (score, threshold, expected) in [
      (0.9, 0.2, CropSource.rectangle), (0.1, 0.2, .whole), (0.1, 0.1, .rectangle),
    ] {
      var sample = try sample(file(waves(400, 300)))
      sample.picture = Picture(try waves(400, 300))
      sample.predictions = [PredictionRecord(label: "pug", index: 1, score: score)]
      let box = Box(x: 100, y: 50, width: 120, height: 80)
      sample.attended = LocatedRectangle(
        rectangle: OrientedRectangle(box), quad: OrientedRectangle(box).corners, hull: box, coverage: 0.08)
      let options: [String: OptionValue] = [
        "source": .list(["rectangle"]), "margin": .number(0), "min_score": .number(threshold),
      ]
      _ = try CropStage(stage("crop", after: [0], options), setup()).compute(
        &sample, StageContext(stage: "crop"))
      #expect(sample.region?.source == expected)
      if expected == .rectangle {
        #expect(sample.region?.box == PixelBox(x: 100, y: 50, width: 120, height: 80))
      }
    }
  }
}
