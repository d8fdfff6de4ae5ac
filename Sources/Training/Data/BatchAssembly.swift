/// Makes batches of the photographs of a stream, which come in order, one by one. A batch never holds photographs of two epochs.
struct BatchAssembly: Sendable {
  private let size: Int
  /// Photographs of an epoch.
  private let count: Int
  private let dropsPartialBatch: Bool
  /// Where the batch begins that is being made.
  private var position: StreamPosition
  /// Photographs of the epoch that have come, shown or not.
  private var photographs: Int
  private var views: [[View]] = []

  /// - Parameter count: photographs of an epoch; `start` lies before the last of them.
  init(_ plan: StreamPlan, count: Int, start: StreamPosition) {
    size = plan.batchSize
    self.count = count
    dropsPartialBatch = plan.dropsPartialBatch
    position = start
    photographs = start.photograph
  }

  /// Takes the views of the next photograph, or nil for one that cannot be shown; gives the batch that it completes.
  ///
  /// - Throws: `nothingToShow` at the end of an epoch that had not a single photograph.
  mutating func add(_ photograph: [View]?) throws(StreamError) -> Batch? {
    if let photograph { views.append(photograph) }
    photographs += 1
    let endsEpoch = photographs == count
    let isFull = views.count == size
    guard isFull || endsEpoch else { return nil }
    let isOnly = position.batch == 0
    if isOnly, views.isEmpty { throw .nothingToShow(epoch: position.epoch) }

    let begin = position
    let content = views
    views = []
    if endsEpoch {
      photographs = 0
      position = StreamPosition(epoch: begin.epoch + 1)
    } else {
      position.batch += 1
      position.photograph = photographs
    }
    guard isFull || (!content.isEmpty && (isOnly || !dropsPartialBatch)) else { return nil }
    return Batch(views: content, position: begin, end: position)
  }
}
