import Foundation
import Geometry
import Imaging
import Manifests
import TestSupport
import Testing
import Yams

/// `crop`, `sort` and `classify`: built-in pipelines whose stages' options are flags.
@Suite struct ShortcutTests {
  private func config(_ arguments: [String]) throws -> [String: [String: Any]] {
    let result = try Program.run(arguments + ["--print-config"])
    #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
    let root = try #require(try Yams.load(yaml: result.output) as? [String: Any])
    let stages = try #require(root["stages"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: stages.map { ($0["use"] as? String ?? "", $0["with"] as? [String: Any] ?? [:]) })
  }

  @Test func cropCuts() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let result = try Program.run([
        "crop", "--aspect", "1:1", directory.file("in"), "--margin=5%", "--longest", "40", "--output",
        directory.file("out"),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      let outputs = try directory.records().flatMap(\.outputs)
      #expect(outputs.map(\.path).sorted() == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg"])
      for output in outputs {
        let size = try HeaderReader.read(ImageBytes(directory.contents("out/" + output.path))).upright
        #expect(size.width == output.width && size.height == output.height && size.width == size.height)
        #expect(size.width <= 40 && output.crop != nil)
      }
    }
  }

  @Test func sortFiles() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let arguments = ["sort", directory.file("in"), "--output", directory.file("out")]
      let result = try Program.run(arguments + ["--min-score", "1", "--mode", "symlink"])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try directory.results().keys.sorted() == (0..<4).map { "unsure/p\($0).jpg" })
      #expect(try directory.records().flatMap(\.outputs).allSatisfy { $0.placed == .symlink })
      #expect(
        try Program.run(arguments + ["--overwrite", "--path", "{label}/{stem}-{score}.{ext}"]).status == 0)
      for record in try directory.records() where record.status == .ok {
        let path = try #require(record.outputs.first?.path)
        #expect(path.hasPrefix("\(record.predictions?.first?.label ?? "?")/p"))
      }
    }
  }

  @Test func flagsSetTheOptionsOfStages() throws {
    let crop = try config(
      [
        "crop", "x", "--output", "y", "--margin", "7%", "--quality", "70", "--min-coverage=0.9", "--top", "2",
      ].map { $0 == "--min-coverage=0.9" ? "--max-coverage=90%" : $0 })
    #expect(crop["crop"]?["margin"] as? Double == 0.07 && crop["write"]?["quality"] as? Int == 70)
    #expect(crop["classify"]?["top"] as? Int == 2)
    let sort = try config(["sort", "x", "--no-sidecars", "--mode=move", "--output", "y"])
    #expect(sort["sort"]?["sidecars"] as? Bool == false && sort["sort"]?["mode"] as? String == "move")
    #expect(try config(["sort", "x", "--output", "y"])["sort"]?["sidecars"] as? Bool == true)
    #expect(
      try config(["sort", "x", "--sidecars=false", "--output", "y"])["sort"]?["sidecars"] as? Bool == false)
    let annotate = try config([
      "annotate", "x", "--annotate-color", "red", "--color", "never", "--no-label", "-o", "y",
    ])
    #expect(annotate["annotate"]?["color"] as? String == "red", "which is no matter of the terminal")
    #expect(annotate["annotate"]?["label"] as? Bool == false)
    let model = try config(["classify", "x", "--model", "mine"])
    #expect(model["classify"]?["model"] as? String == "mine")
  }

  @Test func everyFlagThatHelpListsIsTaken() throws {
    for command in ["crop", "sort", "annotate", "classify"] {
      let help = try Program.run([command, "--help"])
      let lines = help.output.matches(of: /(?m)^ +--([a-z_-]+)(?:\/--(no-[a-z_-]+))?( <[^\n]*>)?\n/)
      let flags = lines.map { String($0.1) } + lines.compactMap { $0.2.map(String.init) }
      #expect(flags.count >= 2 && Set(flags).count == flags.count, "\(command): each has one meaning")
      for flag in Set(flags) {
        let result = try Program.run([command, "x", "--output", "y", "--\(flag)=\u{1}", "--print-config"])
        #expect(!result.stderr.contains("unknown option"), "\(command) --\(flag): \(result.stderr)")
      }
    }
  }

  @Test(arguments: [
    (["--mragin", "5%"], "did you mean"), (["--teleport"], "unknown option '--teleport'"),
    (["--margin"], "wants a value"), (["--modified", "false"], "--no-modified"),
    (["--gps"], "needs 'metadata: keep'"),
    (["--no-margin"], "unknown option"), (["-x"], "unknown option"), (["--"], "no input"),
  ])
  func wrongFlagsAreUsageErrors(words: [String], says: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let inputs = words == ["--"] ? [] : [directory.file("in")]
      let result = try Program.run(["crop", "--output", directory.file("out")] + inputs + words)
      #expect([64, 65].contains(result.status) && result.stderr.contains(says), "\(result.stderr)")
      #expect(!directory.exists("out"))
    }
  }

  @Test func wrongValuesSayWhatIsWanted() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      for words in [["--aspect", "wide"], ["--quality", "0"], ["--longest", "many"], ["--margin=-5%"]] {
        let result = try Program.run(["crop", directory.file("in"), "--output", directory.file("out")] + words)
        #expect(
          [64, 65].contains(result.status) && result.stderr.contains("error: "), "\(words): \(result.stderr)")
        #expect(!directory.exists("out"))
      }
    }
  }

  /// A photograph whose name looks like an option comes after `--`.
  @Test func namesMayLookLikeOptions() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(60, 50), at: "--top")
      let result = try Program.run(["classify", "--quiet", "--", "--top"], directory: directory.path)
      #expect(result.status == 0 && result.lines.count == 1, "\(result.stderr)")
    }
  }

  @Test func writingNeedsAPlace() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let result = try Program.run(["crop", directory.file("in")])
      #expect(result.status == 64 && result.stderr.contains("--output"), "\(result.stderr)")
    }
  }
}
