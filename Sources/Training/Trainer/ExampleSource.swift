import Geometry
import Imaging
import Networks
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
  private let workspaces = (0..<Shards.count).map { _ in Workspace() }
  private var stream: ViewStream?
  /// Kept examples, by set of views and photograph; nil where a photograph could not be decoded.
  private var kept: [[TrainingExample]]?
  private(set) var skipped: [SkippedPhotograph] = []

  init(
    _ photographs: [LabelledPhotograph], trunk: FrozenTrunk, settings: TrainingSettings,
    canvas: (size: PixelSize, fit: CanvasFit), jobs: Int
  ) {
    self.photographs = photographs
    self.trunk = trunk
    self.settings = settings
    self.canvas = canvas
    self.jobs = jobs
  }

  /// Batches of an epoch.
  var batches: Int { max(1, photographs.count / settings.batch) }

  private func plan(epochs: Int) -> StreamPlan {
    StreamPlan(
      canvas: canvas.size, fit: canvas.fit, batchSize: min(settings.batch, photographs.count),
      augmentations: Array(repeating: settings.augmentation, count: settings.losses.needsPairs ? 2 : 1),
      seed: settings.seed, epochs: epochs)
  }

  /// Starts at a place in the stream. With kept views this computes them, which takes a while: `watch` hears how many of how many
  /// views are done.
  func start(at position: StreamPosition, watch: (Int, Int) -> Void) throws(StreamError) {
    guard settings.keptViews > 0 else {
      stream = try ViewStream(photographs, plan: plan(epochs: settings.epochs), from: position, jobs: jobs)
      return
    }
    var once = plan(epochs: settings.keptViews)
    once.order = .asListed
    once.dropsPartialBatch = false
    let stream = try ViewStream(photographs, plan: once, jobs: jobs)
    var sets = [[TrainingExample]](repeating: [], count: settings.keptViews)
    let total = settings.keptViews * photographs.count
    var done = 0
    while let batch = try stream.next() {
      sets[batch.position.epoch] += examples(of: batch)
      done += batch.views.count
      watch(done, total)
    }
    skipped = stream.skipped
    kept = sets
  }

  /// The next batch; `step` counts from 0. Nil when a streamed training is over.
  func next(step: Int) throws(StreamError) -> (examples: [TrainingExample], end: StreamPosition)? {
    guard let kept else {
      guard let batch = try stream?.next() else { return nil }
      skipped = stream?.skipped ?? []
      return (examples(of: batch), batch.end)
    }
    let (epoch, batch) = (step / batches, step % batches)
    let set = kept[epoch % kept.count]
    var generator = SplitMix64(seed: settings.seed, of: "epoch \(epoch)")
    let order = Array(set.indices).shuffled(using: &generator)
    let size = min(settings.batch, set.count)
    let chosen = (0..<size).map { set[order[(batch * size + $0) % set.count]] }
    return (chosen, StreamPosition(epoch: epoch, batch: batch + 1))
  }

  private func examples(of batch: Batch) -> [TrainingExample] {
    let views = batch.views.flatMap(\.self)
    let features = Slots(count: views.count)
    trunk.run(views.map(\.pixels), in: workspaces) { index, maps in
      features.set(
        index,
        maps.map { map in
          Tensor(shape: [map.shape.height, map.shape.width, map.shape.channels]) {
            _ = $0.update(fromContentsOf: map.values)
          }
        })
    }
    var next = 0
    return batch.views.map { views in
      defer { next += views.count }
      return TrainingExample(
        photograph: views[0].photograph, label: views[0].label,
        views: views.enumerated().map { ViewFeatures(maps: features[next + $0], map: $1.map) })
    }
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
