import Foundation
import Manifests
import TestSupport
import Testing

/// What a person at a terminal sees of a run, and what is left of it in a file.
@Suite struct TerminalTests {
  private static let stages =
    "version: 1\nstages: [{use: read}, {use: decode}, {use: write, id: a-name-that-is-long, with: {path: 'w/{stem}.png'}}]\n"

  /// A run over so many photographs and a broken one, in a terminal of a size. Sixteen take long enough for the display to be drawn
  /// several times, six for once.
  private func screen(
    of photographs: Int, columns: Int = 80, rows: Int = 24, _ options: [String],
    _ environment: [String: String] = [:]
  ) throws -> (screen: Screen, transcript: String) {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(900, 600)
      for index in 0..<photographs { try directory.put(bytes, at: "in/\(index).jpg") }
      try directory.put(bytes.prefix(2000), at: "in/1-broken.jpg")
      try directory.put(Self.stages, at: "p.yaml")
      let terminal = try Pseudoterminal(columns: columns, rows: rows)
      let result = try Program.run(
        ["run", "p.yaml", "in", "--output", "out", "--jobs", "1"] + options, directory: directory.path,
        environment: ["TERM": "xterm-256color"].merging(environment) { $1 }, terminal: terminal)
      let transcript = terminal.transcript()
      #expect(result.status == 0, "\(transcript)")
      return (Screen(transcript, columns: columns), transcript)
    }
  }

  @Test(arguments: [80, 40])
  func verboseShowsEachStageInPlace(columns: Int) throws {
    let (screen, transcript) = try screen(of: 16, columns: columns, ["-v"])
    #expect(screen.redraws > 1, "\(transcript)")
    #expect(
      transcript.contains(/stage +waiting +working +done +busy/)
        && transcript.contains(/(decode|a-name\S*) +\d+ +1 +\d+ +\d+%/))
    // Of all that was drawn, the messages and the closing words are left, whole.
    #expect(!screen.text.contains { $0.contains("waiting") || $0.contains("left") }, "\(screen.text)")
    #expect(screen.text.count { $0.hasPrefix("failed: \"1-broken.jpg\": truncated") } == 1, "\(screen.text)")
    let end = screen.text.drop { !$0.hasPrefix("17 photographs:") }
    #expect(end.first == "17 photographs: 16 ok, 1 failed")
    #expect(end.contains { $0.hasPrefix("failed   1 truncated: the file ") })
    #expect(end.contains("records  out/manifest.jsonl") && end.contains("summary  out/run.json"))
    #expect(
      end.contains { $0.hasPrefix(columns == 80 ? "a-name-that-is-long " : "a-name-tha… ") }, "\(screen.text)")
    let written = transcript.replacing(/\e\[\d*\w/, with: "").split(whereSeparator: \.isNewline)
    #expect(
      written.drop { !$0.hasPrefix("17 photographs:") }.allSatisfy { $0.count <= columns }, "\(transcript)")
  }

  @Test func whereThereIsNoRoomForTheStagesThereIsABar() throws {
    for (columns, rows) in [(80, 4), (30, 24)] {
      let (screen, transcript) = try screen(of: 6, columns: columns, rows: rows, ["-v"])
      #expect(!transcript.contains("waiting") && transcript.contains(" of 7"), "\(transcript)")
      #expect(screen.redraws == 0)
    }
  }

  @Test func coloursAreForTerminalsWhoseUsersWantThem() throws {
    let colour = "\u{1B}[31mfailed\u{1B}[0m"
    #expect(try screen(of: 1, []).transcript.contains(colour))
    #expect(try screen(of: 1, ["--color", "always"], ["NO_COLOR": "1"]).transcript.contains(colour))
    for plain in [try screen(of: 1, ["--color", "never"]), try screen(of: 1, [], ["NO_COLOR": "1"])] {
      #expect(
        !plain.transcript.contains(/\e\[\d+m/) && plain.screen.text.contains("2 photographs: 1 ok, 1 failed"))
    }
  }

  @Test(arguments: ["none", "plain"])
  func withoutABarNothingIsDrawnTwice(style: String) throws {
    let (screen, transcript) = try screen(of: 6, ["-v", "--progress", style, "--color", "never"])
    #expect(!transcript.contains("\u{1B}") && screen.text.contains("7 photographs: 6 ok, 1 failed"))
  }

  @Test func aFileGetsLinesWithoutAnythingOfATerminal() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try directory.put(Pipelines.copying, at: "p.yaml")
      let result = try Program.run(
        ["run", "p.yaml", "in", "--output", "my out", "-v"], directory: directory.path)
      #expect(!result.stderr.contains("\u{1B}") && !result.stderr.contains("\r"))
      let lines = result.stderr.split(separator: "\n")
      #expect(lines.contains("ignored  1 file of another kind than pictures"))
      #expect(lines.contains { $0.contains(/^outputs  4 files with \d+(\.\d)? kB$/) }, "\(result.stderr)")
      #expect(lines.contains("records  my out/manifest.jsonl"))
      #expect(lines.contains("next     viewfinder report 'my out/manifest.jsonl' --output SHEET"))
      #expect(lines.allSatisfy { $0.count <= 80 })
    }
  }

  @Test func labelsAndWhatWasDoneBeforeAreCounted() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let arguments = [
        "sort", "in", "--output", "out", "--path", "all/{name}", "--mode", "symlink", "--jobs", "1",
      ]
      let first = try Program.run(arguments, directory: directory.path)
      let labels = try directory.records().compactMap { $0.predictions?.first?.label }
      let line = try #require(first.stderr.split(separator: "\n").first { $0.hasPrefix("labels ") })
      #expect(
        labels.contains { line.contains(" \($0)") } && first.stderr.contains("outputs  4 links"),
        "\(first.stderr)")
      let second = try Program.run(arguments + ["--resume"], directory: directory.path)
      #expect(
        second.stderr.contains(String(line)) && second.stderr.contains("outputs  4 links"), "\(second.stderr)")
      #expect(second.stderr.contains("5 were done before"), "\(second.stderr)")
    }
  }

  @Test func progressForProgramsIsAsItsSchemaSays() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      try directory.put(Self.stages, at: "p.yaml")
      let run = try Program.run(
        ["run", "p.yaml", "in", "--output", "out", "--progress", "json"], directory: directory.path)
      let lines = run.stderr.split(separator: "\n").filter { $0.hasPrefix("{") }
      #expect(lines.count >= 2, "\(run.stderr)")
      let schema = try Program.run(["schema", "progress"]).output
      let spoiled = lines[0].replacing("\"total\":6", with: "\"total\":-6")
      let verdicts = try judge((lines + [spoiled]).map { Array($0.utf8) }, by: schema)
      #expect(verdicts.dropLast().allSatisfy { $0 == "ok" } && verdicts.last != "ok", "\(verdicts)")
      let last = try #require(
        try JSONSerialization.jsonObject(with: Data(lines.last!.utf8)) as? [String: Any])
      #expect(last["done"] as? Int == 6 && last["total"] as? Int == 6 && last["failed"] as? Int == 1)
      #expect(last["ended"] as? Bool == true && last["before"] as? Int == 0)
      let stages = try #require(last["stages"] as? [[String: Any]])
      #expect(stages.map { $0["id"] as? String } == ["read", "decode", "a-name-that-is-long"])
      #expect(stages.map { $0["done"] as? Int } == [5, 5, 4])
      #expect(stages.allSatisfy { $0["waiting"] as? Int == 0 && $0["working"] as? Int == 0 })
    }
  }

  /// The table in `docs/terminal.md` names the fields of a line, all of them.
  @Test func theFieldsAreDocumented() throws {
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(Program.run(["schema", "progress"]).stdout)) as? [String: Any]
    )
    let fields = try #require(schema["properties"] as? [String: Any])
    let page = try String(contentsOfFile: Program.repository + "/docs/terminal.md", encoding: .utf8)
    let documented = page.matches(of: /(?m)^\| (`[^|]+`) \|/).flatMap {
      $0.1.matches(of: /`([a-z_]+)`/).map { String($0.1) }
    }
    #expect(Set(fields.keys).subtracting(documented).isEmpty, "missing in docs/terminal.md")
  }
}
