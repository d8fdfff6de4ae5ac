import Foundation
import TestSupport
import Testing

/// What a run says on stderr, for people and for programs.
@Suite struct MessageTests {
  private func run(_ directory: TemporaryDirectory, _ options: [String]) throws -> Program.Result {
    try directory.makePhotographs()
    let file = try directory.put(Pipelines.copying, at: "p.yaml")
    return try Program.run(["run", file, directory.file("in"), "--output", directory.file("out")] + options)
  }

  @Test func verboseShowsWhatEachStageDid() throws {
    try TemporaryDirectory.use { directory in
      let result = try run(directory, ["-v", "--jobs", "1"])
      #expect(result.status == 0 && result.stderr.contains("6 photographs, 1 jobs"), "\(result.stderr)")
      let table = result.stderr.split(separator: "\n").drop { !$0.hasPrefix("stage ") }
      let rows = table.dropFirst().map { $0.split(separator: " ").map(String.init) }
      // The file that is no picture is not admitted.
      #expect(
        rows.map { $0.prefix(2).joined(separator: " ") } == ["read 5", "decode 5", "write 4"],
        "\(result.stderr)")
      #expect(rows.allSatisfy { $0.count == 4 && Double($0[2]) != nil && Int($0[3]) != nil })
      let plain = try run(directory, ["--overwrite"])
      #expect(!plain.stderr.contains("stage ") && plain.stderr.contains("5 photographs: 4 ok, 1 failed"))
    }
  }

  @Test(arguments: [[], ["-v"], ["--strict"], ["--progress", "json"]])
  func everyLineIsJSONWhereThatWasAskedFor(options: [String]) throws {
    try TemporaryDirectory.use { directory in
      let result = try run(directory, ["--log-format", "json"] + options)
      #expect(result.status == (options == ["--strict"] ? 2 : 0))
      let objects = try result.stderr.split(separator: "\n").map { line in
        try #require(try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      }
      // Among messages for programs, progress is for programs too.
      #expect(objects.count { $0["schema"] as? String == "viewfinder/progress/1" } >= 2)
      let lines = objects.filter { $0["schema"] == nil }.compactMap { $0 as? [String: String] }
      for line in lines {
        #expect(line["message"]?.isEmpty == false && line["time"] != nil)
        #expect(["debug", "info", "notice", "warning", "error"].contains(line["level"] ?? ""))
      }
      let failure = try #require(lines.first { $0["level"] == "warning" })
      #expect(failure["path"] == "sub/broken.jpg" && failure["reason"] == "truncated")
      #expect(lines.contains { $0["level"] == "debug" } == (options == ["-v"]))
      #expect(lines.contains { $0["level"] == "error" } == (options == ["--strict"]))
      #expect(lines.contains { $0["message"]?.contains("4 ok") == true })
    }
  }

  @Test func whatKeepsARunFromStartingIsJSONToo() throws {
    try TemporaryDirectory.use { directory in
      _ = try run(directory, [])
      let refused = try run(directory, ["--log-format", "json"])
      #expect(refused.status == 73)
      let lines = refused.stderr.split(separator: "\n")
      let line =
        try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8)) as? [String: String]
      #expect(
        lines.count == 1 && line?["level"] == "error" && line?["message"]?.contains("--overwrite") == true)
    }
  }

  @Test func quietShowsErrorsOnly() throws {
    try TemporaryDirectory.use { directory in
      #expect(try run(directory, ["--quiet"]).stderr.isEmpty)
      let strict = try run(directory, ["--quiet", "--overwrite", "--strict"])
      #expect(
        strict.stderr.split(separator: "\n").count == 1 && strict.stderr.hasPrefix("error: "),
        "\(strict.stderr)")
    }
  }
}
