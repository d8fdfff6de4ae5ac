/// What one stage did in a run.
package struct StageTelemetry: Hashable, Sendable {
  package let id: String
  /// Items the stage has done (not those that only passed by).
  package internal(set) var items = 0
  package internal(set) var busyNanoseconds: UInt64 = 0
  /// The most items that ever waited for a worker of this stage.
  package internal(set) var queueHighWater = 0
  /// Items at work now.
  package internal(set) var running = 0
  /// Items that wait now, for a worker of this stage or for a core.
  package internal(set) var waiting = 0
}

/// An item in a stage's hands.
package struct ItemAtWork: Hashable, Sendable {
  /// The stage's identifier; `open` for the source.
  package let stage: String
  package let item: String
  /// When this phase of the work began, in nanoseconds of the clock that does not jump.
  package let since: UInt64

  package init(stage: String, item: String, since: UInt64) {
    self.stage = stage
    self.item = item
    self.since = since
  }
}

/// How a run stands, or how it ended. A snapshot: values of one moment.
package struct RunStatus: Sendable {
  package internal(set) var stages: [StageTelemetry]
  package internal(set) var admitted = 0
  package internal(set) var passed = 0
  package internal(set) var dropped = 0
  package internal(set) var failed = 0
  /// The most items, and the most leased bytes, that were ever in flight.
  package internal(set) var inFlightHighWater = 0
  package internal(set) var leasedHighWater = 0
  /// What is at work now.
  package internal(set) var atWork: [ItemAtWork] = []
  /// Why the run stopped before its source was exhausted; nil while it has not.
  package internal(set) var stop: StopReason?

  /// Items that reached the sink.
  package var finished: Int { passed + dropped + failed }
}

/// Why a run ended early.
package enum StopReason: Hashable, Sendable {
  /// Somebody asked for it (a signal, a time limit, too many errors); the word tells who.
  case requested(String)
  /// A failure that concerns the host, not one item.
  case failure(StageFailure)
}
