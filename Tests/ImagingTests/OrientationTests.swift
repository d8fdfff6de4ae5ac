import Geometry
import Imaging
import Testing

@Suite struct OrientationTests {
  /// Sides that are no multiples of the strips, the tiles or the codec's blocks.
  private static let size = (width: 203, height: 149)

  private static func file(_ orientation: Int) throws -> [UInt8] {
    let picture = try smoothPicture(size.width, size.height)
    return withOrientation(orientation, try Encoder.encode(picture, EncodeOptions(format: .jpeg, quality: 90)))
  }

  @Test(arguments: Orientation.allCases) func decodesUpright(orientation: Orientation) throws {
    let file = try Self.file(orientation.rawValue)
    let stored = try decode(try Self.file(1))
    let upright = try decode(file)
    #expect(try HeaderReader.read(ImageBytes(file)).orientation == orientation)
    #expect(upright.size == orientation.uprightSize(of: stored.size))
    #expect(try upright.rgb == stored.turnedPixelByPixel(orientation).rgb)
  }

  /// A picture turned away and marked so shows as it was.
  @Test(arguments: Orientation.allCases) func allShowTheSame(orientation: Orientation) throws {
    let picture = try noisyPicture(51, 34, seed: 1)
    let turned = try picture.turnedPixelByPixel(orientation.inverse)
    let file = TIFFFile(
      width: turned.size.width, height: turned.size.height, bits: 8, samples: 3, photometric: 2,
      orientation: orientation.rawValue)
    #expect(try decode(file.bytes(turned.rgb)).rgb == picture.rgb)
  }

  @Test(arguments: Orientation.allCases) func aRegionIsACropOfTheWhole(orientation: Orientation) throws {
    let file = try Self.file(orientation.rawValue)
    let whole = try decode(file)
    let (width, height) = (whole.size.width, whole.size.height)
    for region in [
      PixelBox(x: 0, y: 0, width: 1, height: 1), PixelBox(whole.size),
      PixelBox(x: 17, y: 70, width: 90, height: 71),
      PixelBox(x: width - 1, y: 0, width: 1, height: height),
      PixelBox(x: 0, y: height - 3, width: width, height: 3),
    ] {
      let part = try decode(file, region: region)
      #expect(part.size == region.size)
      #expect(try part.rgb == whole.cropped(to: region).rgb, "\(region)")
    }
  }

  @Test(arguments: Orientation.allCases, [2, 4, 8]) func aShrunkRegionLiesWhereItShould(
    orientation: Orientation, shrink: Int
  ) throws {
    let file = try Self.file(orientation.rawValue)
    let whole = try decode(file, shrink: shrink)
    let part = try decode(file, shrink: shrink, region: PixelBox(x: 64, y: 32, width: 64, height: 64))
    #expect(abs(part.size.width - 64 / shrink) <= 1 && abs(part.size.height - 64 / shrink) <= 1)
    let best = (-1...1).flatMap { dx in (-1...1).map { dy in (dx, dy) } }.contains { dx, dy in
      let box = PixelBox(
        x: 64 / shrink + dx, y: 32 / shrink + dy, width: part.size.width, height: part.size.height)
      return (try? whole.cropped(to: box).rgb) == part.rgb
    }
    #expect(best)
  }

  @Test(arguments: [0, 9, 255, 65_535]) func nonsenseIsIgnored(value: Int) throws {
    #expect(try decode(Self.file(value)).rgb == decode(Self.file(1)).rgb)
  }

  @Test func theCodecOfHEIFTurnsOnlyOnce() throws {
    let upright = try decode(SampleFiles.turnedAVIF)
    #expect(
      try HeaderReader.read(ImageBytes(SampleFiles.turnedAVIF)).upright == PixelSize(width: 24, height: 32))
    #expect(upright.size == PixelSize(width: 24, height: 32))
    // A quarter clockwise: the white corner goes to the right, red comes to the top.
    #expect(maxDifference(upright[20, 3].map(UInt8.init), [250, 250, 250]) < 30)
    #expect(maxDifference(upright[4, 8].map(UInt8.init), [200, 30, 30]) < 30)
    #expect(maxDifference(upright[12, 28].map(UInt8.init), [30, 30, 200]) < 30)
  }
}
