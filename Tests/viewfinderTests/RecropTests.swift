import Foundation
import Geometry
import Imaging
import Manifests
import TestSupport
import Testing

/// Several crops of one photograph, and photographs cut again by what an earlier run's manifest says.
@Suite struct RecropTests {
  private func crop(_ directory: TemporaryDirectory, _ more: [String] = [], to output: String = "out") throws {
    let result = try Program.run(["crop", directory.file("in"), "--output", directory.file(output)] + more)
    #expect(result.status == 0, "\(result.stderr)")
  }

  /// - Parameter manifest: the run that is recalled.
  private func again(
    _ directory: TemporaryDirectory, _ more: [String] = [], from manifest: String = "out/manifest.jsonl"
  ) throws -> Program.Result {
    try Program.run(["crop", "--from", directory.file(manifest), "--output", directory.file("again")] + more)
  }

  private func byPath(_ records: [Record]) -> [String: Record] {
    Dictionary(uniqueKeysWithValues: records.map { ($0.path, $0) })
  }

  @Test func severalAspectsAreSeveralOutputs() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try crop(directory, ["--aspects", "1:1,4:5,16:9", "--min-share=100%", "--longest", "60"])
      let records = try directory.records()
      #expect(records.map(\.status).sorted { $0.rawValue < $1.rawValue } == [.failed, .ok, .ok, .ok, .ok])
      for record in records where record.status == .ok {
        let stem = record.path.dropLast(4)
        #expect(record.outputs.map(\.path) == ["1x1", "4x5", "16x9"].map { "\(stem)-\($0).jpg" })
        #expect(record.outputs.map(\.stage) == ["write-1x1", "write-4x5", "write-16x9"])
        let frame = PixelSize(
          width: try #require(record.input?.width), height: try #require(record.input?.height))
        for (output, ratio) in zip(record.outputs, [1, 4.0 / 5, 16.0 / 9]) {
          let region = try #require(output.crop?.rectangle)
          #expect(abs(region.width - region.height * ratio) <= max(1, ratio))
          // The largest window of its ratio.
          #expect(region.width == Double(frame.width) || region.height == Double(frame.height))
          let size = try HeaderReader.read(ImageBytes(directory.contents("out/" + output.path))).upright
          #expect(size == PixelSize(width: output.width, height: output.height) && size.longest <= 60)
        }
      }
    }
  }

  @Test func aPathWithoutTheAspectIsRefusedBeforeAnythingIsWritten() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let result = try Program.run([
        "crop", directory.file("in"), "--output", directory.file("out"), "--aspects=1:1,4:5", "--path",
        "{stem}.jpg",
      ])
      #expect(result.status == 65 && result.stderr.contains("put {aspect} into its 'path'"), "\(result.stderr)")
      #expect(!directory.exists("out"))
    }
  }

  @Test func aRunIsRecalledWithoutTheNetwork() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try directory.put(picture(90, 70, seed: 7), at: "in/a \"quoted\"\n</script> é.jpg")
      try crop(directory)
      let before = byPath(try directory.records())
      let result = try again(directory)
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try directory.summary("again").model == nil)
      #expect(try directory.summary("again").stages.map(\.id) == ["read", "decode", "recall", "crop", "write"])
      let after = byPath(try directory.records("again"))
      #expect(after.count == 6 && Set(after.keys) == Set(before.keys))
      for (path, record) in after {
        let old = try #require(before[path])
        #expect(record.outcome == old.outcome && record.predictions == old.predictions)
        #expect(record.rectangle == old.rectangle && record.outputs.map(\.path) == old.outputs.map(\.path))
        // The run itself works with the numbers that its manifest has.
        #expect(record.outputs == old.outputs)
      }
      // What is done stays done; another recalled manifest is another run.
      let resumed = try again(directory, ["--resume"])
      #expect(
        resumed.status == 0 && resumed.stderr.contains("6 of 6 photographs are done"), "\(resumed.stderr)")
      let records = try directory.contents("out/manifest.jsonl")
      try directory.put(records + records.split(separator: 10)[0] + [10], at: "out/manifest.jsonl")
      let other = try again(directory, ["--resume"])
      #expect(other.stderr.contains("every photograph is processed again"), "\(other.stderr)")
    }
  }

  @Test func otherOptionsCutOtherwise() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try crop(directory)
      let result = try again(
        directory, ["--aspects", "1:1,2:1", "--source", "centre", "--include", "p[12].jpg"])
      #expect(result.status == 0, "\(result.stderr)")
      let records = try directory.records("again")
      #expect(records.map(\.path).sorted() == ["p1.jpg", "p2.jpg"])
      let box = records.first { $0.path == "p1.jpg" }?.outputs.map { $0.crop?.box }
      #expect(
        box == [PixelBox(x: 25, y: 0, width: 100, height: 100), PixelBox(x: 0, y: 12, width: 150, height: 75)])
    }
  }

  @Test func aPhotographThatHasChangedFails() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(3)
      try crop(directory)
      try directory.put(picture(120, 100, seed: 77), at: "in/p0.jpg")
      try FileManager.default.removeItem(atPath: directory.file("in/p1.jpg"))
      let result = try again(directory)
      #expect(result.status == 0, "\(result.stderr)")
      let reasons = byPath(try directory.records("again")).mapValues(\.reason)
      #expect(
        reasons == ["p0.jpg": .changed, "p1.jpg": .unreadable, "p2.jpg": nil, "sub/broken.jpg": .truncated])
      #expect(try directory.results("again").keys.sorted() == ["p2.jpg"])
    }
  }

  @Test func movedPhotographsAreFoundWhereTheyAre() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(3)
      try FileManager.default.removeItem(atPath: directory.file("in/sub"))
      let moved = try Program.run([
        "sort", directory.file("in"), "--output", directory.file("out"), "--mode", "move", "--min-score", "0",
      ])
      #expect(moved.status == 0 && !directory.exists("in/p0.jpg"), "\(moved.stderr)")
      let result = try again(directory, ["--aspect", "1:1"])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try directory.results("again").keys.sorted() == ["p0.jpg", "p1.jpg", "p2.jpg"])
      // Back in their places they are found there.
      #expect(try Program.run(["undo", directory.file("out/manifest.jsonl")]).status == 0)
      #expect(try again(directory, ["--overwrite"], from: "out/manifest-undone.jsonl").status == 65)
    }
  }

  @Test func withoutTheRunsFolderTheInputsAreNamed() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      try crop(directory)
      try directory.put(directory.contents("out/manifest.jsonl"), at: "alone/manifest.jsonl")
      try directory.put(picture(80, 60, seed: 8), at: "in/new.jpg")
      let missing = try again(directory, from: "alone/manifest.jsonl")
      #expect(
        missing.status == 65 && missing.stderr.contains("name their directory as an input"), "\(missing.stderr)"
      )
      #expect(!directory.exists("again"))
      let result = try again(directory, [directory.file("in")], from: "alone/manifest.jsonl")
      #expect(result.status == 0, "\(result.stderr)")
      let reasons = byPath(try directory.records("again")).mapValues(\.reason)
      #expect(reasons == ["p0.jpg": nil, "p1.jpg": nil, "new.jpg": .changed, "sub/broken.jpg": .truncated])
    }
  }

  @Test func whatCannotBeRecalledIsSaid() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      try crop(directory)
      let manifest = try directory.contents("out/manifest.jsonl")
      let same = try Program.run([
        "crop", "--from", directory.file("out/manifest.jsonl"), "--output", directory.file("in/../out"),
        "--overwrite",
      ])
      #expect(same.status == 64 && same.stderr.contains("choose another"), "\(same.stderr)")
      #expect(try directory.contents("out/manifest.jsonl") == manifest)
      let model = try again(directory, ["--model", "default"])
      #expect(model.status == 64 && model.stderr.contains("leave --model out"), "\(model.stderr)")
      let gone = try again(directory, from: "nowhere/manifest.jsonl")
      #expect(gone.status == 66 && !directory.exists("again"), "\(gone.stderr)")
      try directory.put("{\"no\": \"record\"}\n", at: "bad.jsonl")
      let bad = try again(directory, from: "bad.jsonl")
      #expect(bad.status == 65 && bad.stderr.contains("bad.jsonl:1: "), "\(bad.stderr)")
    }
  }

  /// The stage serves pipeline files as well: whatever follows needs no network.
  @Test func pipelinesRecallToo() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      let classified = try Program.run(["classify", directory.file("in"), "--output", directory.file("out")])
      #expect(classified.status == 0)
      let file = try directory.put(
        """
        version: 1
        stages:
          - use: read
          - {use: recall, with: {manifest: '\(directory.file("out/manifest.jsonl"))'}}
          - {use: sort, with: {path: "{label}/{position}/{name}"}}
        """, at: "p.yaml")
      let result = try Program.run(["run", file, directory.file("in"), "--output", directory.file("again")])
      #expect(result.status == 0, "\(result.stderr)")
      let labels = byPath(try directory.records()).compactMapValues { $0.predictions?.first?.label }
      for record in try directory.records("again") where record.status == .ok {
        #expect(record.outputs.first?.path.hasPrefix((labels[record.path] ?? "?") + "/") == true)
      }
    }
  }
}
