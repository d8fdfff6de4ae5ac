import Foundation
import Manifests
import TestSupport
import Testing

/// The tutorials, typed as they stand: every block of commands by a shell, one after another, beside the samples and the pipelines.
@Suite struct TutorialTests {
  private func follow(_ name: String, _ body: (TemporaryDirectory, _ said: String) throws -> Void) throws {
    try TemporaryDirectory.use { directory in
      for name in ["samples", "pipelines"] {
        try FileManager.default.createSymbolicLink(
          atPath: directory.file(name), withDestinationPath: Program.repository + "/" + name)
      }
      let page = try String(
        contentsOfFile: Program.repository + "/docs/tutorials/\(name).md", encoding: .utf8)
      let blocks = page.matches(of: /(?s)\n```sh\n(.*?)\n```\n/).map { $0.1 }
      #expect(blocks.count >= 3)
      let folder = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
      let script = "set -e\nexec 2>&1\ncd '\(directory.path)'\nPATH='\(folder)':$PATH\n"
      let (status, said) = try run(["/bin/sh", "-c", script + blocks.joined(separator: "\n")])
      try #require(status == 0, "\(said)")
      try body(directory, said)
    }
  }

  @Test func croppingAFolder() throws {
    try follow("crop-a-folder") { directory, said in
      #expect(said.contains("table/coffee.png\twrite\ttable/coffee.jpg"), "\(said)")
      for (name, count) in [("crops", 11), ("more", 22)] {
        let pictures = try directory.files(below: name).filter { $0.hasSuffix(".jpg") }
        #expect(pictures.count == count)
      }
      #expect(directory.exists("sheet/index.html") && directory.exists("broken/broken-truncated.jpg"))
      #expect(try directory.records("again").count == 5)
      #expect(said.contains("5 of 6 photographs are done"))
    }
  }

  @Test func sortingALibrary() throws {
    try follow("sort-a-library") { directory, said in
      #expect(said.contains("11 photographs are back in their places"), "\(said)")
      #expect(try directory.results("library") == directory.results("samples/photos"))
      let folders = try FileManager.default.contentsOfDirectory(atPath: directory.file("by-label"))
      #expect(Set(folders).isSuperset(of: ["unsure", "espresso"]), "\(folders)")
      for name in ["by-label", "by-shape", "by-position"] { #expect(try directory.records(name).count == 12) }
    }
  }

  @Test func trainingYourOwnClasses() throws {
    try follow("your-own-classes") { directory, said in
      #expect(said.contains("labels        3") && said.contains("top-1"), "\(said)")
      #expect(directory.exists("mine.safetensors.svg") && directory.exists("sheet/index.html"))
      let labels = try directory.records("sorted").compactMap { $0.predictions?.first?.label }
      #expect(labels.count == 11 && Set(labels).isSubset(of: ["animals", "outdoors", "table"]))
    }
  }

  @Test func runningInShards() throws {
    try follow("run-in-shards") { directory, said in
      #expect(said.contains("12 photographs of 3 shards"), "\(said)")
      let records = try directory.records("out")
      #expect(records.count == 12 && directory.exists("sheet/index.html"))
    }
  }
}
