import Geometry
import Imaging
import TestSupport
import Testing

@Suite struct DamageTests {
  private static let files: [(ImageFormat, [UInt8])] = {
    let picture = try! noisyPicture(120, 90, seed: 4)
    let encoded = Encoder.formats.map { ($0, try! Encoder.encode(picture, EncodeOptions(format: $0))) }
    return encoded + [
      (.gif, gifFile(120, 90, frames: 2) { x, y in UInt8(x + y) }), (.avif, SampleFiles.avif),
      (.heif, SampleFiles.heic),
    ]
  }()

  /// Cut at many places: in the header, in the pixels, just before the end.
  @Test(arguments: files) func aFileCutShortIsCalledTruncated(format: ImageFormat, file: [UInt8]) throws {
    for part in [0.1, 0.3, 0.5, 0.7, 0.9, 0.97] {
      let cut = Array(file.prefix(max(16, Int(part * Double(file.count)))))
      do {
        _ = try decode(cut)
        // The first frame of an animation may be whole.
        #expect(format == .gif && part > 0.5, "\(part)")
      } catch let error as ImagingError {
        guard case .truncated(format, _) = error else {
          Issue.record("\(format) cut at \(part): \(error)")
          continue
        }
      }
    }
  }

  @Test(arguments: files) func wrongBitsAreNeverMoreThanAnError(format: ImageFormat, file: [UInt8]) throws {
    var generator = SeededGenerator(seed: 5)
    let limits = ImageLimits(bytes: 1 << 20, pixels: 1 << 20, pages: 100)
    for _ in 0..<300 {
      var spoiled = file
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        // Headers are where it hurts.
        let most = Bool.random(using: &generator) ? min(64, file.count) : file.count
        spoiled[Int.random(in: 0..<most, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Int.random(in: 0..<8, using: &generator) == 0 {
        spoiled.removeSubrange(Int.random(in: 0..<file.count / 2, using: &generator)..<file.count / 2 + 1)
      }
      let bytes = try ImageBytes(spoiled)
      do throws(ImagingError) {
        let header = try HeaderReader.read(bytes, limits: limits)
        for shrink in [1, 8] {
          let picture = try Decoder.decode(bytes, header: header, shrink: shrink)
          #expect(picture.byteCount == 3 * picture.size.area)
        }
      } catch {
        #expect(!error.detail.isEmpty)
      }
    }
  }

  @Test func aBombIsRefusedByItsHeader() throws {
    let bomb = PNGFile(width: 60_000, height: 60_000, depth: 8, colourType: 2).bytes(rows: [0, 1, 2, 3])
    #expect(throws: ImagingError.tooLarge(.pixels, value: 3_600_000_000, limit: 200_000_000)) {
      try HeaderReader.read(ImageBytes(bomb))
    }
  }
}
