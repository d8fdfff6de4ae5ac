/// A pipeline as it was written, checked and completed: plain values that say which stages run, on what, in what order.
/// The stages' own room turns it into a ``Graph``.
package struct PipelineSpec: Hashable, Sendable {
  /// The limits of the run, by name; complete.
  package let limits: Options
  /// In file order; each follows only earlier ones.
  package let stages: [StageSpec]

  package init(limits: Options, stages: [StageSpec]) {
    self.limits = limits
    self.stages = stages
  }
}

/// One stage of a pipeline.
package struct StageSpec: Hashable, Sendable {
  /// What to do with the run, and with the original, when the stage fails on an item.
  package enum ErrorPolicy: String, Hashable, Sendable, CaseIterable {
    case record, quarantine, abort
  }

  /// Unique in its pipeline.
  package let id: String
  /// The catalogue's name of the stage.
  package let use: String
  package var options: Options
  /// Indices of the stages it follows, ascending; empty for the first.
  package let after: [Int]
  /// Items in hand at once; nil leaves it to the stage.
  package let workers: Int?
  /// Items for which it does not hold pass unchanged.
  package let when: Condition?
  package let onError: ErrorPolicy

  package init(
    id: String, use: String, options: Options, after: [Int], workers: Int? = nil, when: Condition? = nil,
    onError: ErrorPolicy = .record
  ) {
    self.id = id
    self.use = use
    self.options = options
    self.after = after
    self.workers = workers
    self.when = when
    self.onError = onError
  }
}
