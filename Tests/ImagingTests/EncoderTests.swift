import Geometry
import Imaging
import Testing

@Suite struct EncoderTests {
  @Test(arguments: Encoder.formats) func theSamePixelsGiveTheSameBytes(format: ImageFormat) throws {
    let picture = try noisyPicture(90, 70, seed: 8)
    let options = EncodeOptions(format: format)
    #expect(try Encoder.encode(picture, options) == Encoder.encode(picture, options))
  }

  @Test(arguments: [ImageFormat.jpeg, .webp]) func qualityCostsBytesAndBuysLikeness(format: ImageFormat) throws
  {
    let picture = try smoothPicture(200, 150)
    let files = try [10, 60, 95].map { try Encoder.encode(picture, EncodeOptions(format: format, quality: $0)) }
    let differences = try files.map { try meanDifference(decode($0).rgb, picture.rgb) }
    #expect(files[0].count < files[1].count && files[1].count < files[2].count)
    #expect(differences[0] > differences[2] && differences[2] < 1.5)
  }

  @Test func jpegAlwaysHalvesTheChroma() throws {
    for quality in [50, 100] {
      let file = try Encoder.encode(smoothPicture(32, 32), EncodeOptions(format: .jpeg, quality: quality))
      // The frame header names the sampling of the first component: 2 x 2.
      let frame = try #require(file.indices.dropLast().first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
      #expect(file[frame + 11] == 0x22)
    }
  }

  @Test func qualityIsBroughtIntoItsRange() throws {
    let picture = try smoothPicture(16, 16)
    for (given, meant) in [(-5, 1), (0, 1), (400, 100)] {
      #expect(
        try Encoder.encode(picture, EncodeOptions(format: .jpeg, quality: given))
          == Encoder.encode(picture, EncodeOptions(format: .jpeg, quality: meant)))
    }
  }

  @Test func whatCannotBeWrittenIsAnError() throws {
    for format in [ImageFormat.gif, .heif, .avif] {
      #expect(throws: ImagingError.encodeFailed(format)) {
        try Encoder.encode(smoothPicture(4, 4), EncodeOptions(format: format))
      }
    }
    // A side WebP and JPEG cannot express.
    let long = try PixelBuffer(
      size: PixelSize(width: 70_000, height: 1), rgb: [UInt8](repeating: 9, count: 210_000))
    for format in [ImageFormat.jpeg, .webp] {
      #expect(throws: ImagingError.encodeFailed(format)) {
        try Encoder.encode(long, EncodeOptions(format: format))
      }
    }
  }
}
