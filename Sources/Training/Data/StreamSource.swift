import Imaging
import StageGraph
import Synchronization

/// Opens the photographs of a stream in its order, epoch after epoch, as fast as the window lets it.
final class StreamSource: ItemSource {
  private struct Cursor: Sendable {
    var epoch: Int
    /// In the order of the epoch.
    var next: Int
    var order: [Int] = []
  }

  private let photographs: [LabelledPhotograph]
  private let plan: StreamPlan
  private let window: ReorderWindow<StreamedResult>
  private let cursor: Mutex<Cursor>

  init(
    _ photographs: [LabelledPhotograph], plan: StreamPlan, start: StreamPosition,
    window: ReorderWindow<StreamedResult>
  ) {
    self.photographs = photographs
    self.plan = plan
    self.window = window
    cursor = Mutex(Cursor(epoch: start.epoch, next: start.photograph))
  }

  func next() throws(StageFailure) -> Outcome<StreamedPhotograph>? {
    guard let (epoch, index) = advance(), let place = window.reserve() else { return nil }
    let drawn = plan.draw(photograph: index, epoch: epoch)
    var photograph = StreamedPhotograph(place: place, index: index, source: photographs[index], drawn: drawn)
    do throws(ImagingError) {
      let file = try ImageFile(path: photograph.source.path)
      photograph.fileSize = file.size
      photograph.header = try HeaderReader.read(file, limits: plan.limits)
      return .passed(photograph)
    } catch {
      let failure = StageFailure(error)
      guard failure.scope == .item else { throw failure }
      return .failed(photograph, failure)
    }
  }

  /// The next epoch and index; nil behind the last.
  private func advance() -> (epoch: Int, index: Int)? {
    cursor.withLock { cursor in
      if cursor.next == photographs.count {
        cursor = Cursor(epoch: cursor.epoch + 1, next: 0)
      }
      guard cursor.epoch < plan.epochs else { return nil }
      if cursor.order.isEmpty { cursor.order = plan.order(of: photographs.count, epoch: cursor.epoch) }
      defer { cursor.next += 1 }
      return (cursor.epoch, cursor.order[cursor.next])
    }
  }
}
