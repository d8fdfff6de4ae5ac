import Foundation
import TestSupport
import Testing
import Yams

/// The JSON Schema of pipeline files, by which editors complete and check, against the program itself.
@Suite struct PipelineSchemaTests {
  private let good = """
    version: 1
    limits: {pixels: 1000000}
    stages:
      - use: read
      - use: decode
        on_error: quarantine
      - use: classify
        with: {top: 3}
      - use: filter
        id: keepers
        with: {keep: "score >= 0.1"}
      - use: crop
        when: "width > 20"
        with: {aspect: "1:1", margin: 10%, longest: 64}
      - use: write
        workers: 2
        with: {path: "crops/{stem}.jpg", quality: 88}
      - use: sort
        after: classify
        with: {path: "s/{name}", mode: move, min_score: 0.5, sidecars: false}
      - use: manifest
        after: [write, sort]

    """

  private func schema() throws -> String {
    let result = try Program.run(["schema"])
    #expect(try result.status == 0 && Program.run(["schema", "pipeline"]).stdout == result.stdout)
    return result.output
  }

  private func json(_ yaml: String) throws -> [UInt8] {
    let tree = try Yams.load(yaml: yaml)
    return Array(try JSONSerialization.data(withJSONObject: #require(tree), options: [.fragmentsAllowed]))
  }

  @Test func theSchemasAreSchemas() throws {
    for subject in ["pipeline", "record", "run"] {
      let schema = try Program.run(["schema", subject])
      #expect(schema.status == 0 && schema.stderr.isEmpty)
      #expect(schema.output.contains("draft-07"))
      _ = try judge([Array("{}".utf8)], by: schema.output)
    }
    #expect(try Program.run(["schema", "dream"]).status == 64)
  }

  @Test func thePipelinesThatShipAreAccepted() throws {
    let files = try DescriptionTests.pipelines.values.sorted().map {
      try String(contentsOfFile: $0, encoding: .utf8)
    }
    #expect(files.count >= 7)
    let verdicts = try judge((files + [good]).map(json), by: schema())
    #expect(verdicts == Array(repeating: "ok", count: files.count + 1))
  }

  /// Whatever the program prints as a configuration has every option of every stage in it.
  @Test func completePipelinesAreAccepted() throws {
    let printed = try TemporaryDirectory.use { directory in
      try DescriptionTests.pipelines.values.sorted().map { file in
        try Program.run(["run", file, "x", "--output", directory.file("out"), "--print-config"]).output
      }
    }
    #expect(try judge(printed.map(json), by: schema()).allSatisfy { $0 == "ok" })
  }

  @Test func spoiledPipelinesAreRefusedByBoth() throws {
    let changes = [
      ("version: 1\n", "version: 2\n"), ("version: 1\n", ""), ("version: 1\n", "version: 1\nstagse: []\n"),
      ("pixels: 1000000", "pixles: 1000000"), ("pixels: 1000000", "pixels: -1"),
      ("pixels: 1000000", "pixels: many"),
      ("use: read", "use: raed"), ("use: decode", "used: decode"), ("on_error: quarantine", "on_error: ignore"),
      ("top: 3", "top: 0"), ("top: 3", "top: three"), ("top: 3", "tops: 3"),
      ("id: keepers", "id: my keepers"), ("id: keepers", "id: [keepers]"),
      ("with: {keep: \"score >= 0.1\"}", "with: {}"), ("    with: {keep: \"score >= 0.1\"}\n", ""),
      ("keep: \"score >= 0.1\"", "keep: \"\""), ("when: \"width > 20\"", "when: \"\""),
      ("margin: 10%", "margin: [10]"), ("margin: 10%", "margin: ten"), ("longest: 64", "longest: -64"),
      ("workers: 2", "workers: 0"), ("workers: 2", "workers: 9999"), ("quality: 88", "quality: 101"),
      ("mode: move", "mode: teleport"), ("min_score: 0.5", "min_score: 1.5"),
      ("sidecars: false", "sidecars: 7"),
      ("after: classify", "after: []"), ("after: [write, sort]", "after: {write: sort}"),
      ("stages:", "stages: []\nother:"),
    ]
    let spoiled = try changes.map { old, new in
      try #require(good.contains(old), "nothing to spoil: \(old)")
      return good.replacing(old, with: new, maxReplacements: 1)
    }
    let verdicts = try judge(spoiled.map(json), by: schema())
    try TemporaryDirectory.use { directory in
      #expect(try Program.run(["validate", directory.put(good, at: "good.yaml")]).status == 0)
      for (index, change) in changes.enumerated() {
        #expect(verdicts[index] != "ok", "the schema takes \(change)")
        let result = try Program.run(["validate", directory.put(spoiled[index], at: "\(index).yaml")])
        #expect(result.status == 65, "the program takes \(change): \(result.stderr)")
      }
    }
  }
}
