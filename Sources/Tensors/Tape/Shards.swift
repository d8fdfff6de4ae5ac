import Dispatch

/// Shares the photographs of a batch among the cores.
///
/// The number of shards is fixed, not that of the cores: sums over a batch are then taken in the same order on every
/// machine, and the same seed gives the same weights.
package enum Shards {
  /// Shards of a batch, at most.
  package static let count = 4

  /// Calls `body` for every shard, on several cores at once, with the shard's number and its photographs.
  package static func forEach(of photographs: Int, _ body: (_ shard: Int, _ range: Range<Int>) -> Void) {
    let shards = min(count, photographs)
    withoutActuallyEscaping(body) { body in
      let work = SharedBody(body)
      DispatchQueue.concurrentPerform(iterations: shards) { shard in
        work.body(shard, (photographs * shard / shards)..<(photographs * (shard + 1) / shards))
      }
    }
  }

  /// What `concurrentPerform` shares between threads. The body writes only to its own shard's part of the batch.
  private struct SharedBody: @unchecked Sendable {
    let body: (Int, Range<Int>) -> Void
    init(_ body: @escaping (Int, Range<Int>) -> Void) { self.body = body }
  }
}
