import Geometry
import Imaging
import Testing

@Suite struct DecoderTests {
  private static let picture = try! smoothPicture(320, 240)

  @Test(arguments: [ImageFormat.png, .tiff]) func losslessFormatsGiveThePixelsBack(format: ImageFormat) throws {
    let picture = try noisyPicture(130, 97, seed: 2)
    #expect(try decode(Encoder.encode(picture, EncodeOptions(format: format))).rgb == picture.rgb)
  }

  @Test(arguments: Encoder.formats, [2, 4, 8]) func aShrunkDecodeIsTheAverageOfBoxes(
    format: ImageFormat, shrink: Int
  ) throws {
    let file = try Encoder.encode(Self.picture, EncodeOptions(format: format, quality: 95))
    let small = try decode(file, shrink: shrink)
    #expect(small.size == PixelSize(width: 320 / shrink, height: 240 / shrink))
    let average = try Self.boxAverage(decode(file), shrink)
    #expect(meanDifference(small.rgb, average) < 2)
  }

  /// Small sides, and codecs that refuse to shrink them.
  @Test(arguments: Encoder.formats, [(1, 1), (1, 300), (300, 1), (7, 9), (65, 3)])
  func anySideCanBeShrunk(format: ImageFormat, side: (width: Int, height: Int)) throws {
    let file = try Encoder.encode(smoothPicture(side.width, side.height), EncodeOptions(format: format))
    for shrink in Decoder.shrinks {
      let size = try decode(file, shrink: shrink).size
      #expect(abs(Double(size.width) - Double(side.width) / Double(shrink)) <= 1 && size.width >= 1)
      #expect(abs(Double(size.height) - Double(side.height) / Double(shrink)) <= 1 && size.height >= 1)
    }
  }

  @Test func framesAfterTheFirstAreNotShown() throws {
    let file = gifFile(50, 40, frames: 4) { x, y in UInt8(2 * x + 2 * y) }
    let picture = try decode(file)
    #expect(picture.size == PixelSize(width: 50, height: 40))
    #expect(picture[7, 9] == [32, 32, 32])
    #expect(try decode(file, shrink: 4).size == PixelSize(width: 13, height: 10))
  }

  @Test func aLargeScreenOfAGIFIsShownWhole() throws {
    var file = gifFile(50, 40) { x, y in UInt8(2 * x + 2 * y) }
    file.replaceSubrange(6..<10, with: [0xB8, 0x0B, 0x28, 0x0A])
    let screen = PixelSize(width: 3000, height: 2600)
    let header = try HeaderReader.read(ImageBytes(file))
    #expect(header.stored == screen && header.hasAlpha)
    let picture = try decode(file)
    #expect(picture.size == screen)
    #expect(picture[7, 9] == [32, 32, 32])
    #expect(picture[50, 9] == [255, 255, 255] && picture[2999, 2599] == [255, 255, 255])
    #expect(try decode(file, shrink: 8).size == PixelSize(width: 375, height: 325))
    #expect(throws: ImagingError.tooLarge(.pixels, value: screen.area, limit: 1_000_000)) {
      try HeaderReader.read(ImageBytes(file), limits: ImageLimits(pixels: 1_000_000))
    }
  }

  @Test func heicAndAVIFShowTheirPicture() throws {
    for file in [SampleFiles.heic, SampleFiles.avif, SampleFiles.secondPrimaryHEIC] {
      let picture = try decode(file)
      #expect(picture.size == PixelSize(width: 32, height: 24))
      for (x, y, colour) in [(3, 3, [250, 250, 250]), (8, 20, [200, 30, 30]), (28, 12, [30, 30, 200])] {
        #expect(zip(picture[x, y], colour).allSatisfy { abs($0 - $1) < 30 }, "(\(x), \(y))")
      }
    }
  }

  @Test func checkpointsComeInOrderAndStopTheDecode() throws {
    let bytes = try ImageBytes(Encoder.encode(smoothPicture(40, 500), EncodeOptions(format: .png)))
    let header = try HeaderReader.read(bytes)
    var rows: [Int] = []
    _ = try Decoder.decode(
      bytes, header: header, region: PixelBox(x: 5, y: 100, width: 10, height: 200)
    ) { (row) throws(ImagingError) in rows.append(row) }
    #expect(rows == [0, 64, 100, 164, 228, 292])

    #expect(throws: ImagingError.timedOut(row: 128)) {
      try Decoder.decode(bytes, header: header) { (row) throws(ImagingError) in
        if row >= 128 { throw .timedOut(row: row) }
      }
    }
    #expect(throws: ImagingError.cancelled) {
      try Decoder.decode(bytes, header: header) { (_) throws(ImagingError) in throw .cancelled }
    }
  }

  @Test func aHeaderOfAnotherFileIsFoundOut() throws {
    let small = try ImageBytes(Encoder.encode(smoothPicture(10, 10), EncodeOptions(format: .png)))
    let large = try ImageBytes(Encoder.encode(smoothPicture(20, 20), EncodeOptions(format: .png)))
    #expect(throws: ImagingError.corrupt(.png, row: 0)) {
      try Decoder.decode(small, header: HeaderReader.read(large))
    }
    // A codec asked for an eighth of one pixel would end the program.
    let pixel = try ImageBytes(Encoder.encode(smoothPicture(1, 1), EncodeOptions(format: .jpeg)))
    let photograph = try ImageBytes(Encoder.encode(smoothPicture(20, 20), EncodeOptions(format: .jpeg)))
    #expect(throws: ImagingError.corrupt(.jpeg, row: 0)) {
      try Decoder.decode(pixel, header: HeaderReader.read(photograph), shrink: 8)
    }
  }

  @Test func manyThreadsDecodeAtOnce() async throws {
    let files = try (0..<8).map { index in
      let picture = try noisyPicture(200 + index, 150, seed: UInt64(index))
      return (try Encoder.encode(picture, EncodeOptions(format: index % 2 == 0 ? .png : .tiff)), picture.rgb)
    }
    let broken = Array(files[0].0.prefix(files[0].0.count / 2))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for round in 0..<160 {
        group.addTask {
          if round % 5 == 4 {
            // A failure in one thread leaves the others alone.
            return (try? decode(broken)) == nil
          }
          return try decode(files[round % 8].0).rgb == files[round % 8].1
        }
      }
      for try await right in group { #expect(right) }
    }
  }

  private static func boxAverage(_ picture: PixelBuffer, _ factor: Int) -> [UInt8] {
    let (width, height) = (picture.size.width / factor, picture.size.height / factor)
    let bytes = picture.rgb
    var average: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for band in 0..<3 {
          var sum = 0
          for dy in 0..<factor {
            for dx in 0..<factor {
              sum += Int(bytes[3 * ((y * factor + dy) * picture.size.width + x * factor + dx) + band])
            }
          }
          average.append(UInt8((sum + factor * factor / 2) / (factor * factor)))
        }
      }
    }
    return average
  }
}
