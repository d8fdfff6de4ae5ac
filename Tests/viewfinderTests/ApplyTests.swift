import Foundation
import Geometry
import Manifests
import TestSupport
import Testing

/// Corrections of a run's results, and what `viewfinder apply` makes of them.
@Suite struct ApplyTests {
  private static let pipeline = """
    version: 1
    stages:
      - {use: read}
      - {use: decode}
      - {use: classify}
      - {use: crop, with: {aspect: "1:1", min_score: 0%, max_coverage: 100%}}
      - {use: write, id: square, with: {path: "square/{label}/{stem}.png"}}
      - {use: annotate, after: classify}
      - {use: write, id: annotated, with: {path: "annotated/{stem}.png"}}
      - {use: sort, after: classify, with: {path: "sorted/{label}/{name}", mode: MODE}}
      - {use: manifest, after: [square, annotated, sort]}
    """

  private struct Corrected {
    let directory: TemporaryDirectory
    var record: [String: Record] {
      get throws { Dictionary(uniqueKeysWithValues: try directory.records().map { ($0.path, $0) }) }
    }

    /// - Parameter corrections: elements of the list, as JSON.
    func apply(_ corrections: [String], _ more: [String] = []) throws -> Program.Result {
      try Program.run(try arguments(corrections) + more)
    }

    /// What applies corrections that were written to a file.
    func arguments(_ corrections: [String], file: String = "corrections.json") throws -> [String] {
      let hash = try Hashing.sha256(directory.contents("out/manifest.jsonl"))
      let text = """
        {"schema":"viewfinder/corrections/1","manifest":{"sha256":"\(hash)"},"corrections":[\(corrections.joined(separator: ","))]}
        """
      try directory.put(text, at: file)
      return ["apply", directory.file("out/manifest.jsonl"), directory.file(file)]
    }

    func correction(_ path: String, _ rest: String) throws -> String {
      let sha256 = try #require(try record[path]?.input?.sha256)
      return #"{"path":"\#(path)","sha256":"\#(sha256)",\#(rest)}"#
    }
  }

  private func run(moving: Bool = false, _ body: (Corrected) throws -> Void) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try directory.put("settings", at: "in/p1.xmp")
      try directory.put(
        Self.pipeline.replacing("MODE", with: moving ? "move" : "copy"), at: "pipeline.yaml")
      let result = try Program.run([
        "run", directory.file("pipeline.yaml"), directory.file("in"), "--output", directory.file("out"),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      try body(Corrected(directory: directory))
    }
  }

