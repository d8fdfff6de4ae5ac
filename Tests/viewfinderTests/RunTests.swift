import Foundation
import Manifests
import SystemPackage
import TestSupport
import Testing

@Suite struct RunTests {
  private let pipeline = """
    version: 1
    stages:
      - use: read
      - use: decode
      - use: classify
      - {use: crop, with: {longest: 64}}
      - {use: write, id: crops, with: {path: "crops/{stem}.jpg"}}
      - {use: sort, after: read, with: {path: "sorted/{name}"}}
    """

  private func records(_ directory: TemporaryDirectory, _ name: String = "out") throws -> [Record] {
    try Manifest.read(FilePath(directory.file(name + "/manifest.jsonl"))).records
  }

  /// Also where the results of an earlier run have that name.
  @Test func aPipelineIsFoundByItsName() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      try directory.put(Pipelines.copying, at: "pipelines/copying.yaml")
      for _ in 0..<2 {
        let result = try Program.run(
          ["run", "copying", "in", "--output", "copying", "--overwrite"], directory: directory.path)
        #expect(result.status == 0, "\(result.stderr)")
        #expect(directory.exists("copying/w/p0.png"))
      }
      let unknown = try Program.run(["run", "copyin", "in", "--output", "out"], directory: directory.path)
      #expect(unknown.status == 66 && unknown.stderr.contains("by name there are copying"), "\(unknown.stderr)")
      let printed = try Program.run(["run", "copying", "--print-config"], directory: directory.path)
      #expect(
        printed.status == 0 && printed.output.contains("w/{stem}.png"), "it wants neither inputs nor output")
    }
  }

  @Test func aRunWritesWhatItSaysItWrote() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(pipeline, at: "p.yaml")
      let result = try Program.run([
        "run", file, directory.file("in"), "--output", directory.file("out"), "--sorted",
      ])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stdout.isEmpty)
      #expect(result.stderr.contains("failed: \"sub/broken.jpg\": truncated"))
      #expect(
        result.stderr.contains("5 photographs: 4 ok, 1 failed") && result.stderr.contains("1 truncated: ")
          && result.stderr.contains("ignored  1 file "), "\(result.stderr)")
      let records = try records(directory)
      #expect(records.map(\.path) == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg", "sub/broken.jpg"])
      let outputs = records.flatMap(\.outputs)
      for output in outputs {
        let bytes = try directory.contents("out/" + output.path)
        #expect(output.bytes == bytes.count && output.sha256 == Hashing.sha256(bytes))
      }
      #expect(
        try directory.files(below: "out") == (outputs.map(\.path) + ["manifest.jsonl", "run.json"]).sorted(),
        "nothing else is left in the output directory")
    }
  }

  @Test func whatIsWrittenIsByItsSchemas() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(pipeline, at: "p.yaml")
      _ = try Program.run(["run", file, directory.file("in"), "--output", directory.file("out")])
      let lines = try directory.contents("out/manifest.jsonl").split(separator: 10).map { Array($0) }
      #expect(lines.count == 5)
      #expect(try judge(lines, by: Schemas.record) == Array(repeating: "ok", count: 5))
      #expect(try judge([directory.contents("out/run.json")], by: Schemas.run) == ["ok"])
    }
  }

  @Test func theSummaryTellsTheRun() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(pipeline, at: "p.yaml")
      _ = try Program.run(["run", file, directory.file("in"), "--output", directory.file("out"), "--jobs", "2"])
      let json =
        try JSONSerialization.jsonObject(with: Data(directory.contents("out/run.json"))) as? [String: Any]
      let run = try #require(json)
      #expect(run["complete"] as? Bool == true && run["schema"] as? String == "viewfinder/run/1")
      let counts = run["counts"] as? [String: Any]
      #expect(counts?["ok"] as? Int == 4 && counts?["ignored"] as? Int == 1)
      #expect((counts?["failed"] as? [String: Int]) == ["truncated": 1])
      #expect((run["model"] as? [String: Any])?["name"] as? String == "lite0-rectangle")
      #expect((run["stages"] as? [[String: Any]])?.count == 6)
    }
  }

  /// The resolved pipeline of a run is a pipeline that resolves to itself, whatever stages it uses.
  @Test(arguments: pipelines)
  func thePipelinesThatShipRunAndResolveToThemselves(name: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(160, 120), at: "in/p.jpg")
      let shipped = Program.repository + "/pipelines/" + name
      let validated = try Program.run(["validate", shipped])
      #expect(validated.status == 0, "\(validated.stderr)")
      func resolved(_ file: String, _ output: String) throws -> String {
        let result = try Program.run(["run", file, directory.file("in"), "--output", directory.file(output)])
        #expect(result.status == 0, "\(result.stderr)")
        let json = try JSONSerialization.jsonObject(with: Data(directory.contents(output + "/run.json")))
        return try #require(((json as? [String: Any])?["pipeline"] as? [String: Any])?["resolved"] as? String)
      }
      let once = try resolved(shipped, "one")
      #expect(try resolved(directory.put(once, at: "again.yaml"), "two") == once)
      func outputs(_ name: String) throws -> [String] {
        try directory.files(below: name).filter { !$0.hasSuffix(".json") }
      }
      #expect(try outputs("one") == outputs("two"))
    }
  }

  static let pipelines =
    ((try? FileManager.default.contentsOfDirectory(atPath: Program.repository + "/pipelines")) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func overwritingReplacesTheRun() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      let file = try directory.put(pipeline, at: "p.yaml")
      let arguments = ["run", file, directory.file("in"), "--output", directory.file("out")]
      #expect(try Program.run(arguments).status == 0)
      try FileManager.default.removeItem(atPath: directory.file("in/p1.jpg"))
      try directory.put(picture(90, 70, seed: 5), at: "in/p0.jpg")
      #expect(try Program.run(arguments + ["--overwrite"]).status == 0)
      let records = try records(directory)
      #expect(Set(records.map(\.path)) == ["p0.jpg", "sub/broken.jpg"])
      let record = try #require(records.first { $0.path == "p0.jpg" })
      #expect(record.input?.width == 90)
      for output in record.outputs {
        #expect(try Hashing.sha256(directory.contents("out/" + output.path)) == output.sha256)
      }
    }
  }

  @Test func relativePathsFromAnotherWorkingDirectory() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      try directory.put(pipeline, at: "p.yaml")
      let result = try Program.run(
        ["run", "../p.yaml", ".", "--output", "../out"], directory: directory.file("in"))
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try records(directory).count == 3)
    }
  }

  @Test func theOutputMayLieInTheInput() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      let file = try directory.put(pipeline, at: "p.yaml")
      let arguments = ["run", file, directory.file("in"), "--output", directory.file("in/out")]
      #expect(try Program.run(arguments).status == 0)
      #expect(try Program.run(arguments + ["--overwrite"]).status == 0)
      #expect(
        try records(directory, "in/out").count == 3,
        "the outputs of the first run are no photographs of the second")
    }
  }

  @Test func theManifestCanBeAnArray() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      let file = try directory.put(pipeline, at: "p.yaml")
      let result = try Program.run(
        ["run", file, directory.file("in"), "--output", directory.file("out"), "--set", "manifest.format=json"])
      #expect(result.status == 0, "\(result.stderr)")
      let array =
        try JSONSerialization.jsonObject(with: Data(directory.contents("out/manifest.json")))
        as? [[String: Any]]
      #expect(array?.count == 3 && !directory.exists("out/manifest.jsonl"))
    }
  }

  @Test func namesFromStdinMayBeAnyBytes() throws {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(80, 60)
      try directory.put(bytes, at: "line\nbreak.jpg")
      try directory.put(bytes, at: "-n.jpg")
      try directory.put(bytes, at: "plain.jpg")
      let file = try directory.put(pipeline, at: "p.yaml")
      var names: [UInt8] = []
      for name in ["line\nbreak.jpg", "-n.jpg", "plain.jpg", "plain.jpg", "missing.jpg"] {
        names += Array(name.utf8) + [0]
      }
      // A byte that is no text.
      names += [0xFF] + Array(".jpg".utf8) + [0]
      let result = try Program.run(
        ["run", file, "--files-from", "-", "-0", "--root", directory.path, "--output", directory.file("out")],
        input: names)
      #expect(result.status == 0, "\(result.stderr)")
      let records = try records(directory).sorted { $0.file < $1.file }
      #expect(
        records.map(\.file.rawBytes) == [
          Array("-n.jpg".utf8), Array("line\nbreak.jpg".utf8), Array("missing.jpg".utf8),
          Array("plain.jpg".utf8),
          [0xFF] + Array(".jpg".utf8),
        ])
      #expect(records.map(\.status) == [.ok, .ok, .failed, .ok, .failed])
      #expect(records.filter { $0.status == .failed }.allSatisfy { $0.reason == .unreadable })
      // On the terminal a name stays one line.
      #expect(!result.stderr.contains("line\nbreak"))
    }
  }

  @Test func namesInLinesMayEndAsOnOtherSystems() throws {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(80, 60)
      for name in ["a.jpg", "b.jpg"] { try directory.put(bytes, at: name) }
      let list = try directory.put("a.jpg\r\n\r\nb.jpg", at: "list")
      let result = try Program.run(["classify", "--files-from", list, "--root", directory.path])
      #expect(result.status == 0 && result.lines.count == 2)
    }
  }

  /// The kernel hands a parent's peak down to the programs it starts.
  @Test func thePeakMemoryIsTheProgramsOwn() throws {
    let ballast = [UInt8](repeating: 1, count: 600 << 20)
    try withExtendedLifetime(ballast) {
      try TemporaryDirectory.use { directory in
        try directory.put(picture(80, 60), at: "in/a.jpg")
        let file = try directory.put(Pipelines.copying, at: "p.yaml")
        let result = try Program.run(["run", file, directory.file("in"), "--output", directory.file("out")])
        #expect(result.status == 0)
        let peak = try directory.summary().peakRSSBytes
        #expect(peak > 5 << 20 && peak < 300 << 20)
      }
    }
  }
}
