import Foundation
import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct WriteStageTests {
  /// A JPEG whose EXIF says to turn it, where it was taken, and whose it is.
  private static func photograph() throws -> [UInt8] {
    var exif = Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 3, 0]
    exif += [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]  // orientation 6
    exif += [0x98, 0x82, 2, 0, 4, 0, 0, 0] + Array("Ada\0".utf8)  // copyright
    exif += [0x25, 0x88, 4, 0, 1, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0]  // the directory of the position
    exif += [1, 0, 1, 0, 2, 0, 2, 0, 0, 0] + Array("N\0\0\0".utf8) + [0, 0, 0, 0]
    let jpeg = try Encoder.encode(SingleStage.plain(40, 30), EncodeOptions(format: .jpeg))
    return jpeg[..<2] + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + jpeg[2...]
  }

  private static func written(
    _ given: [String: OptionValue] = [:], in directory: TemporaryDirectory
  ) throws -> (sample: Sample, bytes: [UInt8]) {
    var sample = try SingleStage.sample(photograph(), in: directory)
    let times = [timespec](repeating: timespec(tv_sec: 981_173_106, tv_nsec: 123_456_789), count: 2)
    #expect(utimensat(AT_FDCWD, directory.file("p.jpg"), times, 0) == 0)
    sample.fingerprint = FileFingerprint(sample.file.location)
    let options = given.merging(["path": .text("{stem}-out.jpg")]) { given, _ in given }
    let stage = try SingleStage.make(
      WriteStage.self, options, output: directory.path, files: [sample.file])
    _ = try stage.compute(&sample, SingleStage.context)
    try stage.output(&sample, SingleStage.context)
    let file = try #require(sample.outputs.first?.file)
    try file.commit(replacing: false)
    return (sample, Array(try Data(contentsOf: URL(fileURLWithPath: file.destination.string))))
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    Data(bytes).range(of: Data(text.utf8)) != nil
  }

  @Test func theOwnerStaysWithThePictureUnlessStripped() throws {
    for (metadata, isThere) in [(nil, true), ("copyright", true), ("keep", true), ("strip", false)]
      as [(String?, Bool)]
    {
      try TemporaryDirectory.use { directory in
        let given = metadata.map { ["metadata": OptionValue.text($0)] } ?? [:]
        let (sample, bytes) = try Self.written(given, in: directory)
        #expect(Self.contains(bytes, "Ada\0") == isThere, "\(metadata ?? "default")")
        let header = try HeaderReader.read(ImageBytes(bytes))
        #expect(header.orientation == .identity && header.upright == PixelSize(width: 30, height: 40))
        let record = try #require(sample.outputs.first?.record)
        #expect(record.bytes == bytes.count && record.sha256 == Hashing.sha256(bytes))
      }
    }
  }

  @Test(arguments: [false, true]) func thePositionIsKeptOnlyWhenAskedFor(gps: Bool) throws {
    try TemporaryDirectory.use { directory in
      let (_, bytes) = try Self.written(["metadata": .text("keep"), "gps": .boolean(gps)], in: directory)
      // The tag that points to the directory of the position, little-endian, of one long number.
      let pointer: [UInt8] = [0x25, 0x88, 4, 0, 1, 0, 0, 0]
      #expect((Data(bytes).range(of: Data(pointer)) != nil) == gps)
    }
  }

  @Test(arguments: ["copyright", "strip", "keep"]) func aPositionNeedsKeep(choice: String) {
    func conflict(gps: Bool) -> String? {
      WriteStage.schema.conflict(
        Options(
          WriteStage.schema.options,
          given: ["path": .text("{stem}.jpg"), "metadata": .text(choice), "gps": .boolean(gps)]))
    }
    #expect(conflict(gps: false) == nil)
    #expect(
      conflict(gps: true)
        == (choice == "keep" ? nil : "has 'gps', which needs 'metadata: keep', and here it is '\(choice)'"))
  }

  @Test(arguments: [true, false]) func theTimeOfTheLastChangeIsThePhotographs(modified: Bool) throws {
    try TemporaryDirectory.use { directory in
      let (sample, _) = try Self.written(["modified": .boolean(modified)], in: directory)
      let output = try #require(sample.outputs.first)
      let written = try #require(FileFingerprint(output.file.destination))
      #expect((written.modified == 981_173_106 && written.nanoseconds == 123_456_789) == modified)
    }
  }

  @Test func twoRunsWriteTheSameBytes() throws {
    let files = try (0..<2).map { _ in
      try TemporaryDirectory.use { try Self.written(["metadata": .text("keep")], in: $0).bytes }
    }
    let isSame = files[0] == files[1]
    #expect(isSame)
  }
}
