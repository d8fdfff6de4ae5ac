import Foundation
import TestSupport
import Testing

/// `compare` as people use it: a tiny grid, stopped and taken up again, and the page made of it.
@Suite struct CompareTests {
  private func makeClasses(_ directory: TemporaryDirectory) throws {
    for index in 0..<9 {
      try directory.put(picture(90 + index, 70, seed: index), at: "photographs/smooth/\(index).jpg")
      try directory.put(picture(20, 16, seed: 40 + index), at: "photographs/small/\(index).jpg")
    }
    try directory.put(picture(90, 90).prefix(700), at: "photographs/small/broken.jpg")
  }

  private static let tiny = """
    version: 1
    title: A tiny grid
    data: {photographs: photographs, hold_out: 7}
    canvas: 48
    backbones:
      small: {architecture: small, learn: everything, places: [block4, block9]}
    attentions:
      none: none
      twin: {kind: positionwise, width: 4}
      rectangle: {kind: rectangle, width: 4}
    seeds: [1, 2]
    settings: {epochs: 2, batch: 4, keptViews: 1, normalisationMomentum: 0.1}
    views: [flip, rotation 15]

    """

  private func compare(_ directory: TemporaryDirectory, _ arguments: [String] = []) throws -> Program.Result {
    try Program.run(
      ["compare", "tiny.yaml", "--data", directory.path, "--page", "docs/page.md"] + arguments,
      directory: directory.path)
  }

