import Foundation
import TestSupport
import Testing

/// Scripts rely on these numbers.
@Suite struct ExitCodeTests {
  private let pipeline = "version: 1\nstages: [{use: read}, {use: sort, with: {path: '{name}'}}]\n"

  private func expect(
    _ status: Int32, _ arguments: [String], says words: String, input: [UInt8] = [], stdout: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Program.run(arguments, input: input, stdout: stdout)
    #expect(
      result.status == status && !result.wasKilled, "\(arguments): \(result.stderr)", sourceLocation: location)
    #expect(result.stderr.lowercased().contains("error"), "\(result.stderr)", sourceLocation: location)
    #expect(result.stderr.contains(words), "\(result.stderr)", sourceLocation: location)
    #expect(result.stdout.isEmpty, "stdout is for data", sourceLocation: location)
  }

  @Test func usage64() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(pipeline, at: "p.yaml")
      let (input, output) = (directory.file("in"), directory.file("out"))
      try directory.put([1], at: "other/in/x.jpg")
      try expect(64, ["run"], says: "Missing expected argument")
      try expect(64, ["teleport"], says: "teleport")
      try expect(64, ["run", file, input], says: "--output")
      try expect(64, ["run", file, "--output", output], says: "no input")
      try expect(64, ["run", file, input, "--output", output, "--jobs", "0"], says: "--jobs")
      try expect(64, ["run", file, input, "--output", output, "--jobs", "many"], says: "--jobs")
      try expect(64, ["run", file, input, "--output", output, "--limit", "0"], says: "--limit")
      try expect(64, ["run", file, input, "--output", output, "--set", "margin"], says: "STAGE.OPTION=VALUE")
      try expect(64, ["run", file, input, "--output", output, "--frobnicate"], says: "--frobnicate")
      try expect(64, ["run", file, input, directory.file("other/in"), "--output", output], says: "'in'")
      try expect(64, ["run", file, input, "--files-from", file, "--output", output], says: "not both")
      try expect(64, ["classify", input, "--top", "0"], says: "--top")
      #expect(!directory.exists("out"), "nothing is made before all is checked")
    }
  }

  @Test func invalid65() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let (input, output) = (directory.file("in"), directory.file("out"))
      let wrong = try directory.put("version: 1\nstages:\n  - use: read\n  - use: cropp\n", at: "wrong.yaml")
      try expect(
        65, ["run", wrong, input, "--output", output],
        says: "wrong.yaml:4:10: error: unknown stage 'cropp'; did you mean 'crop'?")
      try expect(65, ["validate", wrong], says: "\n             ^")
      let binary = try directory.put([0xFF, 0xFE, 0x00], at: "binary.yaml")
      try expect(65, ["validate", binary], says: "not UTF-8")
      let file = try directory.put(pipeline, at: "p.yaml")
      try expect(
        65, ["validate", file, "--set", "sort.mode=teleport"],
        says: "--set sort.mode: error: 'teleport' is not one of copy, hardlink, symlink, move")
      #expect(!directory.exists("out"))
    }
  }

  @Test func noInput66() throws {
    try TemporaryDirectory.use { directory in
      let file = try directory.put(pipeline, at: "p.yaml")
      let output = directory.file("out")
      try FileManager.default.createDirectory(
        atPath: directory.file("empty"), withIntermediateDirectories: false)
      try expect(
        66, ["run", directory.file("missing.yaml"), ".", "--output", output], says: "cannot read the pipeline")
      try expect(66, ["run", file, directory.file("missing"), "--output", output], says: "No such file")
      try expect(66, ["run", file, directory.file("empty"), "--output", output], says: "no file to process")
      try expect(
        66, ["run", file, "--files-from", directory.file("list"), "--output", output],
        says: "list: No such file")
      try expect(
        66, ["run", file, "--files-from", "-", "--output", output], says: "names no file", input: [10, 10])
      #expect(!directory.exists("out"))
    }
  }

  @Test func cannotCreate73() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(pipeline, at: "p.yaml")
      try expect(73, ["run", file, directory.file("in"), "--output", file], says: "cannot")
      try expect(73, ["run", file, directory.file("in"), "--output", file + "/below"], says: "cannot")
      let arguments = ["run", file, directory.file("in"), "--output", directory.file("out")]
      #expect(try Program.run(arguments).status == 0)
      let manifest = try directory.contents("out/manifest.jsonl")
      try expect(73, arguments, says: "--overwrite")
      #expect(try directory.contents("out/manifest.jsonl") == manifest, "a refusal changes nothing")
    }
  }

  @Test func configuration78LeavesNothingBehind() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let broken = try directory.put("no model", at: "broken.safetensors")
      let arguments = ["classify", directory.file("in"), "--output", directory.file("out")]
      try expect(78, arguments + ["--model", "nothing"], says: "no model 'nothing'")
      try expect(78, arguments + ["--model", directory.file("missing.safetensors")], says: "no model")
      try expect(78, arguments + ["--model", broken], says: "broken.safetensors")
      // The same command with a model that is there must not be refused for a manifest of a run that never was.
      #expect(try Program.run(arguments).status == 0)
    }
  }

  @Test func aStageThatAbortsEndsWith2() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      let file = try directory.put(
        "version: 1\nstages: [{use: read}, {use: decode, on_error: abort}]\n", at: "p.yaml")
      try expect(
        2, ["run", file, directory.file("in"), "--output", directory.file("out")], says: "first failure")
      #expect(directory.exists("out/run.json"))
    }
  }

  @Test func aFullDiskIsNoFailureOfPhotographs() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(2)
      try expect(75, ["classify", directory.file("in")], says: "No space left", stdout: "/dev/full")
    }
  }
}
