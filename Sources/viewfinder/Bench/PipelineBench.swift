import ArgumentParser
import Foundation
import Geometry
import Manifests
import StageGraph
import Stages
import SystemPackage

/// The whole way of photographs: files in, cropped files and records out, in runs as `viewfinder run` makes them.
struct PipelineBench {
  /// Every photograph is cut to the rectangle, however sure the network is.
  private static let pipeline = """
    version: 1
    stages:
      - {use: read}
      - {use: decode}
      - {use: classify}
      - {use: crop, with: {longest: 512, min_score: 0%, max_coverage: 100%}}
      - {use: write, with: {path: "{reldir}/{stem}.jpg", quality: 88}}

    """

  private let photographs: [String]
  private let spec: PipelineSpec
  private let jobs: Int

  init(_ photographs: [String], model: String, canvas: PixelSize?, jobs: Int) throws(Exit) {
    self.photographs = photographs
    self.jobs = jobs
    let changes = canvas.map { ["classify.canvas=\($0.width)x\($0.height)"] } ?? []
    spec = try PipelineLoading.read(Self.pipeline, name: "bench", changes: changes, model: model)
  }

  /// The scale at which the runs decode a photograph: the coarsest that serves the stages that look at its pixels.
  func shrink() throws(Exit) -> @Sendable (PixelSize) -> Int {
    let models = LoadedModels(library: ModelLibrary())
    let setup = StageSetup(limits: RunLimits(spec.limits), files: [], output: nil) {
      request throws(SetupError) in
      try models.model(request)
    }
    do throws(SetupError) {
      let (classify, crop) = (try ClassifyStage(spec.stages[2], setup), CropStage(spec.stages[3], setup))
      return { size in
        [classify.coarsestShrink(for: size), crop.coarsestShrink(for: size)].compactMap(\.self).min() ?? 8
      }
    } catch {
      throw Exit(error)
    }
  }

  func measure(rounds: Int) throws -> JSONValue {
    let runs = try (0..<rounds).map { _ in try run() }
    let rates = Rounds(values: runs.map(\.imagesPerSecond))
    let count = Double(max(1, runs[0].counts.records))
    let stages = runs[0].stages.indices.map { index in
      let busy = Rounds(values: runs.map { $0.stages[index].busySeconds * 1e3 / count })
      return JSONValue.Member(runs[0].stages[index].id, .number(busy.median, decimals: 2))
    }
    return .object(
      [
        .init("photographs", .integer(runs[0].counts.records)), .init("ok", .integer(runs[0].counts.ok)),
        .init("jobs", .integer(jobs)),
      ]
        + rates.members("photographs_per_second", decimals: 3)
        + [
          .init("peak_rss_bytes", .integer(runs.map(\.peakRSSBytes).max() ?? 0)),
          .init("stage_milliseconds", .object(stages)),
        ])
  }

  private func run() throws -> RunSummary {
    let output = FilePath(FileManager.default.temporaryDirectory.path)
      .appending("viewfinder-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: output.string) }
    let options = try ExecutionOptions.parse(["--jobs", "\(jobs)", "--quiet", "--progress", "none"])
    try RunSession(spec, inputs: photographs, InputOptions.parse([]), output: output.string, options).run()
    return try RunSummary.read(output.appending("run.json"))
  }
}
