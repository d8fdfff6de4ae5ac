import Imaging
import Testing

@Suite struct RawTests {
  /// A file built like a TIFF; every picture needs more, but what kind of file it is shows already.
  private static func header(_ maker: (ExifMaker) -> [RawEntry], bigEndian: Bool = false) throws -> ImageBytes {
    var file = ExifMaker(bigEndian: bigEndian)
    file.image = maker(file)
    return try ImageBytes(file.bytes())
  }

  @Test(arguments: [false, true]) func rawFilesAreTold(bigEndian: Bool) throws {
    let files: [(String, (ExifMaker) -> [RawEntry])] = [
      ("DNG", { [$0.undefined(50_706, [1, 4, 0, 0])] }),
      ("NEF", { [$0.long(254, 1), $0.text(271, "NIKON CORPORATION"), $0.long(330, 4000)] }),
      ("ARW", { [$0.long(254, 1), $0.text(271, "SONY"), $0.long(330, 4000)] }),
      ("PEF", { [$0.short(262, 32_803), $0.text(271, "PENTAX Corporation")] }),
      ("TIFF based", { [$0.short(262, 34_892), $0.text(271, "Phase One")] }),
    ]
    for (name, maker) in files {
      let file = try Self.header(maker, bigEndian: bigEndian)
      #expect(throws: ImagingError.blockedFormat(.cameraRaw(name))) { try HeaderReader.read(file) }
    }
  }

  @Test func theAdviceIsOneSentence() {
    #expect(
      ImagingError.blockedFormat(.cameraRaw("CR2")).detail
        == "camera raw (CR2) is not decoded; convert it or use the JPEG beside it")
    #expect(ImagingError.blockedFormat(.named("PSD")).detail == "PSD files are not supported")
  }

  @Test func scansAndPyramidsArePictures() throws {
    for maker in [
      { (file: ExifMaker) in [file.text(271, "NIKON CORPORATION"), file.short(262, 2)] },
      { (file: ExifMaker) in [file.long(254, 0), file.text(271, "SONY"), file.long(330, 4000)] },
      { (file: ExifMaker) in [file.long(254, 1), file.long(330, 4000)] },
    ] {
      let error = #expect(throws: ImagingError.self) { try HeaderReader.read(Self.header(maker)) }
      if case .blockedFormat = error { Issue.record("taken for a raw file") }
    }
    let picture = try smoothPicture(30, 20)
    #expect(try decode(Encoder.encode(picture, EncodeOptions(format: .tiff))).rgb == picture.rgb)
  }
}
