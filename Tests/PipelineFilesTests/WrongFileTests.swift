import Foundation
import PipelineFiles
import Testing

/// Each file in `Wrong` begins with the exact diagnostics that it must give, as comments, in order.
@Suite struct WrongFileTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Wrong")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func thereAreFiles() { #expect(Self.names.count >= 40) }

  @Test(arguments: names)
  func theDiagnosticsAreExactlyThese(name: String) throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(name))
    let text = try #require(String(validating: data, as: UTF8.self))
    let expected = text.split(separator: "\n").prefix { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
      .filter { $0.contains("error: ") }
    try #require(!expected.isEmpty, "\(name) does not say what is wrong with it")
    #expect(complaints(text) == expected)
  }
}
