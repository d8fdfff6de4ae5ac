import Foundation
import TestSupport
import Testing

/// Commands that the README shows, run as they stand there.
@Suite struct ReadmeTests {
  @Test func newcomersTeachTheirOwnClasses() throws {
    try TemporaryDirectory.use { directory in
      for name in ["samples", "pipelines"] {
        try FileManager.default.createSymbolicLink(
          atPath: directory.file(name), withDestinationPath: Program.repository + "/" + name)
      }
      let commands = try commands(under: "## Your own classes")
      #expect(commands.map { $0.first } == ["train", "run"])
      for command in commands {
        let result = try Program.run(command, directory: directory.path)
        // One of the samples is broken on purpose.
        #expect(result.status == 0, "\(command): \(result.stderr)")
      }
      let labels = try FileManager.default.contentsOfDirectory(atPath: directory.file("OUT/sorted")).sorted()
      #expect(Set(labels).isSubset(of: ["animals", "outdoors", "table"]) && labels.count > 1)
      #expect(try directory.files(below: "OUT/crops").count == 11)
    }
  }

  /// The arguments of each command of the program in the first block of code below a heading.
  private func commands(under heading: String) throws -> [[String]] {
    let text = try String(contentsOfFile: Program.repository + "/README.md", encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == heading })
    return lines[start...].drop { $0 != "```sh" }.dropFirst().prefix { $0 != "```" }.map {
      let words = $0.split(separator: " ").map(String.init)
      #expect(words.first == "viewfinder")
      return Array(words.dropFirst())
    }
  }
}
