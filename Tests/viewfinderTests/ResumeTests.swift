import Foundation
import Glibc
import Manifests
import SystemPackage
import TestSupport
import Testing

/// Runs that were killed at any moment and continued end as if nothing had happened.
@Suite(.serialized) struct KillTests {
  /// Writes, moves with sidecars, and failures, in branches.
  private let pipeline = """
    version: 1
    stages:
      - use: read
      - {use: decode, on_error: quarantine}
      - use: classify
      - {use: crop, with: {longest: 48}}
      - {use: write, id: crops, with: {path: "crops/{label}/{stem}.jpg"}}
      - {use: sort, after: classify, with: {path: "sorted/{label}/{name}", mode: move}}
      - {use: manifest, after: [crops, sort]}
    """

  private func fill(_ directory: TemporaryDirectory, _ input: String) throws {
    try FileManager.default.copyItem(atPath: directory.file("template"), toPath: directory.file(input + "/in"))
  }

  private func makeTemplate(_ directory: TemporaryDirectory) throws {
    for index in 0..<40 {
      let name = "template/\(index % 4)/p\(index)"
      try directory.put(picture(90 + 7 * index, 80 + 3 * index, seed: index), at: name + ".jpg")
      if index % 5 == 0 { try directory.put("settings \(index)", at: name + ".xmp") }
    }
    try directory.put(picture(200, 200, seed: 99).prefix(900), at: "template/torn.jpg")
    try directory.put("text", at: "template/text.jpg")
  }

  @Test(.timeLimit(.minutes(3)))
  func killedTwentyTimesAndContinued() throws {
    try TemporaryDirectory.use { directory in
      try makeTemplate(directory)
      let file = try directory.put(pipeline, at: "p.yaml")
      func arguments(_ place: String) -> [String] {
        ["run", file, directory.file(place + "/in"), "--output", directory.file(place + "/out"), "--jobs", "2"]
      }
      try FileManager.default.createDirectory(
        atPath: directory.file("calm"), withIntermediateDirectories: false)
      try fill(directory, "calm")
      let start = Date()
      #expect(try Program.run(arguments("calm")).status == 0)
      let seconds = Date().timeIntervalSince(start)
      let expected = try directory.results("calm/out")
      let lines = try directory.comparableLines("calm/out")
      #expect(lines.count == 42 && expected.count == 40 + 40 + 8 + 2)

      var random = SeededGenerator(seed: 20)
      var kills = 0
      for round in 0..<5 {
        let place = "round\(round)"
        try FileManager.default.createDirectory(
          atPath: directory.file(place), withIntermediateDirectories: false)
        try fill(directory, place)
        for attempt in 0..<4 {
          let deadline = Date(timeIntervalSinceNow: seconds * Double.random(in: 0.05...0.9, using: &random))
          let running = try Program.Running(arguments(place) + (attempt == 0 ? [] : ["--resume"]))
          _ = running.waits { Date() > deadline }
          running.signal(SIGKILL)
          if try running.finish().wasKilled { kills += 1 }
        }
        let last = try Program.run(arguments(place) + ["--resume"])
        #expect(last.status == 0, "\(last.stderr)")
        #expect(try directory.comparableLines(place + "/out") == lines, "round \(round)")
        #expect(try directory.results(place + "/out") == expected, "round \(round)")
        #expect(try directory.files(below: place + "/in") == directory.files(below: "calm/in"))
        #expect(try directory.summary(place + "/out").complete)
        #expect(try directory.summary(place + "/out").counts == directory.summary("calm/out").counts)
      }
      #expect(kills >= 10, "too few runs were caught alive to prove anything: \(kills)")
    }
  }
}

