import Geometry
import Imaging
import TestSupport
import Testing

@Suite struct MetadataTests {
  // MARK: A photograph that says everything

  private static func exif(bigEndian: Bool) -> [UInt8] {
    var maker = ExifMaker(bigEndian: bigEndian)
    maker.image = [
      maker.text(0x010F, "Nikon"), maker.short(0x0112, 6), maker.text(0x013B, "Ada"),
      maker.text(0x8298, "© Ada"),
      maker.short(0x0103, 6), maker.long(0x0201, 4000), maker.undefined(0xC4A5, [1, 2, 3, 4, 5, 6]),
    ]
    maker.photo = [
      maker.fractions(0x829D, [(28, 10)]), maker.text(0x9003, "2024:05:01 10:00:00"),
      maker.undefined(0x927C, [UInt8](repeating: 9, count: 500)), maker.short(0xA001, 2),
      maker.long(0xA002, 9999),
      maker.long(0xA003, 8888), maker.long(0xA005, 12), maker.text(0xA434, "50mm"),
    ]
    maker.position = [maker.text(1, "N"), maker.fractions(2, [(50, 1), (56, 1), (24, 1)])]
    return maker.bytes()
  }

  private static let xmp = """
    <?xpacket begin='\u{FEFF}' id='W5M0MpCehiHzreSzNTczkc9d'?>
    <x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'
     xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:crs='http://ns.adobe.com/camera-raw-settings/1.0/'
     exif:GPSLatitude='50,56.4N' tiff:Orientation='6' crs:Exposure2012='+1.00'>
     <exif:GPSLongitude>6,57.6E</exif:GPSLongitude><exif:PixelXDimension>9999</exif:PixelXDimension>
     <dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© Ada &amp; Co</rdf:li></rdf:Alt></dc:rights>
     <dc:subject><rdf:Bag><rdf:li>dog</rdf:li></rdf:Bag></dc:subject>
     <a:place xmlns:a='urn:a' rdf:parseType='Resource'><a:GpsLatitude>50</a:GpsLatitude><a:city>Köln</a:city></a:place>
    </rdf:Description></rdf:RDF></x:xmpmeta>
    <?xpacket end='w'?>
    """

  private static func dataset(_ record: UInt8, _ number: UInt8, _ text: String) -> [UInt8] {
    [0x1C, record, number, 0, UInt8(text.utf8.count)] + text.utf8
  }

  private static var iptc: [UInt8] {
    let datasets =
      dataset(1, 90, "\u{1B}%G") + dataset(2, 25, "dog") + dataset(2, 80, "Ada") + dataset(2, 116, "© Ada")
    let thumbnail = Array("8BIM".utf8) + [0x04, 0x0C, 0, 0, 0, 0, 0, 3, 7, 7, 7, 0]
    return Array("Photoshop 3.0\0".utf8) + thumbnail + Array("8BIM".utf8)
      + [0x04, 0x04, 3, 97, 98, 99, 0, 0, 0, UInt8(datasets.count)] + datasets
  }

