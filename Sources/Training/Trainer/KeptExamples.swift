import Geometry
import Imaging
import Networks
import Tensors

/// Views drawn once, and what the frozen layers make of them: what trainings that differ only behind those layers share.
///
/// Immutable; any number of trainings may read it, one after the other or at once.
package struct KeptExamples: Sendable {
  /// By set of views, photograph by photograph; those that could not be decoded are missing.
  let sets: [[TrainingExample]]
  /// The layers whose maps are kept, the last frozen one at the end, and the shapes of these maps.
  let maps: [String]
  let shapes: [MapShape]
  /// Photographs that could not be decoded.
  package let skipped: [SkippedPhotograph]

  /// Draws the views by the settings' seed, augmentation and number of kept views, and runs the layers before the first that
  /// learns.
  ///
  /// - Parameters:
  ///   - jobs: how many cores decode.
  ///   - watch: hears how many of how many views are prepared.
  package init(
    _ photographs: [LabelledPhotograph], settings: TrainingSettings, start: Trainer.Start, jobs: Int,
    watch: (Int, Int) -> Void = { _, _ in }
  ) throws {
    let weights = Weights(start.parameters, rates: settings.rates)
    let trunk = try FrozenTrunk(
      start.architecture, canvas: start.canvas, weights: weights,
      masked: settings.losses.needsMasks ? settings.maskedLayer : nil)
    try self.init(
      photographs, trunk: trunk, settings: settings, canvas: (start.canvas.size, start.canvas.fit), jobs: jobs,
      watch: watch)
  }

  init(
    _ photographs: [LabelledPhotograph], trunk: FrozenTrunk, settings: TrainingSettings,
    canvas: (size: PixelSize, fit: CanvasFit), jobs: Int, watch: (Int, Int) -> Void
  ) throws(StreamError) {
    var plan = StreamPlan(
      training: settings, on: photographs.count, canvas: canvas, epochs: settings.keptViews)
    plan.order = .asListed
    plan.dropsPartialBatch = false
    let stream = try ViewStream(photographs, plan: plan, jobs: jobs)
    let workspaces = FrozenTrunk.workspaces()
    var sets = [[TrainingExample]](repeating: [], count: settings.keptViews)
    let total = settings.keptViews * photographs.count
    var done = 0
    while let batch = try stream.next() {
      sets[batch.position.epoch] += trunk.examples(of: batch, in: workspaces)
      done += batch.views.count
      watch(done, total)
    }
    self.sets = sets
    maps = trunk.kept
    shapes = trunk.shapes
    skipped = stream.skipped
  }

  /// Whether they are what a training behind this trunk needs.
  func fits(_ trunk: FrozenTrunk) -> Bool { maps == trunk.kept && shapes == trunk.shapes }

  /// A batch: in each epoch the photographs of one set in another order. `step` counts from 0, with so many batches an epoch.
  func batch(step: Int, batches: Int, _ settings: TrainingSettings) -> (
    examples: [TrainingExample], end: StreamPosition
  ) {
    let (epoch, batch) = (step / batches, step % batches)
    let set = sets[epoch % sets.count]
    var generator = SplitMix64(seed: settings.seed, of: "epoch \(epoch)")
    let order = Array(set.indices).shuffled(using: &generator)
    let size = min(settings.batch, set.count)
    let chosen = (0..<size).map { set[order[(batch * size + $0) % set.count]] }
    return (chosen, StreamPosition(epoch: epoch, batch: batch + 1))
  }
}

extension StreamPlan {
  /// The views a training asks for.
  init(
    training settings: TrainingSettings, on photographs: Int, canvas: (size: PixelSize, fit: CanvasFit),
    epochs: Int
  ) {
    self.init(
      canvas: canvas.size, fit: canvas.fit, batchSize: min(settings.batch, photographs),
      augmentations: Array(repeating: settings.augmentation, count: settings.losses.needsPairs ? 2 : 1),
      seed: settings.seed, epochs: epochs)
  }
}

extension FrozenTrunk {
  static func workspaces() -> [Workspace] { (0..<Shards.count).map { _ in Workspace() } }

  /// What the trunk makes of a batch's views.
  func examples(of batch: Batch, in workspaces: [Workspace]) -> [TrainingExample] {
    let views = batch.views.flatMap(\.self)
    let features = maps(of: views.map(\.pixels), in: workspaces)
    var next = 0
    return batch.views.map { views in
      defer { next += views.count }
      return TrainingExample(
        photograph: views[0].photograph, label: views[0].label,
        views: views.enumerated().map { ViewFeatures(maps: features[next + $0], map: $1.map) })
    }
  }

  /// Copies of each canvas's kept maps.
  func maps(of canvases: [CanvasPixels], in workspaces: [Workspace]) -> [[Tensor]] {
    let features = Slots(count: canvases.count)
    run(canvases, in: workspaces) { index, maps in
      features.set(
        index,
        maps.map { map in
          Tensor(shape: [map.shape.height, map.shape.width, map.shape.channels]) {
            _ = $0.update(fromContentsOf: map.values)
          }
        })
    }
    return (0..<canvases.count).map { features[$0] }
  }

  /// Places that different threads fill, each its own.
  private final class Slots: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<[Tensor]>
    init(count: Int) {
      places = .allocate(capacity: count)
      places.initialize(repeating: [])
    }
    deinit {
      places.deinitialize()
      places.deallocate()
    }
    func set(_ index: Int, _ maps: [Tensor]) { places[index] = maps }
    subscript(index: Int) -> [Tensor] { places[index] }
  }
}
