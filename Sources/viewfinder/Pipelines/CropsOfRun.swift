import Geometry
import Manifests
import PipelineFiles
import StageGraph
import Stages

/// Which crop stands behind each output of a run.
enum CropsOfRun {
  /// By the id of a stage that writes pictures: the options of the last crop before it. Empty where the run's pipeline is none that
  /// this program reads.
  static func options(_ run: RunSummary) -> [String: CropOptions] {
    guard
      let spec = try? PipelineFile.read(run.pipeline.resolved, name: "run.json", vocabulary: .viewfinder)
    else { return [:] }
    return stages(of: spec).mapValues { CropOptions($0.options) }
  }

  /// By the id of a stage that writes pictures: the last `crop` before it.
  static func stages(of spec: PipelineSpec) -> [String: StageSpec] {
    var crops: [String: StageSpec] = [:]
    for (index, stage) in spec.stages.enumerated() where stage.use == WriteStage.schema.name {
      crops[stage.id] = crop(before: index, in: spec.stages)
    }
    return crops
  }

  private static func crop(before index: Int, in stages: [StageSpec]) -> StageSpec? {
    var stage = stages[index]
    while let before = lastOnEveryWay(to: stage, in: stages) {
      stage = stages[before]
      if stage.use == CropStage.schema.name { return stage }
    }
    return nil
  }

  /// The stage above; at a join, where the regions of the branches end, the last that all branches have in common.
  private static func lastOnEveryWay(to stage: StageSpec, in stages: [StageSpec]) -> Int? {
    if stage.after.count < 2 { return stage.after.first }
    func allBefore(_ index: Int) -> Set<Int> {
      var found: Set<Int> = []
      var waiting = [index]
      while let next = waiting.popLast() {
        if found.insert(next).inserted { waiting += stages[next].after }
      }
      return found
    }
    let branches = stage.after.map(allBefore)
    return branches.dropFirst().reduce(branches[0]) { $0.intersection($1) }.max()
  }
}