  private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 255)] + content
  }

  private static func photograph(
    exif: [UInt8]? = exif(bigEndian: false), xmp: [UInt8]? = Array(xmp.utf8), iptc: [UInt8]? = iptc
  ) throws -> ImageBytes {
    let plain = try Encoder.encode(smoothPicture(24, 16), EncodeOptions(format: .jpeg))
    var file = Array(plain[..<2])
    if let exif { file += segment(0xE1, Array("Exif\0\0".utf8) + exif) }
    if let xmp { file += segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + xmp) }
    if let iptc { file += segment(0xED, iptc) }
    return try ImageBytes(file + plain[2...])
  }

  private static func written(
    _ photograph: ImageBytes, _ policy: MetadataPolicy, as format: ImageFormat = .jpeg
  ) throws -> (file: [UInt8], blocks: WrittenBlocks) {
    let picture = try smoothPicture(12, 8)
    let header = try HeaderReader.read(photograph)
    let metadata = EmbeddedMetadata(of: photograph, format: header.format, policy: policy, size: picture.size)
    let file = try Encoder.encode(picture, EncodeOptions(format: format), metadata: metadata)
    // Whatever is carried, the picture is the same and upright.
    let plain = try Encoder.encode(picture, EncodeOptions(format: format))
    let isSame = try decode(file).rgb == decode(plain).rgb
    #expect(isSame)
    #expect(try HeaderReader.read(ImageBytes(file)).orientation == .identity)
    return (file, WrittenBlocks(file))
  }

  private static func text(_ value: [UInt8]?) -> String? {
    value.map { String(decoding: $0.filter { $0 != 0 }, as: UTF8.self) }
  }

  // MARK: What survives

  @Test(arguments: Encoder.formats, [false, true]) func keepTakesWhatIsStillTrue(
    format: ImageFormat, bigEndian: Bool
  ) throws {
    let photograph = try Self.photograph(exif: Self.exif(bigEndian: bigEndian))
    let (_, blocks) = try Self.written(photograph, .keep(position: false), as: format)
    let exif = try #require(blocks.exif.flatMap { ExifWalk($0) })
    #expect(Self.text(exif.image[0x010F]) == "Nikon" && Self.text(exif.image[0x8298]) == "© Ada")
    #expect(
      exif.photo[0x829D].map { [ExifWalk.integer(Array($0[..<4])), ExifWalk.integer(Array($0[4...]))] } == [
        28, 10,
      ])
    #expect(Self.text(exif.photo[0xA434]) == "50mm")
    #expect(exif.photo[0xA002].map(ExifWalk.integer) == 12 && exif.photo[0xA003].map(ExifWalk.integer) == 8)
    #expect(exif.photo[0xA001].map(ExifWalk.integer) == 1, "sRGB now")
    #expect(exif.photo[0x927C] == nil && exif.photo[0xA005] == nil)
    #expect(exif.image[0x0201] == nil && exif.image[0xC4A5] == nil)
    #expect(exif.image[0x0112].map(ExifWalk.integer) ?? 1 == 1)
    #expect(exif.position.isEmpty && exif.image[0x8825] == nil)

    let xmp = try #require(Self.text(blocks.xmp))
    #expect(xmp.contains("© Ada &amp; Co") && xmp.contains("dog") && xmp.contains("Köln"))
    for gone in ["50,56", "6,57", "<a:GpsLatitude", "9999", "Orientation=", "Exposure2012"] {
      #expect(!xmp.contains(gone), "\(gone)")
    }
    if [.jpeg, .tiff].contains(format) {
      let iptc = try #require(Self.text(blocks.iptc))
      #expect(iptc.contains("dog") && iptc.contains("Ada"))
      #expect(blocks.iptc?.contains(7) == false, "no thumbnail")
    }
  }

  @Test(arguments: Encoder.formats) func copyrightTakesTheRightsAlone(format: ImageFormat) throws {
    let (_, blocks) = try Self.written(Self.photograph(), .copyright, as: format)
    let exif = try #require(blocks.exif.flatMap { ExifWalk($0) })
    #expect(Self.text(exif.image[0x013B]) == "Ada" && Self.text(exif.image[0x8298]) == "© Ada")
    #expect(exif.image[0x010F] == nil && exif.photo.isEmpty && exif.position.isEmpty)
    let xmp = try #require(Self.text(blocks.xmp))
    #expect(xmp.contains("© Ada &amp; Co") && !xmp.contains("dog") && !xmp.contains("Köln"))
    if [.jpeg, .tiff].contains(format) {
      let iptc = try #require(Self.text(blocks.iptc))
      #expect(iptc.contains("© Ada") && !iptc.contains("dog"))
    }
  }

  @Test(arguments: Encoder.formats) func theStrippedFileIsThatWithoutAPhotograph(format: ImageFormat) throws {
    let (file, blocks) = try Self.written(Self.photograph(), .strip, as: format)
    #expect(try file == Encoder.encode(smoothPicture(12, 8), EncodeOptions(format: format)))
    #expect(blocks.xmp == nil && blocks.iptc == nil)
    if format != .tiff { #expect(blocks.exif == nil, "\(blocks.parts)") }
  }

  @Test func thePositionIsKeptOnlyWhenAskedFor() throws {
    let (_, blocks) = try Self.written(Self.photograph(), .keep(position: true))
    let exif = try #require(blocks.exif.flatMap { ExifWalk($0) })
    #expect(exif.position[2]?.count == 24)
    let xmp = try #require(Self.text(blocks.xmp))
    #expect(xmp.contains("50,56.4N") && xmp.contains("6,57.6E") && xmp.contains("<a:GpsLatitude>50<"))
  }

  @Test(arguments: Encoder.formats) func whatIsWrittenCanBeTakenOverAgain(format: ImageFormat) throws {
    let (first, _) = try Self.written(Self.photograph(), .keep(position: true), as: format)
    let (second, _) = try Self.written(ImageBytes(first), .keep(position: true), as: format)
    #expect(first == second)
  }

  @Test func aPictureWithoutMetadataHasNone() throws {
    let plain = try Self.photograph(exif: nil, xmp: nil, iptc: nil)
    for policy in [MetadataPolicy.keep(position: true), .copyright] {
      let (file, _) = try Self.written(plain, policy)
      #expect(try file == Encoder.encode(smoothPicture(12, 8), EncodeOptions(format: .jpeg)))
    }
  }

  // MARK: What cannot be read

  @Test(arguments: 0..<60) func damageIsLeftOut(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func damaged(_ block: [UInt8]) -> [UInt8] {
      var block = block
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let place = Int.random(in: 0..<block.count, using: &generator)
        block[place] = [0, 1, 0xFF, 0x7F, 0x3C, 0x3E, UInt8.random(in: 0...255, using: &generator)]
          .randomElement(using: &generator)!
      }
      return Bool.random(using: &generator)
        ? block : Array(block.prefix(Int.random(in: 1...block.count, using: &generator)))
    }
    let photograph = try Self.photograph(
      exif: damaged(Self.exif(bigEndian: seed % 2 == 0)), xmp: damaged(Array(Self.xmp.utf8)),
      iptc: damaged(Self.iptc))
    for format in Encoder.formats {
      let (_, blocks) = try Self.written(photograph, .keep(position: false), as: format)
      if let exif = blocks.exif {
        let walk = try #require(ExifWalk(exif))
        #expect(walk.position.isEmpty && walk.photo[0x927C] == nil)
      }
    }
  }

  @Test func directoriesThatLeadToThemselvesEnd() throws {
    var maker = ExifMaker()
    maker.image = [maker.text(0x013B, "Ada"), maker.long(0x8769, 8), maker.long(0x8825, 8)]
    let (_, blocks) = try Self.written(Self.photograph(exif: maker.bytes()), .keep(position: true))
    #expect(blocks.exif.flatMap { ExifWalk($0) }.flatMap { Self.text($0.image[0x013B]) } == "Ada")
  }

  @Test func whatIsTooLongFallsBackToTheRights() throws {
    var maker = ExifMaker()
    maker.image = [maker.text(0x8298, "© Ada")]
    maker.photo = (0..<5).map { maker.text(0xA430 + $0, String(repeating: "x", count: 10_000)) }
    maker.photo.append(maker.text(0x9290, String(repeating: "y", count: 16_000)))
    let long = Array(repeating: maker.photo[5], count: 1)
    maker.photo += long.map { RawEntry(tag: 0x9291, type: $0.type, count: $0.count, value: $0.value) }
    // A JPEG segment cannot hold it, a PNG can.
    var png = Array(try Encoder.encode(smoothPicture(24, 16), EncodeOptions(format: .png))[..<33])
    let rest = try Encoder.encode(smoothPicture(24, 16), EncodeOptions(format: .png))[33...]
    let body = Array("eXIf".utf8) + maker.bytes()
    png += withUnsafeBytes(of: UInt32(body.count - 4).bigEndian) { Array($0) } + body + checksum(body) + rest
    let (_, blocks) = try Self.written(ImageBytes(png), .keep(position: false))
    let exif = try #require(blocks.exif.flatMap { ExifWalk($0) })
    #expect(Self.text(exif.image[0x8298]) == "© Ada" && exif.photo.isEmpty)
  }

  @Test(
    arguments: [
      "", "<", "<x", "<x:xmpmeta xmlns:x='adobe:ns:meta/'>", "no markup",
      "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
      String(repeating: "<x:a xmlns:x='adobe:ns:meta/'>", count: 1000), "<a b=c/>", "<a b='<'/>", "<a></b>",
      "<?xml", "<!-- ",
    ])
  func brokenPacketsAreLeftOut(packet: String) throws {
    let (_, blocks) = try Self.written(Self.photograph(xmp: Array(packet.utf8)), .keep(position: true))
    #expect(blocks.xmp == nil)
  }
}

/// The checksum of a PNG chunk, bit by bit.
private func checksum(_ bytes: [UInt8]) -> [UInt8] {
  var crc = UInt32.max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return withUnsafeBytes(of: (~crc).bigEndian) { Array($0) }
}
