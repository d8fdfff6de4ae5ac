import StageGraph
import Synchronization

/// What became of a photograph of a stream.
enum StreamedResult: Sendable {
  case shown([View])
  case skipped(SkippedPhotograph)
}

/// Hands what comes out of the graph to the window. Nothing is kept on a disk, so all of it counts as durable at once.
final class StreamSink: ItemSink {
  private let window: ReorderWindow<StreamedResult>
  private let uncommitted = Atomic(0)

  init(_ window: ReorderWindow<StreamedResult>) { self.window = window }

  func absorb(_ outcome: Outcome<StreamedPhotograph>) {
    let photograph = outcome.item
    switch outcome {
    case .passed: window.fill(photograph.place, with: .shown(photograph.views))
    case .dropped(_, let reason): skip(photograph, reason)
    case .failed(_, let failure):
      // A failure of the host is nobody's fault: the place stays empty, and the stream ends there.
      if failure.scope == .item { skip(photograph, failure.detail) }
    }
    uncommitted.add(1, ordering: .relaxed)
  }

  func commit() throws(StageFailure) -> Int { uncommitted.exchange(0, ordering: .relaxed) }

  private func skip(_ photograph: StreamedPhotograph, _ reason: String) {
    let skipped = SkippedPhotograph(
      photograph: photograph.index, path: photograph.source.path, reason: reason)
    window.fill(photograph.place, with: .skipped(skipped))
  }
}
