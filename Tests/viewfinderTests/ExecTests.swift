import Foundation
import Glibc
import Manifests
import SystemPackage
import TestSupport
import Testing

/// Programs of the user's own, started by the built program.
@Suite struct ExecTests {
  /// Answers every request; `first` is done when it starts, `before` each answer.
  private func program(first: String = ":", before: String = ":", members: String = "") -> String {
    #"""
    #!/bin/sh
    \#(first)
    while read -r line; do
      id=${line#*'"id":'}; id=${id%%,*}
      \#(before)
      printf '{"id":%s\#(members)}\n' "$id"
    done
    """#
  }

  private func pipeline(_ options: String, more: String = "") -> String {
    "version: 1\nstages:\n  - use: read\n  - use: decode\n  - use: exec\n    with: {\(options)}\n\(more)"
  }

  private func put(_ script: String, at name: String, _ directory: TemporaryDirectory) throws {
    let path = try directory.put(script, at: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  @Test func theExampleKeepsWhatIsSharp() throws {
    try TemporaryDirectory.use { directory in
      // From elsewhere: the program is beside the pipeline file.
      let arguments = [
        "run", Program.repository + "/docs/examples/sharp.yaml", Program.repository + "/samples/photos",
        "--output", "out",
      ]
      let result = try Program.run(arguments, directory: directory.path)
      #expect(result.status == 0, "\(result.stderr)")
      let records = try directory.records()
      #expect(records.count == 12)
      var values: [Double] = []
      for record in records where record.status != .failed {
        let note = try #require(record.notes.first { $0.stage == "sharpness" }?.object)
        let members = try #require(
          JSONSerialization.jsonObject(with: Data(note.bytes)) as? [String: Double])
        let value = try #require(members["sharpness"])
        #expect((value >= 5) == (record.status == .ok), "\(record.path): \(value)")
        #expect(record.outputs.count == (record.status == .ok ? 1 : 0))
        values.append(value)
      }
      #expect(values.contains { $0 >= 5 } && values.contains { $0 < 5 }, "\(values): the example shows nothing")
      let lines = try directory.contents("out/manifest.jsonl").split(separator: 10).map { Array($0) }
      #expect(try judge(lines, by: Schemas.record).allSatisfy { $0 == "ok" })
      // What does not depend on time does not depend on the number of cores.
      let one = try Program.run(arguments.dropLast() + ["one", "--jobs", "1"], directory: directory.path)
      #expect(one.status == 0)
      #expect(try directory.comparableLines("one") == directory.comparableLines("out"))
    }
  }

  /// The page on programs shows the example as it is.
  @Test(arguments: ["sharp.yaml", "sharpness.py"])
  func thePageShowsTheExample(name: String) throws {
    let page = try String(contentsOfFile: Program.repository + "/docs/exec.md", encoding: .utf8)
    let file = try String(contentsOfFile: Program.repository + "/docs/examples/" + name, encoding: .utf8)
    let shown = name.hasSuffix(".py") ? file.components(separatedBy: "import sys\n\n\n").last ?? "" : file
    #expect(!shown.isEmpty && page.contains("\n" + shown + "```\n"))
  }

  /// Requests and answers as the page shows them are what is said.
  @Test func thePageShowsARequest() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(120, 80), at: "in/p.jpg")
      try put(program(before: "printf '%s' \"$line\" > request"), at: "ask", directory)
      let more = "  - use: crop\n    with: {aspect: '1:1'}\n"
      let text = pipeline("command: [./ask], pixels: ppm", more: "")
        .replacing("  - use: exec", with: "  - use: classify\n" + more + "  - use: exec")
      let file = try directory.put(text, at: "p.yaml")
      #expect(try Program.run(["run", file, directory.file("in"), "-o", directory.file("out")]).status == 0)
      let said = try #require(
        JSONSerialization.jsonObject(with: Data(directory.contents("request"))) as? [String: Any])
      let page = try String(contentsOfFile: Program.repository + "/docs/exec.md", encoding: .utf8)
      let shown = try #require(
        page.components(separatedBy: "```json\n").dropFirst().first?.components(separatedBy: "```").first)
      let example = try #require(JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any])
      #expect(said.keys.sorted() == example.keys.sorted())
      for member in ["input", "rectangle", "region", "pixels"] {
        let keys = { (object: [String: Any]) in (object[member] as? [String: Any])?.keys.sorted() }
        #expect(keys(said) == keys(example) && keys(said) != nil, "\(member)")
      }
      #expect((said["input"] as? [String: Any])?["width"] as? Int == 120)
    }
  }

  @Test func nothingIsStartedBeforeAPhotographNeedsIt() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      try put(program(first: "touch started"), at: "ask", directory)
      let file = try directory.put(pipeline("command: [./ask]"), at: "p.yaml")
      let run = ["run", file, directory.file("in"), "--output", directory.file("out")]
      for arguments in [
        ["validate", file], ["graph", file], run + ["--dry-run"], run + ["--print-config"],
        ["run", file, directory.file("nothing"), "-o", directory.file("out")],
      ] {
        let result = try Program.run(arguments)
        #expect(result.status == 0 || arguments.contains(directory.file("nothing")), "\(result.stderr)")
        #expect(!directory.exists("started"), "\(arguments)")
      }
      #expect(try Program.run(run).status == 0)
      #expect(directory.exists("started"))
    }
  }

  /// What belongs to the pipeline file is found from wherever its run is corrected.
  @Test func aCorrectedRunFindsItsPrograms() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(120, 80), at: "in/p.jpg")
      let answer = #","predictions":[{"label":"cat","score":0.9}]"#
      try put(program(first: "echo >> started", members: answer), at: "pipelines/ask", directory)
      let text = pipeline(
        "command: [./ask], adds: [predictions]",
        more: "  - use: sort\n    with: {path: 'sorted/{label}/{name}'}\n")
      try directory.put(text, at: "pipelines/p.yaml")
      let run = try Program.run(
        ["run", "p.yaml", "../in", "--output", "../out"], directory: directory.file("pipelines"))
      #expect(run.status == 0, "\(run.stderr)")
      let summary = try directory.summary()
      #expect(summary.inputs.map(\.text) == [directory.file("in")])
      #expect(summary.pipeline.directory?.text == directory.file("pipelines"))
      let hash = try Hashing.sha256(directory.contents("out/manifest.jsonl"))
      let photograph = try #require(try directory.records().first?.input?.sha256)
      let correction = #"{"path":"p.jpg","sha256":"\#(photograph)","label":{"from":"cat","to":"dog"}}"#
      try directory.put(
        #"{"schema":"viewfinder/corrections/1","manifest":{"sha256":"\#(hash)"},"corrections":[\#(correction)]}"#,
        at: "corrections.json")
      let applied = try Program.run(
        ["apply", "out/manifest.jsonl", "corrections.json"], directory: directory.path)
      #expect(applied.status == 0, "\(applied.stderr)")
      #expect(directory.exists("out/sorted/dog/p.jpg") && !directory.exists("out/sorted/cat"))
      #expect(try directory.contents("pipelines/started") == Array("\n\n".utf8), "it works there, too")
      #expect(try directory.summary().pipeline.directory == summary.pipeline.directory, "for the next time")
    }
  }

  @Test func aProgramThatIsNotThereHasItsPlaceInTheFile() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let file = try directory.put(pipeline("command: [no-such-program, x]"), at: "p.yaml")
      let expected =
        "\(file):6:21: error: 'command': there is no program 'no-such-program' in any directory of PATH; one beside the pipeline file is './no-such-program'"
      let run = ["run", file, directory.file("in"), "--output", directory.file("out")]
      for arguments in [["validate", file], run, run + ["--dry-run"]] {
        let result = try Program.run(arguments)
        #expect(result.status == 65 && result.stderr.hasPrefix(expected), "\(result.stderr)")
      }
      // Who only looks at the file need not have the program.
      for arguments in [["graph", file], run + ["--print-config"]] {
        #expect(try Program.run(arguments).status == 0)
      }
      let set = try Program.run(["validate", file, "--set", "exec.command=sh,-c,exit"])
      #expect(set.status == 65, "the file is still wrong: \(set.stderr)")
      #expect(!directory.exists("out"))
    }
  }

  @Test(arguments: [
    (["LAMP": "on"], "1 on\n"), (["OPENBLAS_NUM_THREADS": "3", "LAMP": "off"], "3 off\n"),
  ])
  func aProgramHasTheEnvironmentAndOneThreadOfAMatrixLibrary(given: [String: String], found: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(60, 50), at: "in/p.jpg")
      try put(program(first: "echo $OPENBLAS_NUM_THREADS $LAMP > settings"), at: "ask", directory)
      let file = try directory.put(pipeline("command: [./ask]"), at: "p.yaml")
      let result = try Program.run(
        ["run", file, directory.file("in"), "--output", directory.file("out"), "--jobs", "1"],
        environment: given)
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try directory.contents("settings") == Array(found.utf8))
    }
  }

  @Test func aProgramThatDiesEndsTheRunAndItGoesOn() throws {
    try TemporaryDirectory.use { directory in
      for index in 0..<6 { try directory.put(picture(60 + index, 50), at: "in/p\(index).jpg") }
      try put("#!/bin/sh\necho no module named judge >&2\nexit 1\n", at: "ask", directory)
      let file = try directory.put(
        pipeline("command: [./ask], restarts: 2", more: "  - use: write\n    with: {path: '{stem}.png'}\n"),
        at: "p.yaml")
      let run = ["run", file, directory.file("in"), "--output", directory.file("out"), "--jobs", "1"]
      let broken = try Program.run(run)
      #expect(broken.status == 75, "\(broken.stderr)")
      #expect(broken.stderr.contains("exec: no module named judge\n"))
      #expect(broken.stderr.contains("failed 3 times in a row, and 'restarts' allows 2"))
      #expect(broken.stderr.contains("the same command with --resume goes on"))
      #expect(try directory.records().map(\.reason) == [.program, .program])
      try put(program(), at: "ask", directory)
      let mended = try Program.run(run + ["--retry-failed=program"])
      #expect(mended.status == 0, "\(mended.stderr)")
      #expect(try directory.records().count == 6)
      #expect(try directory.records().allSatisfy { $0.status == .ok })
    }
  }

  /// Ctrl-C is for the program, which lets what is in flight be answered; then the user's program ends too.
  @Test(.timeLimit(.minutes(2)), arguments: [SIGINT, SIGKILL])
  func programsEndWhenTheRunIsStopped(signal: Int32) throws {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(60, 50)
      for index in 0..<2000 { try directory.put(bytes, at: "in/\(index).jpg") }
      try put(program(first: "echo $$ >> pids") + "\necho end >> ends\n", at: "ask", directory)
      let file = try directory.put(pipeline("command: [./ask], pixels: ppm"), at: "p.yaml")
      try directory.put("", at: "tmp/x")
      let running = try Program.Running(
        ["run", file, directory.file("in"), "--output", directory.file("out"), "--quiet"],
        environment: ["TMPDIR": directory.file("tmp")])
      func lines(_ name: String) -> [Substring] {
        String(decoding: (try? directory.contents(name)) ?? [], as: UTF8.self).split(separator: "\n")
      }
      #expect(running.waits { !lines("out/manifest.jsonl").isEmpty }, "\(running.stderr)")
      running.signal(signal)
      let result = try running.finish()
      let pids = lines("pids").compactMap { Int32($0) }
      #expect(!pids.isEmpty && Program.eventually { lines("ends").count == pids.count })
      if signal == SIGINT {
        #expect(result.status == 75, "\(result.stderr)")
        let records = try directory.records()
        #expect((1..<2000).contains(records.count) && records.allSatisfy { $0.status == .ok })
        #expect(try directory.files(below: "tmp") == ["x"], "folders of programs are left")
      }
    }
  }
}
