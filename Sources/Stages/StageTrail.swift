import Imaging
import Manifests
package import StageGraph

/// One photograph's way through stages of a pipeline, one after another in the calling thread: for whoever wants to look at every step.
package struct StageTrail: Sendable {
  /// What is known once a stage has seen the photograph.
  package struct Step: Sendable {
    package let spec: StageSpec
    package let sample: Sample
    /// Nil where its condition left the photograph out.
    package let verdict: Verdict?
  }

  private let steps: [(spec: StageSpec, stage: any PhotographStage)]
  private let limits: RunLimits
  private let codecs: Codecs

  /// Makes the stages as a run would.
  ///
  /// - Parameter ids: the stages to go through, in file order; each sees what those of them before it have found.
  package init(_ spec: PipelineSpec, through ids: Set<String>, setup: StageSetup) throws(SetupError) {
    let specs = spec.stages.filter { $0.use != ManifestOptions.schema.name }
    let stages = try PipelineBuilder.stages(specs, setup: setup)
    steps = zip(specs, stages).filter { ids.contains($0.0.id) }.map { (spec: $0, stage: $1) }
    limits = RunLimits(spec.limits)
    codecs = setup.codecs
  }

  /// - Returns: a step for each stage, up to the one that ends the way.
  package func run(_ file: InputFile) throws(StageFailure) -> [Step] {
    var sample: Sample
    switch try PhotographSource([file], limits: limits, codecs: codecs).next() {
    case .passed(let opened)?: sample = opened
    case .failed(_, let failure)?: throw failure
    case .dropped?, nil: throw StageFailure(.unreadable, "there is no photograph")
    }
    var trail: [Step] = []
    for (spec, stage) in steps {
      var verdict: Verdict?
      if spec.when.map({ condition in condition.holds { sample.fact($0) } }) ?? true {
        verdict = try Self.work(stage, on: &sample, StageContext(stage: spec.id))
      }
      trail.append(Step(spec: spec, sample: sample, verdict: verdict))
      if case .drop? = verdict { break }
    }
    return trail
  }

  private static func work(
    _ stage: some PhotographStage, on sample: inout Sample, _ context: StageContext
  ) throws(StageFailure) -> Verdict {
    if stage.phases.contains(.input) { try stage.input(&sample, context) }
    return stage.phases.contains(.compute) ? try stage.compute(&sample, context) : .pass
  }
}
