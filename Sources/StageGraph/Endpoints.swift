/// Where items come from. Called from one serial queue, without a core permit.
package protocol ItemSource<Item>: AnyObject, Sendable {
  associatedtype Item: GraphItem

  /// The next item, opened far enough that its ``GraphItem/byteCost`` is known, or how it already failed; nil at the end.
  func next() throws(StageFailure) -> Outcome<Item>?

  /// The name of the item that ``next()`` is opening, as far as it is known. Called from any thread.
  var opening: String? { get }
}

extension ItemSource {
  package var opening: String? { nil }
}

/// Where items end: one call for each that was admitted.
package protocol ItemSink<Item>: AnyObject, Sendable {
  associatedtype Item: GraphItem

  /// Takes what the record needs and lets the rest go. Called from any worker, several at a time; must be quick.
  func absorb(_ outcome: Outcome<Item>)

  /// Makes everything absorbed so far durable and says how many items that were. Called from one serial queue, without a core permit.
  func commit() throws(StageFailure) -> Int
}
