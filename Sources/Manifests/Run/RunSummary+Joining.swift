extension RunSummary {
  /// The summary of a whole run from those of its shards: counts and working times add up, of memory and queues the most counts, and
  /// time is that from the first beginning to the last end.
  ///
  /// - Parameter parts: of one pipeline, at least one.
  package init(joining parts: [(summary: RunSummary, done: ShardDone)]) {
    guard let first = parts.first?.summary else { preconditionFailure("a run has at least one shard") }
    var counts = RunCounts()
    var stages: [StageSummary] = []
    for part in parts {
      counts.add(part.done.counts)
      for stage in part.summary.stages {
        if let index = stages.firstIndex(where: { $0.id == stage.id }) {
          stages[index].busySeconds += stage.busySeconds
          stages[index].queueHighWater = max(stages[index].queueHighWater, stage.queueHighWater)
        } else {
          stages.append(stage)
        }
      }
    }
    let started = parts.map { $0.done.started }.min() ?? 0
    let ended = parts.map { $0.done.ended }.max() ?? 0
    self.init(
      version: first.version, complete: parts.allSatisfy { $0.summary.complete }, pipeline: first.pipeline,
      inputs: first.inputs, model: first.model, libraries: first.libraries,
      host: Set(parts.map { $0.done.host }).sorted().joined(separator: ", "), counts: counts,
      earlierRecords: parts.map { $0.summary.earlierRecords }.reduce(0, +),
      // Clocks of different machines may differ: no less than the longest of the parts.
      wallSeconds: max(ended - started, parts.map { $0.summary.wallSeconds }.max() ?? 0),
      peakRSSBytes: parts.map { $0.summary.peakRSSBytes }.max() ?? 0, stages: stages)
  }
}

extension RunCounts {
  /// Counts what another has counted.
  mutating func add(_ other: RunCounts) {
    ok += other.ok
    failed.merge(other.failed, uniquingKeysWith: +)
    skipped.merge(other.skipped, uniquingKeysWith: +)
    ignored += other.ignored
  }
}
