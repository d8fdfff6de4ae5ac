import Foundation
import Geometry
import Manifests
import TestSupport
import Testing

@Suite struct RecordTests {
  @Test func lineIsAsDocumented() {
    let record = Record(
      file: RecordPath("relative/path.jpg"),
      input: InputRecord(bytes: 5, sha256: "00", format: "jpeg", width: 40, height: 20, orientation: 6),
      predictions: [PredictionRecord(label: "pug", index: 254, score: 0.123_456)],
      rectangle: LocatedRectangle(
        rectangle: OrientedRectangle(Box(x: 1, y: 2.005, width: 10, height: 4)),
        quad: OrientedRectangle(Box(x: 1, y: 2, width: 10, height: 4)).corners,
        hull: Box(x: 1, y: 2, width: 10, height: 4), coverage: 0.05),
      outputs: [
        OutputRecord(
          stage: "crops", file: RecordPath("crops/path.jpg"), width: 3, height: 2, bytes: 9, sha256: "ff",
          crop: CropRegion(
            box: PixelBox(x: 0, y: 1, width: 3, height: 2), source: .centre, adjusted: [.clamped, .aspect]))
      ],
      decodes: 1, times: [StageTime(stage: "decode", milliseconds: 18.86)])
    let expected = """
      {"schema":"viewfinder/record/1","path":"relative/path.jpg","status":"ok","reason":null,"detail":null,\
      "input":{"bytes":5,"sha256":"00","format":"jpeg","width":40,"height":20,"orientation":6},\
      "predictions":[{"label":"pug","index":254,"score":0.1235}],\
      "rectangle":{"center":[6,4.01],"size":[10,4],"angle":0,\
      "corners":[[1,2.01],[11,2.01],[11,6.01],[1,6.01]],"quad":[[1,2],[11,2],[11,6],[1,6]],\
      "hull":{"x":1,"y":2,"width":10,"height":4},"coverage":0.05},\
      "outputs":[{"stage":"crops","path":"crops/path.jpg","width":3,"height":2,"bytes":9,"sha256":"ff",\
      "region":{"center":[1.5,2],"size":[3,2],"angle":0,"corners":[[0,1],[3,1],[3,3],[0,3]]},\
      "source":"centre","adjusted":["clamped","aspect"]}],\
      "decodes":1,"milliseconds":{"decode":18.9}}

      """
    #expect(String(decoding: record.line, as: UTF8.self) == expected)
  }

  @Test func failedRecordsLeaveOutWhatIsUnknown() {
    let record = Record(file: RecordPath("x"), outcome: .failed(.outOfMemory, detail: "decode: 3 GB"))
    let expected = """
      {"schema":"viewfinder/record/1","path":"x","status":"failed","reason":"out_of_memory",\
      "detail":"decode: 3 GB","outputs":[],"decodes":0,"milliseconds":{}}

      """
    #expect(String(decoding: record.line, as: UTF8.self) == expected)
  }

  @Test(arguments: Samples.good)
  func readingBackAndWritingAgainGivesTheSameLine(record: Record) throws {
    let back = try JSONDecoder().decode(Record.self, from: Data(record.line))
    #expect(back.line == record.line)
    #expect(back.file == record.file)
    #expect(back.outcome == record.outcome)
    #expect(back.input == record.input)
    #expect(back.outputs.map(\.crop?.box) == record.outputs.map(\.crop?.box))
    #expect(back.outputs.map(\.placed) == record.outputs.map(\.placed))
    #expect(back.outputs.map(\.sidecars) == record.outputs.map(\.sidecars))
  }

