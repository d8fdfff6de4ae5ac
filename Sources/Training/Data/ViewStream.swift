import Dispatch
package import StageGraph
import Synchronization

/// Batches of views, decoded and augmented ahead by the stage graph while the caller computes.
///
/// The batches depend on the plan, the photographs and the start alone: not on threads, permits or timing. A photograph
/// that cannot be decoded is skipped, and the next in order takes its place.
///
/// ``next()`` is for one thread; everything else may be called from any. A stream that is let go is cancelled.
package final class ViewStream: Sendable {
  private struct Progress: Sendable {
    var assembly: BatchAssembly
    var skipped: [SkippedPhotograph] = []
    var known: Set<Int> = []
  }

  private let window: ReorderWindow<StreamedResult>
  private let executor: Executor<StreamedPhotograph>
  private let progress: Mutex<Progress>
  private let running = DispatchGroup()

  /// Starts decoding.
  ///
  /// - Parameters:
  ///   - start: ``Batch/end`` of the last batch of an earlier stream over the same photographs with the same plan.
  ///   - jobs: how many cores may decode at once, at least 1.
  ///   - prefetch: photographs that may be decoded or under way beyond those handed out; by default two batches.
  ///   - memory: bytes that the photographs being decoded may take; by default 110 MiB for each job. One that needs more is decoded alone.
  package init(
    _ photographs: [LabelledPhotograph], plan: StreamPlan, from start: StreamPosition = .start, jobs: Int,
    prefetch: Int? = nil, memory: Int? = nil
  ) throws(StreamError) {
    guard start.epoch >= 0, start.batch >= 0, photographs.indices.contains(start.photograph) else {
      throw .impossibleStart(start)
    }
    let places = prefetch ?? max(2 * plan.batchSize, 2 * jobs)
    let window = ReorderWindow<StreamedResult>(places: max(1, places))
    let stage = ViewStage(canvas: plan.canvas, fit: plan.fit) { window.isClosed }
    // Two more workers than permits: while some wait for a disk, others keep the cores busy.
    let graph = Graph([StageNode(id: "view", stage: stage, after: [], workers: jobs + 2)])
    self.window = window
    executor = Executor(
      graph, from: StreamSource(photographs, plan: plan, start: start, window: window), to: StreamSink(window),
      jobs: jobs, bounds: Admission.Bounds(credits: 4 * jobs, bytes: memory ?? jobs * 110 << 20))
    progress = Mutex(
      Progress(assembly: BatchAssembly(plan, count: photographs.count, start: start)))
    DispatchQueue(label: "viewfinder.stream").async(group: running) { [executor] in
      _ = executor.run()
      window.finish()
    }
  }

  deinit { cancel() }

  /// The next batch; nil behind the last, or once cancelled. Blocks until it is complete.
  package func next() throws(StreamError) -> Batch? {
    while let result = window.take() {
      let batch = try progress.withLock { (progress) throws(StreamError) in
        switch result {
        case .shown(let views): return try progress.assembly.add(views)
        case .skipped(let photograph):
          if progress.known.insert(photograph.photograph).inserted { progress.skipped.append(photograph) }
          return try progress.assembly.add(nil)
        }
      }
      if let batch { return batch }
    }
    if case .failure(let failure) = executor.status.stop { throw .host(failure.detail) }
    return nil
  }

  /// The photographs skipped so far, in the order of the stream, each once.
  package var skipped: [SkippedPhotograph] { progress.withLock { $0.skipped } }

  /// What the decoding has cost so far.
  package var status: RunStatus { executor.status }

  /// Ends the stream and waits until no thread works for it any more, which takes no longer than some rows of a photograph.
  package func cancel() {
    window.close()
    executor.stop(.requested("cancel"))
    running.wait()
  }
}
