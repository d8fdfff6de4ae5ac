import Geometry
package import StageGraph

/// Turns a checked pipeline into a graph of working stages.
package enum PipelineBuilder {
  /// - Parameters:
  ///   - jobs: the number of core permits; stages have as many workers unless the pipeline says otherwise.
  ///   - catalogue: the stages that the pipeline was checked against.
  package static func graph(
    for spec: PipelineSpec, setup: StageSetup, jobs: Int,
    catalogue: [any PhotographStage.Type] = StageCatalog.all
  ) throws(SetupError) -> Graph<Sample> {
    // The manifest is the sink; it stands last and is not a step.
    let specs = spec.stages.filter { $0.use != ManifestOptions.schema.name }
    let stages = try stages(specs, setup: setup, catalogue: catalogue)
    try ModelNeeds.check(specs, Dictionary(uniqueKeysWithValues: stages.enumerated().map { ($0, $1) }))
    var nodes: [StageNode<Sample>] = []
    for (spec, stage) in zip(specs, stages) {
      let workers = spec.workers ?? type(of: stage).defaultWorkers(jobs: jobs)
      nodes.append(node(spec, stage, workers: workers))
    }
    return Graph(nodes)
  }

  /// The stages of a pipeline, in file order.
  static func stages(
    _ specs: [StageSpec], setup: StageSetup, catalogue: [any PhotographStage.Type] = StageCatalog.all
  ) throws(SetupError) -> [any PhotographStage] {
    var stages: [Int: any PhotographStage] = [:]
    // Last first: a stage that decodes wants to know what those behind it will look at.
    for index in specs.indices.reversed() {
      let spec = specs[index]
      guard let type = catalogue.first(where: { $0.schema.name == spec.use }) else {
        preconditionFailure("the pipeline was checked against another catalogue")
      }
      let viewers = viewers(of: index, specs: specs, stages: stages)
      var setup = setup
      setup.servingShrink = { size in viewers.compactMap { $0.coarsestShrink(for: size) }.min() ?? 8 }
      stages[index] = try type.init(spec, setup)
    }
    return specs.indices.map { stages[$0]! }
  }

  private static func node(
    _ spec: StageSpec, _ stage: some PhotographStage, workers: Int
  ) -> StageNode<Sample> {
    var when: (@Sendable (Sample) -> Bool)?
    if let condition = spec.when { when = { sample in condition.holds { sample.fact($0) } } }
    return StageNode(
      id: spec.id, stage: stage, after: spec.after, workers: workers, when: when,
      abortsRun: spec.onError == .abort)
  }

  /// The stages that see the pixels a stage hands on: along every way until pixels are surely replaced.
  private static func viewers(
    of index: Int, specs: [StageSpec], stages: [Int: any PhotographStage]
  ) -> [any PhotographStage] {
    var found: [any PhotographStage] = []
    var open = [index]
    while let place = open.popLast() {
      for next in specs.indices where specs[next].after.contains(place) {
        guard let stage = stages[next] else { continue }
        found.append(stage)
        if !stage.replacesPixels || specs[next].when != nil { open.append(next) }
      }
    }
    return found
  }
}