  @Test func sidecarsAreAsDocumented() {
    let output = OutputRecord(
      stage: "sort", file: RecordPath("s/a.jpg"), width: 3, height: 2, bytes: 9, sha256: "ff", placed: .move,
      sidecars: [SidecarRecord(from: RecordPath("a.xmp"), file: RecordPath(bytes: [0x73, 0xff]))])
    let line = String(decoding: Record(file: RecordPath("a.jpg"), outputs: [output]).line, as: UTF8.self)
    #expect(
      line.contains(
        #""sha256":"ff","placed":"move","sidecars":[{"from":"a.xmp","path":"s\#u{fffd}","path_bytes":"c/8="}]}"#
      ))
  }

  @Test(arguments: [
    (#""placed":"move""#, #""placed":"teleport""#), (#""from":"d/a.xmp""#, #""off":"d/a.xmp""#),
    (#""sidecars":[{"#, #""sidecars":[7,{"#), (#""path_bytes":"/i54""#, #""path_bytes":"?""#),
  ])
  func spoiledPlacementsAreErrors(good: String, bad: String) {
    let line = String(decoding: Samples.placed.line, as: UTF8.self)
    #expect(line.contains(good))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Record.self, from: Data(line.replacingOccurrences(of: good, with: bad).utf8))
    }
  }

  @Test(arguments: Samples.awkwardPaths)
  func pathsKeepTheirBytes(bytes: [UInt8]) throws {
    let path = RecordPath(bytes: bytes)
    #expect(path.rawBytes == bytes)
    let isUTF8 = String(validating: bytes, as: UTF8.self) != nil
    #expect((path.bytes == nil) == isUTF8)
    let output = OutputRecord(stage: "s", file: path, width: 1, height: 1, bytes: 1, sha256: Samples.hash)
    let back = try JSONDecoder().decode(Record.self, from: Data(Record(file: path, outputs: [output]).line))
    #expect(back.file.rawBytes == bytes)
    #expect(back.outputs.first?.file.rawBytes == bytes)
  }

  @Test func pathsThatLookAlikeDiffer() {
    let composed = RecordPath("\u{e9}.jpg")
    let decomposed = RecordPath("e\u{301}.jpg")
    #expect(composed.text == decomposed.text)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
  }

  @Test func anglesStayInTheirRangeWhenRounded() throws {
    for angle in [-44.999_9, 44.999_9, -44.994, 45, 90.000_001] {
      let rectangle = OrientedRectangle(center: .zero, width: 3, height: 2, angle: angle)
      let output = OutputRecord(
        stage: "s", file: RecordPath("p"), width: 3, height: 2, bytes: 1, sha256: Samples.hash,
        crop: CropRegion(rectangle: rectangle, source: .rectangle, adjusted: []))
      let line = Record(file: RecordPath("p"), outputs: [output]).line
      let back = try #require(try JSONDecoder().decode(Record.self, from: Data(line)).outputs.first?.crop)
      #expect(abs(back.rectangle.angle - rectangle.angle) < 0.011)
      #expect(back.rectangle.width == rectangle.width)
    }
  }

  @Test(arguments: [
    (#""status":"ok""#, #""status":"failed""#), (#""status":"ok""#, #""status":"fine""#),
    (#""reason":null"#, #""reason":"corrupt""#), (#""viewfinder/record/1""#, #""viewfinder/record/9""#),
    (#""decodes":2"#, #""decodes":99999999999999999999"#), (#""coverage""#, #""cover""#),
    (#""source":"rectangle""#, #""source":"elsewhere""#),
    (#""path":"a/b.jpg""#, #""path":"a","path_bytes":"*""#),
    (#""bytes":829183"#, #""bytes":"many""#), (#""size":["#, #""size":[1,"#),
    (#""quad":["#, #""quad":[[1,1],"#),
  ])
  func spoiledLinesAreErrors(good: String, bad: String) {
    let line = String(decoding: Samples.full.line, as: UTF8.self)
    #expect(line.contains(good))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Record.self, from: Data(line.replacingOccurrences(of: good, with: bad).utf8))
    }
  }

  /// A manifest may be anybody's: what is computed with its numbers must not overflow.
  @Test(arguments: [
    (#""score":[0-9.]+"#, #""score":1e300"#), (#""score":[0-9.]+"#, #""score":-0.5"#),
    (#""index":[0-9]+"#, #""index":9223372036854775807"#), (#""index":[0-9]+"#, #""index":-1"#),
    (#""coverage":[0-9.]+"#, #""coverage":2"#), (#""hull":\{"x":[0-9.]+"#, #""hull":{"x":1e300"#),
    (#""center":\[[0-9.]+"#, #""center":[1e300"#), (#""angle":[-0-9.]+"#, #""angle":1e9"#),
    (#""width":[0-9]+"#, #""width":9223372036854775807"#), (#""bytes":[0-9]+"#, #""bytes":-1"#),
    (#""decodes":[0-9]+"#, #""decodes":-3"#),
  ])
  func numbersThatCannotBeAreErrors(pattern: String, bad: String) throws {
    let line = String(decoding: Samples.full.line, as: UTF8.self)
    let place = try #require(line.firstRange(of: try Regex(pattern)))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Record.self, from: Data(line.replacingCharacters(in: place, with: bad).utf8))
    }
  }

  @Test func reasonCodesAreAsDocumented() {
    let documented =
      "unreadable not_image blocked_format truncated corrupt too_large too_many_pages timeout out_of_memory encode io "
      + "collision changed program filtered internal"
    #expect(ReasonCode.allCases.map(\.rawValue).joined(separator: " ") == documented)
  }
}

@Suite struct RunSummaryTests {
  @Test func readsBackWhatItWrote() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("run.json")
      try Samples.summary.write(to: path)
      #expect(try RunSummary.read(path) == Samples.summary)
    }
  }

  @Test func countsOutcomes() {
    var counts = RunCounts()
    for record in Samples.good {
      counts.add(record.outcome)
    }
    #expect(counts.records == Samples.good.count)
    #expect(counts.ok == 2)
    #expect(counts.failed == [.unreadable: 1, .corrupt: 1, .notImage: Samples.awkwardPaths.count])
    #expect(counts.skipped == [.filtered: 1])
    #expect(Samples.summary.imagesPerSecond == 2, "what an earlier run had done took none of this one's time")
  }

  @Test func damagedFilesAreTypedErrors() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("run.json")
      let huge = String(decoding: Samples.summary.json.bytes, as: UTF8.self).replacing(
        #""ok":7"#, with: #""ok":9223372036854775807"#)
      for text in [
        "", "{", "[]", #"{"schema":"viewfinder/run/2"}"#, String(repeating: "[", count: 100_000), huge,
      ] {
        try put(text.utf8, at: path)
        #expect(throws: ManifestError.self) { try RunSummary.read(path) }
      }
      #expect(throws: ManifestError.self) { try RunSummary.read(directory.filePath("absent")) }
    }
  }
}
