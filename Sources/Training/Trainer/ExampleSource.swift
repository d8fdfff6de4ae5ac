import Geometry
import Tensors

/// Hands out batches of examples: streamed and augmented anew, or drawn once and kept.
///
/// Belongs to the thread that trains. The same settings give the same batches, wherever the training is taken up again.
final class ExampleSource {
  private let photographs: [LabelledPhotograph]
  private let trunk: FrozenTrunk
  private let settings: TrainingSettings
  private let canvas: (size: PixelSize, fit: CanvasFit)
  private let jobs: Int
  private let workspaces = FrozenTrunk.workspaces()
  private var stream: ViewStream?
  private var kept: KeptExamples?

  /// - Parameter kept: examples that were prepared already, for this trunk.
  init(
    _ photographs: [LabelledPhotograph], trunk: FrozenTrunk, settings: TrainingSettings,
    canvas: (size: PixelSize, fit: CanvasFit), kept: KeptExamples?, jobs: Int
  ) {
    precondition(kept?.fits(trunk) ?? true, "the kept examples are those of other frozen layers")
    self.photographs = photographs
    self.trunk = trunk
    self.settings = settings
    self.canvas = canvas
    self.kept = kept
    self.jobs = jobs
  }

  /// Batches of an epoch.
  var batches: Int { max(1, photographs.count / settings.batch) }

  var skipped: [SkippedPhotograph] { kept?.skipped ?? stream?.skipped ?? [] }

  /// Starts at a place in the stream. With kept views this computes them, which takes a while: `watch` hears how many of how many
  /// views are done.
  func start(at position: StreamPosition, watch: (Int, Int) -> Void) throws(StreamError) {
    guard kept == nil else { return }
    guard settings.keptViews > 0 else {
      // Without an end: where photographs are broken an epoch has fewer batches, and the steps are as many all the same.
      let plan = StreamPlan(training: settings, on: photographs.count, canvas: canvas, epochs: .max)
      stream = try ViewStream(photographs, plan: plan, from: position, jobs: jobs)
      return
    }
    kept = try KeptExamples(
      photographs, trunk: trunk, settings: settings, canvas: canvas, jobs: jobs, watch: watch)
  }

  /// The next batch and its epoch; `step` counts from 0. Nil where a stream was cancelled.
  func next(
    step: Int
  ) throws(StreamError) -> (examples: [TrainingExample], epoch: Int, end: StreamPosition)? {
    if let kept {
      let (examples, end) = kept.batch(step: step, batches: batches, settings)
      return (examples, step / batches, end)
    }
    guard let batch = try stream?.next() else { return nil }
    return (trunk.examples(of: batch, in: workspaces), batch.position.epoch, batch.end)
  }
}
