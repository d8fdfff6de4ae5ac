import Imaging
import Testing

@Suite struct SnifferTests {
  private static func box(_ brands: String...) -> [UInt8] {
    let body = "ftyp" + brands[0] + "\0\0\0\0" + brands.dropFirst().joined()
    return [0, 0, 0, UInt8(4 + body.utf8.count)] + Array(body.utf8)
  }

  @Test(
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0], Sniffer.Verdict.image(.jpeg)),
      ([0x89] + Array("PNG\r\n\u{1A}\n".utf8), .image(.png)),
      (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), .image(.webp)),
      (Array("RIFF\u{1}\u{2}\u{3}\u{4}WAVEfmt ".utf8), .unknown),
      (Array("GIF87a".utf8), .image(.gif)),
      (Array("GIF89a".utf8), .image(.gif)),
      (Array("GIF90a".utf8), .unknown),
      (Array("II*\0\u{8}\0\0\0".utf8), .image(.tiff)),
      (Array("MM\0*".utf8), .image(.tiff)),
      (Array("II+\0".utf8), .image(.tiff)),
      (Array("II*\0\u{10}\0\0\0CR\u{2}\0".utf8), .blocked(.cameraRaw("CR2"))),
      (box("avif", "mif1"), .image(.avif)),
      (box("mif1", "miaf", "avif"), .image(.avif)),
      (box("heic", "mif1"), .image(.heif)),
      (box("mif1", "heic"), .image(.heif)),
      (box("crx "), .blocked(.cameraRaw("CR3"))),
      (box("isom", "mp42"), .unknown),
      (Array("BM\u{1}\u{2}\u{3}\u{4}\0\0\0\0\u{36}\0\0\0\u{28}\0\0\0".utf8), .blocked(.named("BMP"))),
      (Array("BMW makes cars, mostly.".utf8), .unknown),
      (Array("8BPS\0\u{1}".utf8), .blocked(.named("PSD"))),
      (Array("%PDF-1.7".utf8), .blocked(.named("PDF"))),
      (Array("P6\n3 3\n255\n".utf8), .blocked(.named("PNM"))),
      (Array("P6 of the report".utf8), .blocked(.named("PNM"))),
      (Array("Paris".utf8), .unknown),
      (Array("<?xml version=\"1.0\"?>\n<svg width=\"3\">".utf8), .blocked(.named("SVG"))),
      (Array("\u{FEFF} <svg>".utf8), .blocked(.named("SVG"))),
      (Array("<html><body>".utf8), .unknown),
      ([0xFF, 0x0A], .blocked(.named("JPEG XL"))),
      ([0, 0, 0, 12] + Array("jP  \r\n".utf8) + [0x87, 0x0A], .blocked(.named("JPEG 2000"))),
      ([0, 0, 1, 0, 1, 0], .blocked(.named("ICO"))),
      (Array("FUJIFILMCCD-RAW 0201".utf8), .blocked(.cameraRaw("RAF"))),
      ([UInt8](repeating: 0, count: 128) + Array("DICM".utf8), .blocked(.named("DICOM"))),
      ([], .unknown),
      ([0xFF], .unknown),
      ([0, 0, 0, 0] + Array("ftyp".utf8), .unknown),
      ([0, 0, 0, 0] + Array("ftypheic".utf8), .image(.heif)),
    ] as [([UInt8], Sniffer.Verdict)])
  func table(prefix: [UInt8], verdict: Sniffer.Verdict) {
    #expect(Sniffer.sniff(prefix) == verdict)
  }

  @Test func everyPrefixOfEverySignatureIsSafe() {
    for file in [SampleFiles.avif, SampleFiles.heic, SampleFiles.cmykJPEG] {
      for length in 0..<64 { _ = Sniffer.sniff(Array(file[..<length])) }
    }
  }

  @Test func extensionsAreLowerCase() {
    #expect(ImageFormat.extensions.allSatisfy { $0 == $0.lowercased() && !$0.hasPrefix(".") })
    #expect(
      ImageFormat.extensions.isSuperset(of: ["jpg", "jpeg", "png", "webp", "gif", "tif", "heic", "avif", "bmp"])
    )
  }
}
