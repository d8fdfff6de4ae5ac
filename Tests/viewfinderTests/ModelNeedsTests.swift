import Foundation
import Manifests
import TestSupport
import Testing

/// A model without a rectangle serves the stages that do without.
@Suite struct ModelNeedsTests {
  private func pipeline(_ stage: String) -> String {
    "version: 1\nstages: [{use: read}, {use: decode}, {use: classify}, \(stage), "
      + "{use: write, id: w, with: {path: 'w/{stem}.png'}}]\n"
  }

  @Test(arguments: [
    ("{use: annotate}", "'annotate' needs rectangle"),
    ("{use: crop, with: {source: [rectangle]}}", "'crop' needs rectangle"),
    ("{use: filter, with: {keep: coverage < 0.5}}", "'filter' needs coverage"),
    ("{use: crop, when: coverage < 0.5}", "'crop' needs coverage"),
    ("{use: write, id: shapes, with: {path: '{shape}/{stem}.jpg'}}", "'shapes' needs coverage"),
  ])
  func whatNeedsARectangleIsRefusedWithoutOne(stage: String, words: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      try directory.makeModel(kind: "positionwise")
      try directory.put(pipeline(stage), at: "p.yaml")
      let model = ["--set", "classify.model=\(directory.file("plain.safetensors"))"]
      let run = try Program.run(
        ["run", directory.file("p.yaml"), directory.file("in"), "--output", directory.file("out")] + model)
      #expect(run.status == 78 && run.stderr.contains(words), "\(run.stderr)")
      #expect(!directory.exists("out/manifest.jsonl"))
      let sound = try Program.run(["validate", directory.file("p.yaml")])
      #expect(sound.status == 0, "\(sound.stderr)")
    }
  }

  @Test(arguments: [
    "{use: annotate, with: {rectangle: false}}", "{use: crop}", "{use: filter, with: {keep: score >= 0}}",
  ])
  func whatDoesWithoutRuns(stage: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(120, 100), at: "in/p.jpg")
      try directory.makeModel(kind: nil)
      try directory.put(pipeline(stage), at: "p.yaml")
      let run = try Program.run([
        "run", directory.file("p.yaml"), directory.file("in"), "--output", directory.file("out"), "--set",
        "classify.model=\(directory.file("plain.safetensors"))",
      ])
      #expect(run.status == 0, "\(run.stderr)")
      let records = try directory.records()
      #expect(records.map(\.status) == [.ok] && records[0].rectangle == nil && records[0].predictions != nil)
    }
  }
}