/// What `--resume`, `--overwrite` and `--retry-failed` make of what is there.
@Suite struct ResumeTests {
  private func use(
    _ pipeline: String = Pipelines.copying,
    _ body: (TemporaryDirectory, _ run: ([String]) throws -> Program.Result) throws -> Void
  ) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try directory.put("no picture at all", at: "in/text.jpg")
      let file = try directory.put(pipeline, at: "p.yaml")
      try body(directory) { options in
        try Program.run(["run", file, directory.file("in"), "--output", directory.file("out")] + options)
      }
    }
  }

  @Test func aCompleteRunHasNothingLeftToDo() throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      let (manifest, results) = (try directory.contents("out/manifest.jsonl"), try directory.results())
      let again = try run(["--resume"])
      #expect(again.status == 0 && again.stderr.contains("6 of 7 photographs are done"), "\(again.stderr)")
      #expect(try directory.contents("out/manifest.jsonl") == manifest && directory.results() == results)
      let summary = try directory.summary()
      #expect(summary.counts.ok == 4 && summary.counts.records == 6)
      #expect(summary.earlierRecords == 6 && summary.imagesPerSecond == 0, "this run has done none")
    }
  }

  @Test func onlyWhatIsNoLongerTrueIsDoneAgain() throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      let results = try directory.results()
      try directory.put([1], at: "out/w/p0.png")
      try FileManager.default.removeItem(atPath: directory.file("out/w/p1.png"))
      try directory.put(picture(55, 44, seed: 3), at: "in/p2.jpg")
      try directory.put([0], at: "out/w/.vf-0123456789abcdef")
      // A file that came later does not belong to this run.
      try directory.put(picture(60, 60), at: "in/later.jpg")
      let again = try run(["--resume"])
      #expect(again.status == 0 && again.stderr.contains("3 of 7"), "\(again.stderr)")
      let now = try directory.results()
      #expect(now.keys.sorted() == results.keys.sorted())
      for name in ["w/p0.png", "w/p1.png", "w/p3.png"] { #expect(now[name] == results[name]) }
      let records = try directory.records()
      #expect(records.count == 6 && records.first { $0.path == "p2.jpg" }?.input?.width == 55)
    }
  }

  @Test func failuresStayUntilTheyAreRetried() throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      func failed() throws -> [String: ReasonCode] {
        Dictionary(
          uniqueKeysWithValues: try directory.records().compactMap { record in
            record.reason.map { (record.path, $0) }
          })
      }
      #expect(try failed() == ["sub/broken.jpg": .truncated, "text.jpg": .notImage])
      #expect(try run(["--retry-failed=truncated"]).stderr.contains("5 of 7"))
      #expect(try run(["--retry-failed=truncated,not_image"]).stderr.contains("4 of 7"))
      #expect(try run(["--retry-failed"]).stderr.contains("4 of 7"))
      #expect(try failed() == ["sub/broken.jpg": .truncated, "text.jpg": .notImage])
      // One is mended; its input changed, but it is its failure that makes it done again.
      try directory.put(picture(70, 50), at: "in/sub/broken.jpg")
      #expect(try run(["--retry-failed=truncated"]).status == 0)
      #expect(try failed() == ["text.jpg": .notImage] && directory.exists("out/w/broken.png"))
      #expect(try run(["--retry-failed=tired"]).status == 64)
      #expect(try run(["--retry-failed", "--resume"]).status == 64)
    }
  }

  @Test func overwritingLeavesNoTemporaries() throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      let results = try directory.results()
      try directory.put([0], at: "out/w/.vf-0123456789abcdef")
      #expect(try run(["--overwrite"]).status == 0)
      #expect(try directory.results() == results && directory.records().count == 6)
      #expect(try run(["--resume"]).stderr.contains("6 of 7"), "an overwritten run can be continued")
    }
  }

  @Test func anotherPipelineDoesEverythingAgainAndSaysSo() throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      let again = try run(["--resume", "--set", "write.path=v/{stem}.png"])
      #expect(again.status == 0 && again.stderr.contains("every photograph is processed again"))
      #expect(try directory.records().count == 6)
      #expect(try directory.records().flatMap(\.outputs).allSatisfy { $0.path.hasPrefix("v/") })
      // From then on it is the new one that is continued.
      #expect(try run(["--resume", "--set", "write.path=v/{stem}.png"]).stderr.contains("6 of 7"))
    }
  }

  @Test func otherInputsAreAnotherRun() throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      let manifest = try directory.contents("out/manifest.jsonl")
      let other = try Program.run([
        "run", directory.file("p.yaml"), directory.file("in/sub"), "--output", directory.file("out"),
        "--resume",
      ])
      #expect(other.status == 64 && other.stderr.contains("that run was over"), "\(other.stderr)")
      #expect(try directory.contents("out/manifest.jsonl") == manifest)
    }
  }

  @Test(arguments: ["--resume", "--retry-failed"], ["folder", "list"])
  func recordsAreNotForgottenWhereTheFolderIsGone(option: String, lost: String) throws {
    try use { directory, run throws in
      #expect(try run([]).status == 0)
      let (manifest, results) = (try directory.contents("out/manifest.jsonl"), try directory.results())
      if lost == "folder" {
        try FileManager.default.removeItem(atPath: directory.file("out/.viewfinder"))
      } else {
        try directory.put([1, 2, 3], at: "out/.viewfinder/files")
      }
      let again = try run([option])
      #expect(again.status == 73 && again.stderr.contains(".viewfinder"), "\(again.stderr)")
      #expect(try directory.contents("out/manifest.jsonl") == manifest && directory.results() == results)
      #expect(try run(["--overwrite"]).status == 0)
    }
  }

  @Test func resumingWhatNeverBeganIsARun() throws {
    try use { directory, run throws in
      #expect(try run(["--resume"]).status == 0)
      #expect(try directory.records().count == 6)
    }
  }

  /// The directory of the results may be that of the photographs: none of them is ever replaced.
  @Test(arguments: ["--overwrite", "--resume", "--retry-failed"])
  func photographsAreNeverReplaced(option: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(3)
      let before = try directory.results("in")
      for mode in ["copy", "move", "symlink"] {
        let stages = [
          "{use: read}", "{use: decode}", "{use: write, with: {path: '{reldir}/{stem}.jpg'}}",
          "{use: sort, after: read, with: {path: '{reldir}/{name}', mode: \(mode)}}",
        ]
        let pipeline = "version: 1\nstages: [\(stages.joined(separator: ", "))]\n"
        let file = try directory.put(
          pipeline.replacing("{use: write, with: {path: '{reldir}/{stem}.jpg'}}, ", with: ""), at: "sort.yaml")
        let writing = try directory.put(
          pipeline.replacing(", " + stages[3], with: ""), at: "write.yaml")
        for file in [file, writing] {
          let arguments = ["run", file, directory.file("in"), "--output", directory.file("in")]
          let first = try Program.run(arguments)
          #expect(first.status == 0 || first.status == 73, "\(first.stderr)")
          _ = try Program.run(arguments + [option])
          #expect(try directory.results("in") == before, "\(mode), \(file)")
          #expect(try directory.records("in").allSatisfy { $0.status == .failed && $0.outputs.isEmpty })
          for name in ["manifest.jsonl", "run.json", ".viewfinder"] {
            try FileManager.default.removeItem(atPath: directory.file("in/" + name))
          }
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func twoRunsNeverShareADirectory() throws {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(900, 600)
      for index in 0..<200 { try directory.put(bytes, at: "in/\(index).jpg") }
      let file = try directory.put(Pipelines.copying, at: "p.yaml")
      let arguments = ["run", file, directory.file("in"), "--output", directory.file("out"), "--jobs", "1"]
      let running = try Program.Running(arguments)
      #expect(running.waits { directory.exists("out/manifest.jsonl") })
      for option in [[], ["--resume"], ["--overwrite"]] {
        let second = try Program.run(arguments + option)
        #expect(second.status == 73 && second.stderr.contains("another run is writing"), "\(second.stderr)")
      }
      let undo = try Program.run(["undo", directory.file("out/manifest.jsonl")])
      #expect(undo.status == 73, "\(undo.stderr)")
      #expect(running.isRunning, "the first run must outlast the others for this to mean anything")
      running.signal(SIGKILL)
      _ = try running.finish()
    }
  }
}
