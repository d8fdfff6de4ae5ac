package import Geometry
package import Imaging

/// What a ``ViewStream`` gives, and in which order. Equal plans over equal photographs give equal batches.
package struct StreamPlan: Hashable, Sendable {
  /// The order of the photographs in an epoch.
  package enum Order: Hashable, Sendable {
    case asListed
    /// Another one in each epoch, by the seed.
    case shuffled
  }

  /// The network's canvas and how photographs are laid on it.
  package var canvas: PixelSize
  package var fit: CanvasFit
  /// Photographs of a batch, at least 1.
  package var batchSize: Int
  /// One for each view that a photograph gets, in this order; at least one.
  package var augmentations: [Augmentation]
  package var order: Order
  package var seed: UInt64
  /// Epochs until the stream ends, counted from the first one even where it starts later.
  package var epochs: Int
  /// Whether an epoch's last batch is left out when it is not full. An epoch's only batch never is.
  package var dropsPartialBatch: Bool
  /// The most a file may ask for.
  package var limits = ImageLimits.standard

  /// Shuffled, augmented epochs.
  package init(
    canvas: PixelSize, fit: CanvasFit, batchSize: Int, augmentations: [Augmentation], seed: UInt64,
    epochs: Int, dropsPartialBatch: Bool = true
  ) {
    precondition(batchSize > 0 && !augmentations.isEmpty, "a batch holds views")
    self.canvas = canvas
    self.fit = fit
    self.batchSize = batchSize
    self.augmentations = augmentations
    order = .shuffled
    self.seed = seed
    self.epochs = epochs
    self.dropsPartialBatch = dropsPartialBatch
  }

  /// Every photograph once, in the order of the list, as inference sees it.
  package static func onePass(canvas: PixelSize, fit: CanvasFit, batchSize: Int) -> StreamPlan {
    var plan = StreamPlan(
      canvas: canvas, fit: fit, batchSize: batchSize, augmentations: [.none], seed: 0, epochs: 1,
      dropsPartialBatch: false)
    plan.order = .asListed
    return plan
  }

  /// The views of a photograph in an epoch, as they are drawn: by the seed and these numbers alone.
  package func draw(photograph: Int, epoch: Int) -> [DrawnView] {
    augmentations.enumerated().map { index, augmentation in
      var random = KeyedGenerator(seed, Draw.view.rawValue, epoch, photograph, index)
      return augmentation.draw(&random)
    }
  }

  /// The photographs of an epoch in their order.
  package func order(of count: Int, epoch: Int) -> [Int] {
    guard order == .shuffled else { return Array(0..<count) }
    var random = KeyedGenerator(seed, Draw.order.rawValue, epoch)
    return random.permutation(of: count)
  }

  /// What a number is drawn for, so that no two purposes share their numbers.
  private enum Draw: Int {
    case order, view
  }
}
