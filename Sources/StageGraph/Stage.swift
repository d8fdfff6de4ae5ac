/// One step of a pipeline: takes an item, adds to it, hands it on.
///
/// A stage value is shared by all of its workers, so `Sendable` means what it says: scratch space belongs to a pool
/// inside the stage. The engine calls the phases of one item in order on one worker, and stops at the first error.
package protocol Stage<Item>: Sendable {
  associatedtype Item: GraphItem

  /// The phases this stage has; the others are not called.
  var phases: [Phase] { get }

  /// Bytes of memory this stage may add for an item whose header is known. Counted before the item is admitted.
  func memoryCost(for item: Item) -> MemoryCost

  /// Computes what the next phase hands out. Holds a core permit and must not wait for anything.
  func prepare(_ item: inout Item, _ context: StageContext) throws(StageFailure)

  /// Waits on files, devices or other programs, before the computation. Holds no core permit.
  func input(_ item: inout Item, _ context: StageContext) throws(StageFailure)

  /// Computes. Holds a core permit and must not wait for anything.
  func compute(_ item: inout Item, _ context: StageContext) throws(StageFailure) -> Verdict

  /// Waits on files or devices, after the computation. Holds no core permit.
  func output(_ item: inout Item, _ context: StageContext) throws(StageFailure)

  /// Gives back what the stage holds outside of this program. Called once, when the run is over and nothing is at work; may wait.
  func end()
}

/// The parts of a stage's work, in order; they differ in whether a core permit is held.
package enum Phase: Int, Comparable, Sendable, CaseIterable {
  case prepare, input, compute, output

  /// Whether it holds a core permit, and so may not wait.
  package var computes: Bool { self == .prepare || self == .compute }

  package static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
}

/// What a stage decided about an item.
package enum Verdict: Hashable, Sendable {
  case pass
  /// Ends the item on this branch; the reason reaches its record.
  case drop(reason: String)
}

/// What a stage may know of the run while it works on an item.
package struct StageContext: Sendable {
  /// The stage's identifier in the pipeline.
  package let stage: String

  package init(stage: String) { self.stage = stage }
}

extension Stage {
  package var phases: [Phase] { [.compute] }
  package func memoryCost(for item: Item) -> MemoryCost { .none }
  package func prepare(_ item: inout Item, _ context: StageContext) throws(StageFailure) {}
  package func input(_ item: inout Item, _ context: StageContext) throws(StageFailure) {}
  package func compute(_ item: inout Item, _ context: StageContext) throws(StageFailure) -> Verdict { .pass }
  package func output(_ item: inout Item, _ context: StageContext) throws(StageFailure) {}
  package func end() {}
}
