/// What the engine needs to know of the things that flow through it. It never looks inside otherwise.
///
/// An item is a value: at a fork every branch gets its own copy, and a stage changes only the copy it was handed.
package protocol GraphItem: Sendable {
  /// What people call it, as for a photograph its path.
  var name: String { get }

  /// Bytes this item keeps in memory from admission to the sink, without what stages add (see ``Stage/memoryCost(for:)``).
  var byteCost: Int { get }

  /// A named fact that conditions compare, such as `label` or `width`; nil while the item does not have it.
  func fact(_ name: String) -> Fact?

  /// Notes the time that a stage worked on this item; waiting for a worker or a core does not count.
  mutating func spent(nanoseconds: UInt64, in stage: String)

  /// The item with everything large given up: what a failed or dropped item carries on to the sink.
  func withoutPayload() -> Self

  /// The item that leaves a join.
  ///
  /// - Parameters:
  ///   - branches: what arrived, in file order of the joined stages; at least two.
  ///   - base: the item as it left the last stage that all branches share.
  static func joining(_ branches: [Self], since base: Self) -> Self
}

/// The value of a fact.
package enum Fact: Hashable, Sendable {
  case number(Double)
  case text(String)
}

/// How an item stands when it has passed a stage. The engine hands on exactly one of these for each it was handed.
package enum Outcome<Item: GraphItem>: Sendable {
  /// Goes on to the next stages.
  case passed(Item)
  /// Ended on this branch by a stage's decision; later stages do not see it.
  case dropped(Item, reason: String)
  /// Ended on this branch by an error; later stages do not see it.
  case failed(Item, StageFailure)

  /// The item, however it stands.
  package var item: Item {
    get {
      switch self {
      case .passed(let item), .dropped(let item, _), .failed(let item, _): item
      }
    }
    set {
      switch self {
      case .passed: self = .passed(newValue)
      case .dropped(_, let reason): self = .dropped(newValue, reason: reason)
      case .failed(_, let failure): self = .failed(newValue, failure)
      }
    }
  }
}

/// Why a stage could not do its work on one item.
package struct StageFailure: Error, Hashable, Sendable {
  /// What the failure means for the rest of the run.
  package enum Scope: Hashable, Sendable {
    /// Only this item fails.
    case item
    /// The host lacks something (disk full, no descriptors): intake stops and the run ends early, safe to repeat.
    case host
    /// Results cannot be kept any more: intake stops and the run ends.
    case run
  }

  /// A fixed, machine-readable code.
  package let code: String
  /// One sentence for people.
  package let detail: String
  package let scope: Scope
  /// The stage's place in file order, set by the engine; nil for an item that failed before the first stage.
  package internal(set) var node: Int?

  package init(code: String, detail: String, scope: Scope = .item) {
    self.code = code
    self.detail = detail
    self.scope = scope
  }
}
