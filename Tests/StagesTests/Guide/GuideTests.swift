import Foundation
import Geometry
import Imaging
import Manifests
import PipelineFiles
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// `docs/writing-a-stage.md` is followed: its code is the code beside this file, and its pipeline runs with that stage.
@Suite struct GuideTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let root = folder.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let catalogue: [any PhotographStage.Type] = StageCatalog.all + [GreyStage.self]

  /// The blocks of code that begin with these words behind the backticks.
  private func blocks(_ words: String) throws -> [String] {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/writing-a-stage.md"), encoding: .utf8)
    var blocks: [String] = []
    var isInside = false
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if isInside, line == "```" {
        isInside = false
      } else if isInside {
        blocks[blocks.count - 1] += line + "\n"
      } else if line == "```" + words {
        blocks.append("")
        isInside = true
      }
    }
    try #require(!blocks.isEmpty, "no block ```\(words)")
    return blocks
  }

  @Test(arguments: ["GreyStage.swift", "GreyStageTests.swift"])
  func theCodeOfThePageIsTheCodeThatIsCompiled(name: String) throws {
    let file = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    // In its true place the stage is a part of the room it would import.
    let expected = name == "GreyStage.swift" ? file.replacing("package import Stages\n", with: "") : file
    #expect(try blocks("swift " + name).joined(separator: "\n") == expected)
  }

  @Test func theLineOfThePageIsOneOfTheCatalogue() throws {
    let path = "Sources/Stages/Catalogue/StageCatalog.swift"
    let catalogue = try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    let line = try #require(try blocks("swift line").first)
    #expect(line == "    \(GreyStage.self).self,\n")
    #expect(catalogue.contains(line.replacing("Grey", with: "Resize")), "lines of the catalogue look otherwise")
  }

  @Test func thePipelineOfThePageRuns() throws {
    let vocabulary = Vocabulary(
      stages: Self.catalogue.map { $0.schema } + [ManifestOptions.schema], limits: RunLimits.schema,
      facts: Sample.factKinds, first: ReadStage.schema.name, last: ManifestOptions.schema.name)
    let spec = try PipelineFile.read(
      #require(try blocks("yaml").first), name: "grey.yaml", vocabulary: vocabulary)
    try Album.use { album in
      try album.add("a.jpg", "b.jpg")
      let list = try album.list()
      let setup = setup(list.files, output: album.output)
      let graph = try PipelineBuilder.graph(for: spec, setup: setup, jobs: 1, catalogue: Self.catalogue)
      let records = RecordList()
      let run = PipelineRun(
        graph, on: list, limits: setup.limits, jobs: 1, records: records, replacesOutputs: false)
      #expect(try run.run().passed == 2)
      #expect(records.all.map(\.outcome) == [.ok, .ok])
      let source = try decoded(album.photograph("a.jpg"))
      let result = try decoded(album.contents("out/grey/a.png"))
      for pixel in stride(from: 0, to: source.count, by: 3) {
        let grey = 0.299 * source[pixel] + 0.587 * source[pixel + 1] + 0.114 * source[pixel + 2]
        for channel in pixel..<pixel + 3 {
          #expect(abs(result[channel] - (0.2 * source[channel] + 0.8 * grey)) <= 0.501)
        }
      }
    }
  }

  private func decoded(_ file: [UInt8]) throws -> [Double] {
    let bytes = try ImageBytes(file)
    return try Decoder.decode(bytes, header: HeaderReader.read(bytes)).rgb.map(Double.init)
  }
}
