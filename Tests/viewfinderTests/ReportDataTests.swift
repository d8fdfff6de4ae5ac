import Foundation
import Manifests
import TestSupport
import Testing

/// Manifests that no run wrote.
@Suite struct ReportDataTests {
  private static let hostile: [[UInt8]] = [
    Array("</script><script>alert(1)</script>.jpg".utf8), Array("<!-- <img src=x onerror=alert(1)>.jpg".utf8),
    Array("\"quotes\" and 'quotes'\\.jpg".utf8), Array("new\nline\ttab\u{1}.jpg".utf8),
    Array("separators\u{2028}and\u{2029}.jpg".utf8), Array("\u{202E}gpj.reversed".utf8),
    [0x66, 0xff, 0x3c, 0xfe], [0xe2, 0x80], [0xe2, 0x80, 0xa7],
  ]

  private func write(_ records: [Record], to directory: TemporaryDirectory) throws -> Program.Result {
    try directory.put(records.flatMap(\.line), at: "m/manifest.jsonl")
    return try Program.run([
      "report", directory.file("m/manifest.jsonl"), "--output", directory.file("sheet"),
    ])
  }

  @Test func namesStayDataWhateverTheyHold() throws {
    try TemporaryDirectory.use { directory in
      let records = Self.hostile.map {
        Record(
          file: RecordPath(bytes: $0), outcome: .failed(.corrupt, detail: "<b>\u{2028}</b>"),
          predictions: [PredictionRecord(label: "</script>", index: 0, score: 0.5)])
      }
      #expect(try write(records, to: directory).status == 0)
      for file in try directory.sheetFiles() {
        #expect(!file.contains(UInt8(ascii: "<")))
        let text = try #require(String(validating: file, as: UTF8.self))
        #expect(!text.unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
        #expect(text.split(separator: "\n").count == 1)
      }
      let read = try directory.sheetRecords().map { entry in
        try JSONDecoder().decode(
          Record.self, from: JSONSerialization.data(withJSONObject: try #require(entry["record"])))
      }
      #expect(read == records)
    }
  }

  @Test func tenThousandRecordsWithoutPhotographs() throws {
    try TemporaryDirectory.use { directory in
      let records = (0..<10_000).map {
        Record(
          file: RecordPath("p\($0).jpg"),
          outcome: $0 % 7 == 0 ? .failed(.truncated, detail: nil) : .skipped(.filtered, detail: nil))
      }
      let result = try write(records, to: directory)
      #expect(result.status == 0 && result.stderr.contains("10000 photographs, 10000 without a picture"))
      let names = try directory.files(below: "sheet/data")
      #expect(names == (1...20).map { String(format: "records-%05d.js", $0) } + ["report.js"])
      let entries = try directory.sheetRecords()
      #expect(entries.map { $0["number"] as? Int } == Array(1...10_000))
      let paths = entries.map { ($0["record"] as? [String: Any])?["path"] as? String }
      #expect(paths == records.map(\.path))
      let description = try directory.sheetDescription()
      #expect(description["chunks"] as? Int == 20 && description["run"] == nil)
    }
  }

  @Test func anEmptyManifestMakesAnEmptyPage() throws {
    try TemporaryDirectory.use { directory in
      let result = try write([], to: directory)
      let description = try directory.sheetDescription()
      #expect(result.status == 0 && description["records"] as? Int == 0)
      #expect(directory.exists("sheet/index.html"))
    }
  }

  /// A manifest may come from anywhere: it must not make a thumbnail of what lies outside of its folder.
  @Test func outputsOutsideOfTheFolderAreNotLookedAt() throws {
    try TemporaryDirectory.use { directory in
      let secret = try picture(100, 80)
      let path = try directory.put(secret, at: "secret.jpg")
      try directory.put(secret, at: "m/inside.jpg")
      let records = ["../secret.jpg", path, "x/../../secret.jpg", "inside.jpg"].map { name in
        Record(
          file: RecordPath(name), outcome: .ok,
          input: InputRecord(
            bytes: secret.count, sha256: Hashing.sha256(secret), format: "jpeg", width: 100, height: 80,
            orientation: 1),
          outputs: [
            OutputRecord(
              stage: "sort", file: RecordPath(name), width: 100, height: 80, bytes: secret.count,
              sha256: Hashing.sha256(secret), placed: .copy)
          ])
      }
      #expect(try write(records, to: directory).status == 0)
      #expect(try directory.files(below: "sheet/thumbnails") == ["000004.jpg"])
    }
  }

  @Test func aBadSummaryCostsOnlyWhatItWouldHaveSaid() throws {
    try TemporaryDirectory.use { directory in
      try directory.put("{}", at: "m/run.json")
      let result = try write([Record(file: RecordPath("x"), outcome: .failed(.io, detail: nil))], to: directory)
      #expect(result.status == 0 && result.stderr.contains("the page says nothing about the run"))
    }
  }
}
