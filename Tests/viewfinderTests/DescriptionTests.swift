import Foundation
import Manifests
import TestSupport
import Testing
import Yams

/// What says what a pipeline is and does, without doing it.
@Suite struct DescriptionTests {
  static let pipelines = Dictionary(
    uniqueKeysWithValues: RunTests.pipelines.map { ($0, Program.repository + "/pipelines/" + $0) })

  @Test func aDryRunNamesWhatTheRunWillWrite() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try directory.put(picture(50, 40), at: "in/sub/p0.jpg")
      let file = try directory.put(
        "version: 1\nstages: [{use: read}, {use: decode}, {use: write, with: {path: 'w/{stem}.png'}}, "
          + "{use: sort, after: read, with: {path: '{reldir}/{name}'}}]\n", at: "p.yaml")
      let arguments = ["run", file, directory.file("in"), "--output", directory.file("out")]
      let dry = try Program.run(arguments + ["--dry-run"])
      #expect(dry.status == 0 && dry.stderr.isEmpty && !directory.exists("out"))
      let planned = dry.lines.map { $0.split(separator: "\t").map(String.init) }
      #expect(planned.allSatisfy { $0.count == 3 })
      #expect(try Program.run(arguments).status == 0)
      // The torn one is planned too: that shows only when it is decoded.
      let written = try directory.records().flatMap { record in
        record.outputs.map { [record.path, $0.stage, $0.path] }
      }
      let missing = Set(planned).subtracting(written)
      #expect(Set(written).isSubset(of: planned) && missing == [["sub/broken.jpg", "write", "w/broken.png"]])
    }
  }

  @Test func aDryRunLeavesOpenWhatTheNetworkSays() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let dry = try Program.run(["sort", directory.file("in"), "--output", directory.file("out"), "--dry-run"])
      #expect(dry.lines.contains("p0.jpg\tsort\t{label}/p0.jpg"), "\(dry.output)")
      #expect(!directory.exists("out"))
    }
  }

  /// The printed configuration is a pipeline file that prints the same again.
  @Test(arguments: pipelines.keys.sorted())
  func aPrintedConfigurationIsAPipeline(name: String) throws {
    try TemporaryDirectory.use { directory in
      func printed(_ file: String, _ more: [String] = []) throws -> String {
        let result = try Program.run(
          ["run", file, directory.path, "--output", directory.file("out"), "--print-config"] + more)
        #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
        return result.output
      }
      let once = try printed(#require(Self.pipelines[name]))
      #expect(try printed(directory.put(once, at: "once.yaml")) == once)
      let changed = try printed(#require(Self.pipelines[name]), ["--set", "decode.background=#102030"])
      #expect(changed != once)
      #expect(try printed(directory.put(changed, at: "changed.yaml")) == changed)
      #expect(!directory.exists("out"))
    }
  }

  @Test(arguments: ["crop", "sort", "classify"])
  func aShortcutPrintsAPipelineToo(name: String) throws {
    try TemporaryDirectory.use { directory in
      let once = try Program.run([name, "x", "--output", "y", "--print-config"])
      let file = try directory.put(once.output, at: "once.yaml")
      let again = try Program.run(["run", file, "x", "--output", "y", "--print-config"])
      #expect(once.status == 0 && again.status == 0 && once.output == again.output)
    }
  }

  @Test(arguments: pipelines.keys.sorted())
  func theGraphHasEveryStageAndArrow(name: String) throws {
    let file = try #require(Self.pipelines[name])
    let root = try Yams.load(yaml: String(contentsOfFile: file, encoding: .utf8)) as? [String: Any]
    let stages = try #require(root?["stages"] as? [[String: Any]])
    let ids = stages.compactMap { $0["id"] as? String ?? $0["use"] as? String }
    var arrows: [(String, String)] = []
    for (index, stage) in stages.enumerated().dropFirst() {
      let after = stage["after"] as? [String] ?? (stage["after"] as? String).map { [$0] } ?? [ids[index - 1]]
      arrows += after.map { ($0, ids[index]) }
    }
    func drawn(_ format: String) throws -> Program.Result {
      let result = try Program.run(["graph", file, "--format", format])
      #expect(result.status == 0 && result.stderr.isEmpty)
      return result
    }
    let text = try drawn("text").lines
    #expect(text.count == ids.count && zip(text, ids).allSatisfy { $0.hasPrefix($1) })
    let dot = try drawn("dot")
    #expect(dot.output.hasPrefix("digraph pipeline {\n") && dot.output.hasSuffix("}\n"))
    for (from, to) in arrows { #expect(dot.output.contains("\"\(from)\" -> \"\(to)\";")) }
    #expect(dot.lines.count { $0.contains(" -> ") } == arrows.count)
    #expect(dot.lines.count { $0.contains("[label=") } == ids.count)
    let mermaid = try drawn("mermaid").lines
    #expect(mermaid.first == "flowchart LR" && mermaid.count == 1 + ids.count + arrows.count)
    for (from, to) in arrows {
      let (a, b) = (try #require(ids.firstIndex(of: from)), try #require(ids.firstIndex(of: to)))
      #expect(mermaid.contains("  s\(a) --> s\(b)"))
    }
  }

  @Test func conditionsAreDrawnWithTheirQuotes() throws {
    try TemporaryDirectory.use { directory in
      let file = try directory.put(
        "version: 1\nstages: [{use: read}, {use: decode, when: 'format == \"jpeg\" and width > 1'}]\n",
        at: "p.yaml")
      #expect(try Program.run(["graph", file]).output.contains(#"when format == "jpeg" and width > 1"#))
      #expect(
        try Program.run(["graph", file, "--format", "dot"]).output.contains(
          #"[label="decode\nwhen format == \"jpeg\" and width > 1"];"#))
      #expect(
        try Program.run(["graph", file, "--format", "mermaid"]).output.contains(
          "[\"decode<br/>when format == #quot;jpeg#quot; and width > 1\"]"))
      let wrong = try Program.run(["graph", file, "--format", "oil"])
      #expect(wrong.status == 64 && wrong.output.isEmpty)
    }
  }

  @Test func theReferenceOfTheStagesIsUpToDate() throws {
    let page = try String(contentsOfFile: Program.repository + "/docs/stages.md", encoding: .utf8)
    let result = try Program.run(["stages", "--markdown"])
    #expect(result.status == 0 && result.output == page, "`make docs` writes the page")
  }
}
