import Foundation
import Testing

/// The version stands in the program alone; packages take it from there, and the changelog must agree.
@Suite struct VersionTests {
  @Test func theChangelogBeginsWithThisVersion() throws {
    let log = try String(contentsOfFile: Program.repository + "/CHANGELOG.md", encoding: .utf8)
    let heading = try #require(
      log.firstMatch(of: /\n## \[(\d+\.\d+\.\d+)\] - (?:unreleased|\d{4}-\d\d-\d\d)\n/))
    #expect(try Program.run(["--version"]).output == "\(heading.1)\n")
  }
}
