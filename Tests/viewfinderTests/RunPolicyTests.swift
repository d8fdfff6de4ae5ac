import Foundation
import Manifests
import TestSupport
import Testing

/// What failures, time and the command line do to a run.
@Suite struct RunPolicyTests {
  /// Four photographs, one that is torn, one that is none.
  private func use(
    _ pipeline: String = Pipelines.copying,
    _ body: (TemporaryDirectory, _ run: ([String]) throws -> Program.Result) throws -> Void
  ) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(pipeline, at: "p.yaml")
      try body(directory) { options in
        try Program.run(["run", file, directory.file("in"), "--output", directory.file("out")] + options)
      }
    }
  }

  @Test(arguments: [("0", 2), ("1", 0), ("5%", 2), ("19.9%", 2), ("20%", 0), ("100%", 0)] as [(String, Int32)])
  func failuresAreCountedAgainstTheirBudget(budget: String, status: Int32) throws {
    try use { directory, run throws in
      let result = try run(["--max-errors", budget])
      #expect(result.status == status, "\(result.stderr)")
      #expect(result.stderr.contains("--max-errors") == (status == 2))
      #expect(directory.exists("out/run.json"))
    }
  }

  @Test(arguments: ["-1", "many", "5%%", "101%", ""])
  func aBudgetThatIsNoneIsAUsageError(budget: String) throws {
    try use { directory, run throws in
      #expect(try run(["--max-errors=" + budget]).status == 64)
      #expect(!directory.exists("out"))
    }
  }

  @Test func strictJudgesAtTheEnd() throws {
    try use { directory, run throws in
      let result = try run(["--strict"])
      #expect(result.status == 2 && result.stderr.contains("--strict allows none"), "\(result.stderr)")
      #expect(try directory.records().count == 5 && directory.summary().complete)
      try FileManager.default.removeItem(atPath: directory.file("in/sub/broken.jpg"))
      #expect(try run(["--strict", "--overwrite"]).status == 0)
    }
  }

  @Test func aTimeLimitStopsSafely() throws {
    try TemporaryDirectory.use { directory in
      for index in 0..<60 { try directory.put(picture(500, 400, seed: index), at: "in/\(index).jpg") }
      let file = try directory.put(Pipelines.copying, at: "p.yaml")
      let arguments = ["run", file, directory.file("in"), "--output", directory.file("out"), "--jobs", "1"]
      let stopped = try Program.run(arguments + ["--time-limit", "0"])
      #expect(stopped.status == 75 && stopped.stderr.contains("--resume goes on"), "\(stopped.stderr)")
      #expect(try directory.records().count < 60 && !directory.summary().complete)
      let resumed = try Program.run(arguments + ["--resume", "--time-limit", "10m"])
      #expect(resumed.status == 0, "\(resumed.stderr)")
      #expect(try directory.records().count == 60 && directory.summary().complete)
      #expect(try directory.results().count == 60)
      for limit in ["soon", "-1", "1e99", "nan", "5x"] {
        #expect(try Program.run(arguments + ["--overwrite", "--time-limit=" + limit]).status == 64, "\(limit)")
      }
    }
  }

  @Test func quarantineLinksWhatFailed() throws {
    try use { directory, run throws in
      let result = try run(["--quarantine", directory.file("aside")])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try directory.files(below: "aside") == ["sub/broken.jpg", "sub/broken.jpg.reason.txt"])
      #expect(try directory.contents("aside/sub/broken.jpg") == directory.contents("in/sub/broken.jpg"))
      #expect(
        try String(decoding: directory.contents("aside/sub/broken.jpg.reason.txt"), as: UTF8.self).hasPrefix(
          "truncated: "))
      #expect(!directory.exists("out/quarantine"))
    }
  }

  @Test func aStageThatAbortsStopsTheRun() throws {
    try use("version: 1\nstages: [{use: read}, {use: decode, on_error: abort}]\n") { directory, run throws in
      #expect(try run([]).status == 2)
      #expect(try !directory.summary().complete)
      try FileManager.default.removeItem(atPath: directory.file("in/sub/broken.jpg"))
      try directory.put(picture(50, 50), at: "in/sub/broken.jpg")
      #expect(try run(["--resume"]).status == 0)
      #expect(try directory.records().count == 5 && directory.summary().complete)
    }
  }

  @Test func movesAreUndone() throws {
    try use(Pipelines.moving) { directory, run throws in
      try directory.put("settings", at: "in/p1.xmp")
      let before = try directory.results("in")
      #expect(try run([]).status == 0)
      #expect(try directory.files(below: "in") == ["notes.txt", "sub/broken.jpg"])
      let undone = try Program.run(["undo", "manifest.jsonl"], directory: directory.file("out"))
      #expect(
        undone.status == 0 && undone.output == "4 photographs are back in their places\n", "\(undone.stderr)")
      #expect(try directory.results("in") == before && directory.results().isEmpty)
      #expect(!directory.exists("out/m") && directory.exists("out/manifest-undone.jsonl"))
      #expect(try Program.run(["undo", directory.file("out/manifest.jsonl")]).status == 66)
      // And the same run can be made once more.
      #expect(try run([]).status == 0)
    }
  }

  @Test func whatWasChangedIsLeftAndNamed() throws {
    try use(Pipelines.moving) { directory, run throws in
      #expect(try run([]).status == 0)
      try directory.put([1], at: "out/m/p2.jpg")
      let undone = try Program.run(["undo", directory.file("out/manifest.jsonl")])
      #expect(undone.status == 74 && undone.output == "3 photographs are back in their places\n")
      #expect(undone.stderr.contains(#"left: "m/p2.jpg""#), "\(undone.stderr)")
      #expect(try directory.results().keys.sorted() == ["m/p2.jpg"])
    }
  }

  @Test func noManifestAndNoRunCannotBeUndone() throws {
    try TemporaryDirectory.use { directory in
      #expect(try Program.run(["undo", directory.file("manifest.jsonl")]).status != 0)
      try directory.put("garbage\n", at: "manifest.jsonl")
      #expect(try Program.run(["undo", directory.file("manifest.jsonl")]).status == 65)
    }
  }

  /// Compressing so many pixels takes longer than the limit, and nothing may interrupt it.
  @Test(.timeLimit(.minutes(2))) func whatIsStuckIsNamed() throws {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(3000, 2000)
      for index in 0..<4 { try directory.put(bytes, at: "in/p\(index).jpg") }
      let pipeline = """
        version: 1
        limits: {timeout: 0.3}
        stages: [{use: read}, {use: decode}, {use: write, with: {path: "{stem}.png"}}]

        """
      let file = try directory.put(pipeline, at: "p.yaml")
      let result = try Program.run(["run", file, directory.file("in"), "--output", directory.file("out")])
      #expect(result.status == 0)
      #expect(result.stderr.contains(/"p\d\.jpg" has been in '(decode|write)' for \d+ s/), "\(result.stderr)")
    }
  }
}