  @Test func aWrongLabelMovesTheOutputsAndNothingElse() throws {
    try run { run in
      let before = try run.record
      let files = try run.directory.results()
      // As an attempt leaves it that was stopped.
      let summary = String(decoding: try run.directory.contents("out/run.json"), as: UTF8.self)
      try run.directory.put(
        summary.replacing(#""complete": true"#, with: #""complete": false"#).utf8, at: "out/run.json")
      let counts = try run.directory.summary().counts
      #expect(try !run.directory.summary().complete && counts.ignored > 0)
      let old = try #require(before["p1.jpg"])
      let label = try #require(old.predictions?.first?.label)
      let result = try run.apply([
        try run.correction("p1.jpg", #""label":{"from":"\#(label)","to":"my cat / tom"}"#)
      ])
      #expect(result.status == 0 && result.stderr.contains("1 photograph corrected"), "\(result.stderr)")
      #expect(try run.directory.summary().complete && run.directory.summary().counts == counts)
      let after = try run.record
      let new = try #require(after["p1.jpg"])
      #expect(new.predictions?.first == PredictionRecord(label: "my cat / tom", index: nil, score: 1))
      #expect(Array(new.predictions?.dropFirst() ?? []) == old.predictions)
      #expect(new.corrected == CorrectedRecord(label: LabelCorrection(from: label, to: "my cat / tom")))
      // A label says nothing of where to cut.
      #expect(new.outputs.first?.crop == old.outputs.first?.crop)
      #expect(new.outputs.map(\.sha256)[0] == old.outputs.map(\.sha256)[0])
      for (path, record) in before where path != "p1.jpg" {
        #expect(after[path]?.json == record.json, "not even the times of the others differ")
      }
      var expected = files
      for (was, now) in zip(old.outputs, new.outputs) {
        expected[now.path] = try run.directory.contents("out/" + now.path)
        if was.path != now.path { expected[was.path] = nil }
      }
      let (wasSidecar, nowSidecar) = (
        old.outputs[2].sidecars[0].file.text, new.outputs[2].sidecars[0].file.text
      )
      #expect(wasSidecar != nowSidecar)
      expected[nowSidecar] = expected.removeValue(forKey: wasSidecar)
      #expect(try run.directory.results() == expected)
      let documents = try run.directory.records().map { $0.line }
      let schema = try Program.run(["schema", "record"]).output
      #expect(try judge(documents, by: schema).allSatisfy { $0 == "ok" })
      // What is done stays done, corrections and all.
      let resumed = try Program.run([
        "run", run.directory.file("pipeline.yaml"), run.directory.file("in"), "--output",
        run.directory.file("out"), "--resume",
      ])
      #expect(resumed.stderr.contains("5 of 7 photographs are done"), "\(resumed.stderr)")
    }
  }

  @Test func aBetterCropIsCutAsDrawnOrComposed() throws {
    try run { run in
      let before = try run.record
      let result = try run.apply([
        try run.correction(
          "p0.jpg", #""crops":[{"stage":"square","box":{"x":3,"y":5,"width":40,"height":30}}]"#),
        try run.correction("p2.jpg", #""crops":[{"stage":"square","aspect":"2:1","margin":0}]"#),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      let after = try run.record
      let drawn = try #require(after["p0.jpg"]?.outputs.first)
      #expect(
        drawn.crop == CropRegion(box: PixelBox(x: 3, y: 5, width: 40, height: 30), source: .drawn, adjusted: [])
      )
      #expect(drawn.width == 40 && drawn.height == 30)
      #expect(after["p0.jpg"]?.corrected == CorrectedRecord(crops: ["square"]))
      let composed = try #require(after["p2.jpg"]?.outputs.first?.crop)
      #expect(composed.source == before["p2.jpg"]?.outputs.first?.crop?.source)
      #expect(abs(composed.rectangle.width - 2 * composed.rectangle.height) <= 2)
      // Outputs that show no crop are what they were.
      for path in ["p0.jpg", "p2.jpg"] {
        #expect(
          after[path]?.outputs.dropFirst().map(\.sha256) == before[path]?.outputs.dropFirst().map(\.sha256))
      }
    }
  }

  @Test func laterCorrectionsAddToEarlierOnes() throws {
    try run { run in
      #expect(try run.apply([run.correction("p0.jpg", #""label":{"from":null,"to":"one"}"#)]).status == 0)
      let box = #""crops":[{"stage":"square","box":{"x":0,"y":0,"width":9,"height":9}}]"#
      #expect(try run.apply([run.correction("p0.jpg", box)]).status == 0)
      let record = try #require(try run.record["p0.jpg"])
      #expect(record.predictions?.first?.label == "one" && record.outputs[0].width == 9)
      #expect(record.outputs[0].path == "square/one/p0.png")
      // They hold too where everything is made anew.
      try FileManager.default.removeItem(atPath: run.directory.file("out/square/one/p0.png"))
      let resumed = try Program.run([
        "run", run.directory.file("pipeline.yaml"), run.directory.file("in"), "--output",
        run.directory.file("out"), "--resume",
      ])
      #expect(resumed.stderr.contains("4 of 7 photographs are done"), "\(resumed.stderr)")
      #expect(try run.record["p0.jpg"]?.outputs == record.outputs)
    }
  }

  @Test func movedOriginalsAreNeverWithoutAPlaceAndComeBack() throws {
    try run(moving: true) { run in
      let label = try #require(try run.record["p1.jpg"]?.predictions?.first?.label)
      #expect(try run.apply([run.correction("p1.jpg", #""label":{"from":null,"to":"tom"}"#)]).status == 0)
      #expect(try run.record["p1.jpg"]?.outputs.last?.path == "sorted/tom/p1.jpg")
      #expect(run.directory.exists("out/sorted/tom/p1.xmp") && !run.directory.exists("in/p1.jpg"))
      #expect(!run.directory.exists("out/sorted/\(label)/p1.jpg"))
      // The same again: it is where it belongs.
      #expect(try run.apply([run.correction("p1.jpg", #""label":{"from":null,"to":"tom"}"#)]).status == 0)
      #expect(run.directory.exists("out/sorted/tom/p1.jpg"))
      let undone = try Program.run(["undo", run.directory.file("out/manifest.jsonl")])
      #expect(undone.status == 0, "\(undone.stderr)")
      #expect(run.directory.exists("in/p1.jpg") && run.directory.exists("in/p1.xmp"))
    }
  }

  @Test(.timeLimit(.minutes(2))) func killedAtAnyMomentTheNextCallEndsIt() throws {
    try run(moving: true) { run in
      let paths = ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg"]
      let originals = try run.directory.results().filter { $0.key.hasPrefix("sorted/") }.values
      // Back and forth between two sets of labels. Each was once applied in peace.
      var calls: [[String]] = []
      var expected: [(lines: [String], results: [String: [UInt8]])] = []
      let start = Date()
      for label in ["one", "two"] {
        let corrections = try paths.map { try run.correction($0, #""label":{"from":null,"to":"\#(label)"}"#) }
        calls.append(try run.arguments(corrections, file: "\(label).json"))
        #expect(try Program.run(calls.last!).status == 0)
        expected.append((try run.directory.comparableLines(), try run.directory.results()))
      }
      let seconds = Date().timeIntervalSince(start) / 2
      #expect(expected[0].results.keys != expected[1].results.keys)

      var random = SeededGenerator(seed: 7)
      var kills = 0
      for round in 0..<12 {
        let deadline = Date(timeIntervalSinceNow: seconds * Double.random(in: 0.05...0.95, using: &random))
        let running = try Program.Running(calls[round % 2])
        _ = running.waits { Date() > deadline }
        running.signal(SIGKILL)
        if try running.finish().wasKilled { kills += 1 }
        let left = try ["in", "out"].flatMap { try run.directory.results($0).values }
        #expect(originals.allSatisfy(left.contains), "round \(round): an original is lost")
        if round % 4 < 2 {
          let resumed = try Program.run([
            "run", run.directory.file("pipeline.yaml"), run.directory.file("in"), "--output",
            run.directory.file("out"), "--resume",
          ])
          #expect(resumed.status == 0, "round \(round): \(resumed.stderr)")
        }
        let again = try Program.run(calls[round % 2])
        #expect(again.status == 0, "round \(round): \(again.stderr)")
        #expect(try run.directory.comparableLines() == expected[round % 2].lines, "round \(round)")
        #expect(try run.directory.results() == expected[round % 2].results, "round \(round)")
      }
      #expect(kills >= 6, "too few calls were caught alive to prove anything: \(kills)")
    }
  }

  @Test func whatDoesNotFitIsNamedAndTheRestDone() throws {
    try run { run in
      let hash = String(repeating: "0", count: 64)
      let result = try run.apply([
        #"{"path":"gone.jpg","label":{"from":null,"to":"x"}}"#,
        #"{"path":"p0.jpg","sha256":"\#(hash)","label":{"from":null,"to":"x"}}"#,
        try run.correction("p1.jpg", #""crops":[{"stage":"annotated","aspect":"1:1","margin":0}]"#),
        try run.correction(
          "p2.jpg", #""crops":[{"stage":"square","box":{"x":5000,"y":0,"width":1,"height":1}}]"#),
        try run.correction("p3.jpg", #""label":{"from":null,"to":"fits"}"#),
      ])
      #expect(result.status == 65, "\(result.stderr)")
      for words in [
        #""gone.jpg": the manifest has no record"#, #""p0.jpg": the record is of another photograph"#,
        "'annotated' is no output of this run that shows a crop", "lies outside of the photograph",
        "4 of 5 corrections do not fit",
      ] { #expect(result.stderr.contains(words), "\(words) in \(result.stderr)") }
      #expect(try run.record["p3.jpg"]?.predictions?.first?.label == "fits")
      #expect(try run.record["p0.jpg"]?.corrected == nil)
    }
  }

  @Test func aDryRunSaysWhatItWouldDo() throws {
    try run { run in
      let before = try run.directory.results()
      let result = try run.apply([run.correction("p3.jpg", #""label":{"from":null,"to":"x"}"#)], ["--dry-run"])
      #expect(result.status == 0 && result.output == "p3.jpg: label x\n", "\(result.output)")
      #expect(try run.directory.results() == before)
    }
  }

  @Test func whatIsNoCorrectionIsRefused() throws {
    try run { run in
      let before = try run.directory.results()
      for text in [
        "", "{", "[]", #"{"schema":"viewfinder/record/1"}"#,
        #"{"schema":"viewfinder/corrections/1","manifest":{"sha256":""},"corrections":[{"path":"p0.jpg"}]}"#,
      ] {
        try run.directory.put(text, at: "bad.json")
        let result = try Program.run([
          "apply", run.directory.file("out/manifest.jsonl"), run.directory.file("bad.json"),
        ])
        #expect(result.status == 65 && result.stderr.contains("bad.json:1"), "\(text): \(result.stderr)")
      }
      let missing = try Program.run([
        "apply", run.directory.file("out/manifest.jsonl"), run.directory.file("none.json"),
      ])
      #expect(missing.status == 66, "\(missing.stderr)")
      #expect(try run.directory.results() == before)
    }
  }
}
