/// Tells which items a stage has had in hand for too long, each once.
package struct Overdue: Sendable {
  private let patience: Double
  private var named: Set<ItemAtWork> = []

  /// - Parameter patience: seconds that are not yet too long.
  package init(patience: Double) { self.patience = patience }

  /// What has become overdue since the last call, the longest first. `now` is of the clock of ``ItemAtWork/since``.
  package mutating func news(of atWork: [ItemAtWork], at now: UInt64) -> [ItemAtWork] {
    named.formIntersection(atWork)
    return atWork.filter { Double(now) - Double($0.since) > patience * 1e9 && named.insert($0).inserted }
      .sorted { $0.since < $1.since }
  }
}
