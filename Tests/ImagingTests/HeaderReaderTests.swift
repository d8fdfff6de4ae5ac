import Foundation
import Geometry
import Imaging
import TestSupport
import Testing

@Suite struct HeaderReaderTests {
  private static func files() throws -> [(ImageFormat, [UInt8])] {
    let picture = try smoothPicture(40, 30)
    let encoded = try Encoder.formats.map { ($0, try Encoder.encode(picture, EncodeOptions(format: $0))) }
    return encoded + [
      (.gif, gifFile(40, 30, frames: 3) { x, y in UInt8(4 * x + y) }), (.avif, SampleFiles.avif),
      (.heif, SampleFiles.heic),
    ]
  }

  @Test func fileAndBytesAgree() throws {
    for (format, content) in try Self.files() {
      let fromBytes = try HeaderReader.read(ImageBytes(content))
      #expect(fromBytes.format == format)
      #expect(fromBytes.pages == (format == .gif ? 3 : 1))
      let width = [.avif, .heif].contains(format) ? 32 : 40
      #expect(fromBytes.stored == PixelSize(width: width, height: width * 3 / 4))
      try TemporaryDirectory.use { directory in
        let path = directory.file("x[shrink=8].\(format.rawValue)")
        try Data(content).write(to: URL(fileURLWithPath: path))
        let fromFile = try HeaderReader.read(ImageFile(path: path))
        #expect(fromFile == fromBytes)
      }
    }
  }

  @Test func limitsComeBeforePixels() throws {
    for (format, content) in try Self.files() {
      let bytes = try ImageBytes(content)
      let area = try HeaderReader.read(bytes).stored.area
      #expect(throws: ImagingError.tooLarge(.pixels, value: area, limit: area - 1)) {
        try HeaderReader.read(bytes, limits: ImageLimits(pixels: area - 1))
      }
      #expect(throws: ImagingError.tooLarge(.bytes, value: content.count, limit: content.count - 1)) {
        try HeaderReader.read(bytes, limits: ImageLimits(bytes: content.count - 1))
      }
      if format == .gif {
        #expect(throws: ImagingError.tooManyPages(3, limit: 2)) {
          try HeaderReader.read(bytes, limits: ImageLimits(pages: 2))
        }
      }
      _ = try HeaderReader.read(bytes, limits: ImageLimits(bytes: content.count, pixels: area, pages: 3))
    }
  }

  /// How a codec stores colour decides what a progressive JPEG holds in memory. Only header bytes are changed, which is all that is read.
  @Test(arguments: [
    (sampling: [0x22, 0x11, 0x11], halved: true), (sampling: [0x21, 0x11, 0x11], halved: true),
    (sampling: [0x12, 0x11, 0x11], halved: true), (sampling: [0x11, 0x11, 0x11], halved: false),
  ])
  func samplingOfColourDecidesTheMemoryOfProgressiveFiles(sampling: [UInt8], halved: Bool) throws {
    var content = try Encoder.encode(smoothPicture(64, 48), EncodeOptions(format: .jpeg))
    let frame = try #require(content.indices.first { content[$0...].starts(with: [0xFF, 0xC0]) })
    for (channel, factors) in sampling.enumerated() { content[frame + 11 + 3 * channel] = factors }
    let baseline = try HeaderReader.read(ImageBytes(content))
    #expect(baseline.hasHalvedColour == halved)
    #expect(!baseline.interlaced)
    #expect(baseline.codecBytes(shrink: 1) == 0)

    content[frame + 1] = 0xC2
    let progressive = try HeaderReader.read(ImageBytes(content))
    #expect(progressive.hasHalvedColour == halved)
    #expect(progressive.interlaced)
    #expect(progressive.codecBytes(shrink: 8) == 2 * 64 * 48 * (halved ? 2 : 3))
  }

  @Test func whatIsNotAPictureIsNamed() throws {
    #expect(throws: ImagingError.notImage) { try HeaderReader.read(ImageBytes([])) }
    #expect(throws: ImagingError.notImage) { try HeaderReader.read(ImageBytes(Array("Hello.".utf8))) }
    #expect(throws: ImagingError.blockedFormat(.named("PNM"))) {
      try HeaderReader.read(ImageBytes(Array("P6\n1 1\n255\nabc".utf8)))
    }
    let noise = [0xFF, 0xD8, 0xFF, 0xD9] + [UInt8](repeating: 7, count: 100)
    #expect(throws: ImagingError.badHeader(.jpeg)) { try HeaderReader.read(ImageBytes(noise)) }
  }

  @Test func onlyRegularFilesAreRead() throws {
    try TemporaryDirectory.use { directory in
      #expect(throws: ImagingError.unreadable(call: "open", errno: ENOENT)) {
        _ = try ImageFile(path: directory.file("missing.jpg"))
      }
      #expect(throws: ImagingError.unreadable(call: "open", errno: EISDIR)) {
        _ = try ImageFile(path: directory.path)
      }
      // Nobody will ever write to it: an open that waits would hang.
      let pipe = directory.file("pipe.jpg")
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(throws: ImagingError.unreadable(call: "open", errno: EINVAL)) { _ = try ImageFile(path: pipe) }
      #expect(throws: ImagingError.unreadable(call: "open", errno: ENOENT)) { _ = try ImageFile(path: "a\0b") }
    }
  }

  @Test func pathsNeedNotBeText() throws {
    let content = try Encoder.encode(smoothPicture(8, 8), EncodeOptions(format: .png))
    try TemporaryDirectory.use { directory in
      let path = Array(directory.path.utf8) + [UInt8(ascii: "/"), 0xFF, 0xFE, UInt8(ascii: "\n")]
      let descriptor = open(path.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT, 0o600)
      #expect(write(descriptor, content, content.count) == content.count)
      close(descriptor)
      let header = try HeaderReader.read(ImageFile(path: path))
      #expect(header.format == .png)
    }
  }

  @Test(arguments: [-10, 10]) func aFileThatChangesIsRefused(difference: Int) throws {
    let content = try Encoder.encode(smoothPicture(64, 64), EncodeOptions(format: .png))
    try TemporaryDirectory.use { directory in
      let path = directory.file("x.png")
      try Data(content).write(to: URL(fileURLWithPath: path))
      let file = try ImageFile(path: path)
      #expect(truncate(path, content.count + difference) == 0)
      #expect(throws: ImagingError.changed) { try ImageBytes(contentsOf: file) }
    }
  }

  @Test func aFileThatShrinksUnderTheHeaderReaderIsAnError() throws {
    // The screen's size of a GIF stands in its first 14 bytes.
    for (format, content) in try Self.files() where format != .gif {
      try TemporaryDirectory.use { directory in
        let path = directory.file("x")
        try Data(content).write(to: URL(fileURLWithPath: path))
        let file = try ImageFile(path: path)
        #expect(truncate(path, 14) == 0)
        #expect(throws: ImagingError.self) { try HeaderReader.read(file) }
      }
    }
  }
}
