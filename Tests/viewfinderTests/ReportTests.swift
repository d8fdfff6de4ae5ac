import Foundation
import Geometry
import Imaging
import Manifests
import SystemPackage
import TestSupport
import Testing

@Suite struct ReportTests {
  private let pipeline = """
    version: 1
    stages:
      - use: read
      - use: decode
      - {use: crop, with: {aspect: "1:1", source: [centre]}}
      - {use: write, id: crops, with: {path: "crops/{stem}.jpg"}}
    """

  private func ran(in directory: TemporaryDirectory, _ pipeline: String) throws {
    try directory.makePhotographs()
    let file = try directory.put(pipeline, at: "p.yaml")
    let result = try Program.run([
      "run", file, directory.file("in"), "--output", directory.file("out"), "--sorted",
    ])
    try #require(result.status == 0, "\(result.stderr)")
  }

  private func report(
    _ directory: TemporaryDirectory, _ manifest: String = "out/manifest.jsonl", _ options: String...
  ) throws -> Program.Result {
    try Program.run(["report", directory.file(manifest), "--output", directory.file("sheet")] + options)
  }

  private func canonical(_ json: Any) throws -> Data {
    try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
  }

  @Test func codecsApartMakeTheSameThumbnails() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      let thumbnails = try [[], ["--isolate"]].map { options in
        let result = try Program.run(
          ["report", directory.file("out/manifest.jsonl"), "--output", directory.file("sheet"), "--jobs", "2"]
            + options)
        #expect(result.status == 0 && result.stderr.contains("5 photographs, 1 without a picture"))
        let note = try directory.sheetRecords()[4]["note"] as? String
        #expect(note?.contains("ends early") == true)
        return try (1...4).map { try directory.contents("sheet/thumbnails/00000\($0).jpg") }
      }
      #expect(thumbnails[0] == thumbnails[1])
    }
  }

  @Test func thePageHasEveryRecordAndAThumbnailOfEachPhotograph() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      let result = try report(directory)
      #expect(result.status == 0 && result.stdout.isEmpty, "\(result.stderr)")
      #expect(result.stderr.contains("5 photographs, 1 without a picture"))
      let entries = try directory.sheetRecords()
      let lines = try directory.contents("out/manifest.jsonl").split(separator: 10)
      #expect(entries.count == lines.count)
      for (entry, line) in zip(entries, lines) {
        let record = try JSONSerialization.jsonObject(with: Data(line))
        #expect(try canonical(#require(entry["record"])) == canonical(record))
      }
      #expect(
        entries.map { $0["thumbnail"] as? String } == (1...4).map { "thumbnails/00000\($0).jpg" } + [nil])
      #expect((entries[4]["note"] as? String)?.contains("ends early") == true)
      let thumbnail = try ImageBytes(directory.contents("sheet/thumbnails/000003.jpg"))
      #expect(try HeaderReader.read(thumbnail).upright == PixelSize(width: 180, height: 100))
      let small = try report(directory, "out/manifest.jsonl", "--thumbnail", "60", "--quiet")
      #expect(small.status == 0 && small.stderr.isEmpty)
      let shrunk = try ImageBytes(directory.contents("sheet/thumbnails/000003.jpg"))
      #expect(try HeaderReader.read(shrunk).upright == PixelSize(width: 60, height: 33))
    }
  }

  /// From a USB stick there is nothing but the folder.
  @Test func thePageNamesOnlyFilesOfItsFolder() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      #expect(try report(directory).status == 0)
      let page = String(decoding: try directory.contents("sheet/index.html"), as: UTF8.self)
      let names = page.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) }.filter {
        !$0.hasPrefix("data:")
      }
      let parts = try directory.files(below: "sheet/page")
      #expect(Set(names) == Set(parts.map { "page/\($0)" }), "every part is used, and no other")
      for part in try directory.files(below: "sheet").filter({ !$0.hasSuffix(".jpg") }) {
        let text = String(decoding: try directory.contents("sheet/" + part), as: UTF8.self)
        let addresses = text.matches(of: /https?:\/\/[^'"\s]*/).map { String($0.0) }
        #expect(Set(addresses).isSubset(of: ["http://www.w3.org/2000/svg"]), "\(part)")
      }
    }
  }

  /// A contact sheet is handed on: it says nothing of the machine.
  @Test func theDataKnowsTheRunAndNotTheMachine() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      #expect(try report(directory).status == 0)
      let text = try directory.sheetFiles().map { String(decoding: $0, as: UTF8.self) }.joined()
      #expect(!text.contains(directory.path) && !text.contains("\"host\""))
      let description = try directory.sheetDescription()
      #expect(description["base"] as? String == "../out/")
      let crop = (description["crops"] as? [String: [String: Any]])?["crops"]
      #expect(crop?["aspect"] as? [Double] == [1, 1] && crop?["margin"] as? Double == 0.1)
      #expect(crop?["order"] as? [String] == ["centre"] && crop?["minimum"] as? Int == 64)
      let run = description["run"] as? [String: Any]
      #expect((run?["stages"] as? [[String: Any]])?.count == 4 && run?["complete"] as? Bool == true)
      let manifest = description["manifest"] as? [String: String]
      #expect(manifest?["sha256"] == Hashing.sha256(try directory.contents("out/manifest.jsonl")))
    }
  }

  @Test func aManifestThatIsAnArrayIsReadToo() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline + "\n  - {use: manifest, with: {format: json}}\n")
      #expect(try report(directory, "out/manifest.json").status == 0)
      #expect(try directory.sheetRecords().count == 5)
    }
  }

  @Test func movedPhotographsAreFoundWhereTheyWent() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, Pipelines.moving)
      #expect(!directory.exists("in/p0.jpg"))
      #expect(try report(directory).status == 0)
      #expect(try directory.files(below: "sheet/thumbnails").count == 4)
    }
  }

  @Test func anotherPhotographInItsPlaceIsNotShown() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      try directory.put(picture(120, 100, seed: 77), at: "in/p0.jpg")
      try FileManager.default.removeItem(atPath: directory.file("in/p1.jpg"))
      #expect(try report(directory).status == 0)
      let notes = try directory.sheetRecords().map { $0["note"] as? String }
      #expect(notes[0]?.contains("changed after the run") == true)
      #expect(notes[1]?.contains("not where the run found it") == true)
      #expect(notes[2] == nil && notes[3] == nil)
    }
  }

  @Test func whatIsWrittenInTheFirstPlaceStaysWhenTheManifestIsBad() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      #expect(try report(directory).status == 0)
      let before = try directory.files(below: "sheet")
      try directory.put("{\"schema\": 3}\n", at: "bad.jsonl")
      let bad = try report(directory, "bad.jsonl")
      #expect(bad.status == 65 && bad.stderr.contains("bad.jsonl:1:"))
      #expect(try report(directory, "missing.jsonl").status == 66)
      #expect(try directory.files(below: "sheet") == before)
    }
  }

  @Test func onlyAnEarlierReportIsReplaced() throws {
    try TemporaryDirectory.use { directory in
      try ran(in: directory, pipeline)
      try directory.put("mine", at: "sheet/index.html")
      let refused = try report(directory)
      #expect(refused.status == 73 && refused.stderr.contains("--overwrite"))
      #expect(try directory.files(below: "sheet") == ["index.html"])
      #expect(try report(directory, "out/manifest.jsonl", "--overwrite").status == 0)
      // Of a larger report before it nothing stays.
      try directory.put("old", at: "sheet/thumbnails/000099.jpg")
      try directory.put("old", at: "sheet/data/records-00007.js")
      try directory.put("mine", at: "sheet/notes.txt")
      #expect(try report(directory).status == 0)
      #expect(!directory.exists("sheet/thumbnails/000099.jpg"))
      #expect(!directory.exists("sheet/data/records-00007.js"))
      #expect(directory.exists("sheet/notes.txt"))
      let file = try Program.run([
        "report", directory.file("out/manifest.jsonl"), "--output", directory.file("p.yaml"), "--overwrite",
      ])
      #expect(file.status == 73 && file.stderr.contains("is a file"))
    }
  }
}