  /// Rows by cell, without the columns that hold times.
  private func rows(_ directory: TemporaryDirectory) throws -> [String: [Substring]] {
    let text = String(decoding: try directory.contents("tiny.results.csv"), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let timed = Set(["ms", "network_ms", "seconds"].compactMap { name in lines[0].firstIndex { $0 == name } })
    #expect(timed.count == 3)
    return Dictionary(
      uniqueKeysWithValues: lines.dropFirst().map { line in
        (String(line[1]), line.indices.filter { !timed.contains($0) }.map { line[$0] })
      })
  }

  @Test func aGridIsTrainedStoppedAndTakenUpAgain() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      try directory.put(Self.tiny, at: "tiny.yaml")
      try FileManager.default.createDirectory(
        atPath: directory.file("docs"), withIntermediateDirectories: false)
      let all = try compare(directory, ["--list"])
      #expect(all.status == 0 && all.lines.count == 10 && all.lines.allSatisfy { $0.hasSuffix("to do") })

      let first = try compare(directory, ["--limit", "3"])
      #expect(first.status == 0, "\(first.stderr)")
      #expect(first.stderr.contains("broken.jpg"))
      #expect(try rows(directory).count == 3)

      // Killed in mid training: rows that are there stay, whole.
      let before = try rows(directory)
      let running = try Program.Running(
        ["compare", "tiny.yaml", "--data", directory.path, "--page", "docs/page.md"], directory: directory.path)
      let went = running.waits { ((try? rows(directory).count) ?? 0) > 3 }
      running.signal(SIGKILL)
      _ = try running.finish()
      #expect(went)
      let killed = try rows(directory)
      for (cell, row) in before { #expect(killed[cell] == row) }

      let last = try compare(directory)
      #expect(last.status == 0, "\(last.stderr)")
      let finished = try rows(directory)
      #expect(finished.count == 10)
      for (cell, row) in killed { #expect(finished[cell] == row) }
      let again = try compare(directory)
      #expect(again.status == 0 && again.stderr.contains("10 of 10 trainings have rows"))

      // Another directory, nothing stopped: the same rows.
      try directory.put(Self.tiny, at: "other/tiny.yaml")
      let whole = try Program.run(
        [
          "compare", "other/tiny.yaml", "--data", directory.path, "--output", "other", "--page",
          "other/page.md",
          "--jobs", "1",
        ], directory: directory.path)
      #expect(whole.status == 0, "\(whole.stderr)")
      let kept = try directory.contents("tiny.results.csv")
      try directory.put(directory.contents("other/tiny.results.csv"), at: "tiny.results.csv")
      #expect(try rows(directory) == finished)
      try directory.put(kept, at: "tiny.results.csv")

      // The page comes from the rows alone.
      let page = try directory.contents("docs/page.md")
      let drawing = try directory.contents("docs/images/page/tiny.svg")
      #expect(String(decoding: page, as: UTF8.self).contains("| rectangle - twin | all | all |"))
      try FileManager.default.removeItem(atPath: directory.file("photographs"))
      try FileManager.default.removeItem(atPath: directory.file("docs/page.md"))
      let report = try compare(directory, ["--report-only"])
      #expect(report.status == 0, "\(report.stderr)")
      #expect(try directory.contents("docs/page.md") == page)
      #expect(try directory.contents("docs/images/page/tiny.svg") == drawing)
    }
  }

  @Test func anotherDefinitionIsRefused() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      try directory.put(Self.tiny, at: "tiny.yaml")
      let arguments = ["--only", "small.-.none.1", "--page", directory.file("page.md")]
      #expect(try compare(directory, arguments).status == 0)
      let row = try rows(directory)
      try directory.put(Self.tiny.replacing("epochs: 2", with: "epochs: 1"), at: "tiny.yaml")
      let refused = try compare(directory, arguments)
      #expect(refused.status == 73 && refused.stderr.contains("small.-.none.1"), "\(refused.stderr)")
      #expect(try rows(directory) == row)
      // A title or another seed is not what a row hangs on.
      try directory.put(
        Self.tiny.replacing("tiny grid", with: "small grid").replacing("[1, 2]", with: "[1, 2, 3]"),
        at: "tiny.yaml")
      #expect(try compare(directory, arguments).status == 0)
      #expect(try rows(directory) == row)
      try directory.put(Self.tiny.replacing("epochs: 2", with: "epochs: 1"), at: "tiny.yaml")
      #expect(try compare(directory, arguments + ["--overwrite"]).status == 0)
      #expect(try rows(directory) != row)
    }
  }

  @Test func mistakesAreNamedWithTheirPlace() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let cases: [(from: String, to: String, status: Int32, words: String)] = [
        ("canvas: 48", "canvas: 4", 65, "tiny.yaml:4:9: error: 'canvas' must be a whole number in 16...1024"),
        ("canvas: 48\n", "", 65, "'canvas' is missing"),
        (
          "title:", "titel:", 65,
          "tiny.yaml:2:1: error: unknown key 'titel' in an experiment; did you mean 'title'?"
        ),
        ("version: 1", "version: 2", 65, "tiny.yaml:1:10: error: this program reads version 1"),
        ("kind: rectangle", "kind: rectangel", 65, "did you mean 'rectangle'?"),
        ("architecture: small", "architecture: large", 65, "unknown 'large'"),
        ("architecture: small, ", "", 65, "either a model or an architecture"),
        ("learn: everything", "learn: all", 65, "behind:LAYER"),
        ("epochs: 2", "epoch: 2", 65, "tiny.yaml:12:12: error: the settings: have no 'epoch'"),
        ("epochs: 2", "epochs: two", 65, "tiny.yaml:12:12"),
        ("epochs: 2", "seed: 2", 65, "by 'seeds'"),
        ("[1, 2]", "[1, 1]", 65, "a seed stands twice"),
        ("rotation 15", "rotation 16", 65, "did you mean 'rotation 15'?"),
        ("hold_out: 7", "hold_out: 700", 66, "0 photographs to learn from"),
        ("photographs: photographs", "photographs: missing", 66, "no such folder"),
        ("[block4, block9]", "[block4, block99]", 78, "no layer 'block99'"),
        ("learn: everything", "learn: 'behind:block99'", 78, "behind:block99"),
        ("learn: everything", "learn: classifier", 78, "does not learn its attention"),
        ("architecture: small", "model: unknown", 78, "no model 'unknown'"),
      ]
      for (from, to, status, words) in cases {
        try directory.put(Self.tiny.replacing(from, with: to), at: "tiny.yaml")
        let result = try compare(directory, ["--limit", "1"])
        #expect(result.status == status, "\(to): \(result.stderr)")
        #expect(result.stderr.contains(words), "\(to): \(result.stderr)")
      }
      #expect(!directory.exists("tiny.results.csv"))
    }
  }

  // MARK: The repository's own page

  private static let repository = URL(fileURLWithPath: Program.repository)
  private static var experiments: [String] {
    let folder = repository.appendingPathComponent("experiments").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().compactMap {
      $0.hasSuffix(".yaml") ? String($0.dropLast(5)) : nil
    }
  }

  @Test func theEvidencePageIsTrueToTheCommittedRows() throws {
    try TemporaryDirectory.use { directory in
      let page = Self.repository.appendingPathComponent("docs/evidence.md")
      try directory.put(Data(contentsOf: page), at: "evidence.md")
      let files = Self.experiments.map { "\(Program.repository)/experiments/\($0).yaml" }
      let result = try Program.run(
        ["compare"] + files + ["--report-only", "--page", directory.file("evidence.md")],
        directory: directory.path)
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try directory.contents("evidence.md") == Array(Data(contentsOf: page)))
      #expect(Self.experiments.count >= 4)
      for name in Self.experiments {
        let drawing = Self.repository.appendingPathComponent("docs/images/evidence/\(name).svg")
        #expect(try directory.contents("images/evidence/\(name).svg") == Array(Data(contentsOf: drawing)))
      }
    }
  }

  @Test func soAreItsTablesOfCrops() throws {
    try TemporaryDirectory.use { directory in
      let page = Self.repository.appendingPathComponent("docs/evidence.md")
      let text = try String(contentsOf: page, encoding: .utf8)
      // A number that is not that of the rows is put right.
      let spoiled = text.replacing("| 1:1 | **viewfinder** | ", with: "| 1:1 | **viewfinder** | 9")
      try #require(spoiled != text)
      let copy = try directory.put(spoiled, at: "evidence.md")
      let script = Program.repository + "/experiments/composition/tables.py"
      #expect(try run(["/usr/bin/env", "python3", "-B", script, copy]).status == 0)
      #expect(try directory.contents("evidence.md") == Array(text.utf8))
    }
  }
}
