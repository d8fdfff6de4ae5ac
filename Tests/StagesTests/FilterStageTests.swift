import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import TestSupport
import Testing

@Suite struct FilterStageTests {
  private func verdict(_ keep: String, _ sample: Sample) throws -> Verdict {
    let stages = [stage("read", after: []), stage("filter", after: [0], ["keep": .text(keep)])]
    var sample = sample
    return try graph(stages, setup()).nodes[1].stage.compute(&sample, StageContext(stage: "filter"))
  }

  @Test(arguments: [
    ("score >= 0.4", true), ("score > 0.4", false), ("label == \"tabby cat\"", true),
    ("label in (\"dog\", \"owl\")", false),
    ("width > height", true), ("width == 90 and height == 60", true), ("aspect < 1", false),
    ("not (format == \"jpeg\")", false), ("label != \"dog\" and score < 1", true),
  ])
  func theConditionDecides(keep: String, passes: Bool) throws {
    var sample = try sample(file(waves(90, 60)))
    sample.predictions = [
      PredictionRecord(label: "tabby cat", index: 281, score: 0.4),
      PredictionRecord(label: "dog", index: 1, score: 0.3),
    ]
    #expect(try verdict(keep, sample) == (passes ? .pass : .drop(reason: "filtered")))
  }

  @Test func aPhotographThatEveryBranchDropsIsSkipped() throws {
    try Album.use { album in
      try album.directory.put(file(waves(90, 60)), at: "in/wide.jpg")
      try album.directory.put(file(waves(60, 90)), at: "in/tall.jpg")
      try album.directory.put(file(waves(60, 60)), at: "in/square.jpg")
      let stages = [
        stage("read", after: []),
        stage("filter", id: "wide", after: [0], ["keep": .text("aspect > 1")]),
        stage("sort", id: "w", after: [1], ["path": .text("wide/{name}")]),
        stage("filter", id: "tall", after: [0], ["keep": .text("aspect < 1")]),
        stage("sort", id: "t", after: [3], ["path": .text("tall/{name}")]),
        stage("manifest", after: [2, 4]),
      ]
      let records = try album.run(stages)
      #expect(try album.outputs() == ["tall/tall.jpg", "wide/wide.jpg"])
      #expect(records["wide.jpg"]?.outcome == .ok && records["tall.jpg"]?.outcome == .ok)
      #expect(records["square.jpg"]?.outcome == .skipped(.filtered, detail: nil))
      let plan = try album.plan()
      #expect(plan.done.count == 3 && plan.counts.skipped == [.filtered: 1])
    }
  }
}
