import Geometry
import Imaging
import Testing

@Suite struct ColourTests {
  @Test(arguments: [false, true]) func rgb(interlaced: Bool) throws {
    let picture = try noisyPicture(37, 29, seed: 3)
    let file = PNGFile(width: 37, height: 29, depth: 8, colourType: 2, interlaced: interlaced)
      .bytes { x, y in picture[x, y].map(UInt8.init) }
    #expect(try HeaderReader.read(ImageBytes(file)).interlaced == interlaced)
    #expect(try decode(file).rgb == picture.rgb)
    let region = PixelBox(x: 5, y: 11, width: 20, height: 7)
    #expect(try decode(file, region: region).rgb == picture.cropped(to: region).rgb)
  }

  @Test func grey() throws {
    let file = PNGFile(width: 16, height: 16, depth: 8, colourType: 0).bytes { x, y in [UInt8(x * 16 + y)] }
    let picture = try decode(file)
    for (x, y) in [(0, 0), (15, 15), (3, 8)] {
      #expect(picture[x, y] == [Int](repeating: x * 16 + y, count: 3))
    }
  }

  @Test func sixteenBitsLoseTheirLowByte() throws {
    let file = PNGFile(width: 16, height: 16, depth: 16, colourType: 2)
      .bytes { x, y in [UInt8(16 * x), 200, UInt8(16 * y), 7, UInt8(x + y), 99] }
    let picture = try decode(file)
    #expect(try HeaderReader.read(ImageBytes(file)).bitsPerSample == 16)
    #expect(zip(picture[5, 9], [80, 144, 14]).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test func transparencyShowsTheBackground() throws {
    let background = RGB(red: 10, green: 200, blue: 90)
    let file = PNGFile(width: 3, height: 2, depth: 8, colourType: 6)
      .bytes { x, _ in [250, 100, 50, [0, 128, 255][x]] }
    let picture = try decode(file, background: background)
    #expect(picture[0, 0] == [10, 200, 90])
    #expect(zip(picture[1, 1], [130, 150, 70]).allSatisfy { abs($0 - $1) <= 1 })
    #expect(picture[2, 0] == [250, 100, 50])
    #expect(try decode(file)[0, 1] == [255, 255, 255])
  }

  @Test func greyWithAlpha() throws {
    let file = PNGFile(width: 2, height: 1, depth: 8, colourType: 4).bytes { x, _ in [100, x == 0 ? 0 : 255] }
    let picture = try decode(file, background: .black)
    #expect(picture[0, 0] == [0, 0, 0])
    #expect(picture[1, 0] == [100, 100, 100])
  }

  @Test func sixteenBitAlpha() throws {
    let file = PNGFile(width: 2, height: 1, depth: 16, colourType: 6)
      .bytes { x, _ in [200, 0, 100, 0, 50, 0] + (x == 0 ? [128, 0] : [255, 255]) }
    let picture = try decode(file, background: .black)
    #expect(zip(picture[0, 0], [100, 50, 25]).allSatisfy { abs($0 - $1) <= 2 })
    #expect(zip(picture[1, 0], [200, 100, 50]).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test func paletteWithTransparency() throws {
    let file = PNGFile(
      width: 3, height: 1, depth: 8, colourType: 3, palette: [255, 0, 0, 0, 255, 0, 0, 0, 255],
      transparency: [255, 0]
    ).bytes { x, _ in [UInt8(x)] }
    let picture = try decode(file, background: RGB(red: 1, green: 2, blue: 3))
    #expect((0..<3).map { picture[$0, 0] } == [[255, 0, 0], [1, 2, 3], [0, 0, 255]])
  }

  /// Averaged after flattening: colour under full transparency never shows.
  @Test func shrinkingDoesNotMixInHiddenColours() throws {
    let file = PNGFile(width: 16, height: 16, depth: 8, colourType: 6)
      .bytes { x, _ in x % 2 == 0 ? [255, 0, 0, 0] : [0, 0, 255, 255] }
    let picture = try decode(file, shrink: 2, background: .black)
    #expect(zip(picture[4, 4], [0, 0, 128]).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test func cmykTIFF() throws {
    let inks: [[UInt8]] = [[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 0], [0, 255, 255, 0]]
    let file = TIFFFile(width: 4, height: 1, bits: 8, samples: 4, photometric: 5).bytes(inks.flatMap { $0 })
    let picture = try decode(file)
    #expect(picture[0, 0].allSatisfy { $0 > 240 })
    #expect(picture[1, 0].allSatisfy { $0 < 70 })
    #expect(picture[2, 0][2] > picture[2, 0][0] + 100, "cyan is more blue than red")
    #expect(picture[3, 0][0] > picture[3, 0][2] + 100, "magenta and yellow are red")
  }

  @Test func cmykJPEG() throws {
    let picture = try decode(SampleFiles.cmykJPEG)
    #expect(try HeaderReader.read(ImageBytes(SampleFiles.cmykJPEG)).bands == 4)
    #expect(picture[3, 3].allSatisfy { $0 > 215 })
    #expect(picture[8, 20][0] > picture[8, 20][2] + 80)
    #expect(picture[28, 12][2] > picture[28, 12][0] + 40)
    #expect(try decode(SampleFiles.cmykJPEG, shrink: 2).size == PixelSize(width: 16, height: 12))
  }

  @Test func sixteenBitGreyTIFF() throws {
    let file = TIFFFile(width: 2, height: 1, bits: 16, samples: 1, photometric: 1).bytes([0, 128, 255, 255])
    let picture = try decode(file)
    #expect(picture[0, 0] == [128, 128, 128])
    #expect(picture[1, 0] == [255, 255, 255])
  }

  @Test func floatingPointTIFFIsClippedNotRefused() throws {
    let values: [Float] = [.nan, -5, .infinity, 300, 0.5, 128]
    let file = TIFFFile(width: 6, height: 1, bits: 32, samples: 1, photometric: 1, sampleFormat: 3)
      .bytes(values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
    #expect(try decode(file).size == PixelSize(width: 6, height: 1))
  }

  @Test(arguments: [2, 3, 5, 6]) func bandsOfUnknownMeaning(samples: Int) throws {
    let file = TIFFFile(width: 5, height: 4, bits: 8, samples: samples, photometric: 1)
      .bytes([UInt8](repeating: 90, count: 20 * samples))
    #expect(try decode(file).size == PixelSize(width: 5, height: 4))
  }
}
