import StageGraph
import Synchronization

/// An item that remembers which stages it passed.
struct Parcel: GraphItem {
  let number: Int
  var byteCost = 1
  var trail: [String] = []
  var payload = true

  var name: String { "parcel \(number)" }

  func fact(_ name: String) -> Fact? { name == "number" ? .number(Double(number)) : nil }

  mutating func spent(nanoseconds: UInt64, in stage: String) {}

  func withoutPayload() -> Parcel {
    var parcel = self
    parcel.payload = false
    return parcel
  }

  static func joining(_ branches: [Parcel], since base: Parcel) -> Parcel {
    var joined = base
    joined.trail += branches.map { "(" + $0.trail.dropFirst(base.trail.count).joined(separator: ",") + ")" }
    return joined
  }
}

/// A stage whose decision depends on the item's number only, so that every run of it gives the same result.
struct FakeStage: Stage {
  enum Behaviour { case pass, drop, fail }

  let name: String
  var phases: [Phase] = [.compute]
  var cost = MemoryCost.none
  /// Turns of a busy loop: makes a stage slow without waiting on a clock.
  var effort = 0
  var gauge: Gauge?
  var ends: Gauge?
  let decide: @Sendable (Int) -> Behaviour

  func memoryCost(for item: Parcel) -> MemoryCost { cost }

  func prepare(_ item: inout Parcel, _ context: StageContext) throws(StageFailure) {
    gauge?.enter()
    defer { gauge?.leave() }
    item.trail.append("\(name)^")
  }

  func input(_ item: inout Parcel, _ context: StageContext) throws(StageFailure) {
    item.trail.append("\(name)<")
  }

  func compute(_ item: inout Parcel, _ context: StageContext) throws(StageFailure) -> Verdict {
    gauge?.enter()
    defer { gauge?.leave() }
    var sum = 0
    for turn in 0..<effort { sum = sum &* 31 &+ turn }
    item.trail.append(sum == 1 ? "?" : name)
    switch decide(item.number) {
    case .pass: return .pass
    case .drop: return .drop(reason: "dropped by \(name)")
    case .fail: throw StageFailure(code: "fake", detail: "failed in \(name)")
    }
  }

  func output(_ item: inout Parcel, _ context: StageContext) throws(StageFailure) {
    item.trail.append("\(name)>")
  }

  func end() { ends?.enter() }
}

/// Counts how many are inside at once.
final class Gauge: Sendable {
  private let state = Mutex((now: 0, most: 0))

  func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func leave() { state.withLock { $0.now -= 1 } }
  var now: Int { state.withLock { $0.now } }
  var most: Int { state.withLock { $0.most } }
}

/// Gives numbered parcels; the listed ones arrive already failed, as a file with a bad header does.
final class CountingSource: ItemSource {
  private let cursor = Mutex(0)
  private let count: Int
  private let make: @Sendable (Int) throws(StageFailure) -> Outcome<Parcel>

  init(
    _ count: Int,
    make: @escaping @Sendable (Int) throws(StageFailure) -> Outcome<Parcel> = { number throws(StageFailure) in
      .passed(Parcel(number: number))
    }
  ) {
    self.count = count
    self.make = make
  }

  func next() throws(StageFailure) -> Outcome<Parcel>? {
    let number = cursor.withLock { cursor -> Int in
      defer { cursor += 1 }
      return cursor
    }
    return number < count ? try make(number) : nil
  }
}

/// Keeps what arrives, as text; several arrivals of one parcel would show.
final class CollectingSink: ItemSink {
  private struct State: Sendable {
    var lines: [String] = []
    var uncommitted = 0
    var commits: [Int] = []
  }

  private let state = Mutex(State())
  private let failCommit: (@Sendable (Int) -> Bool)?

  init(failCommit: (@Sendable (Int) -> Bool)? = nil) { self.failCommit = failCommit }

  func absorb(_ outcome: Outcome<Parcel>) {
    let parcel = outcome.item
    let verdict =
      switch outcome {
      case .passed: "passed"
      case .dropped(_, let reason): reason
      case .failed(_, let failure): "\(failure.detail) at \(failure.node ?? -1)"
      }
    state.withLock {
      $0.lines.append("\(parcel.number) \(parcel.trail.joined(separator: " ")) \(verdict)")
      $0.uncommitted += 1
    }
  }

  func commit() throws(StageFailure) -> Int {
    let (count, index) = state.withLock { state -> (Int, Int) in
      defer { state.uncommitted = 0 }
      state.commits.append(state.uncommitted)
      return (state.uncommitted, state.commits.count - 1)
    }
    if failCommit?(index) == true { throw StageFailure(code: "io", detail: "disk full", scope: .run) }
    return count
  }

  var lines: [String] { state.withLock { $0.lines } }
  var sorted: [String] { lines.sorted() }
  var commits: [Int] { state.withLock { $0.commits } }
}
