import Foundation
import TestSupport
import Testing

/// The documentation site: DocC takes every page without a warning, and no link of ours leads nowhere.
@Suite struct SiteTests {
  @Test func everyPageIsOnTheSite() throws {
    try TemporaryDirectory.use { directory in
      let script = Program.repository + "/docs/site/make_site.py"
      let command = "exec python3 -B '\(script)' '\(directory.file("site"))' 2>&1"
      let (status, said) = try run(["/bin/sh", "-c", command])
      try #require(status == 0, "\(said)")
      let docs = try FileManager.default.subpathsOfDirectory(atPath: Program.repository + "/docs")
      let names = docs.filter { $0.hasSuffix(".md") && !$0.hasPrefix("site/") }.map {
        URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent
      }
      #expect(names.count > 15)
      for name in names + ["guide", "changelog"] {
        #expect(directory.exists("site/documentation/viewfinder/\(name)/index.html"), "\(name)")
      }
      // Nothing in a page is looked for at the root of the server.
      let page = String(
        decoding: try directory.contents("site/documentation/viewfinder/guide/index.html"), as: UTF8.self)
      #expect(!page.contains(/(href|src)="\//) && page.contains("location.pathname"))
    }
  }
}
