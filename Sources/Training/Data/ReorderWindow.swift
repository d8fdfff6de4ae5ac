import Foundation

/// Puts results that come in any order back into the order in which their places were reserved, and holds whoever reserves
/// back when too many are waiting.
///
/// `@unchecked Sendable`: the condition guards every property.
final class ReorderWindow<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let places: Int
  private var reserved = 0
  private var taken = 0
  private var arrived: [Int: Element] = [:]
  private var finished = false
  private var closed = false

  /// - Parameter places: the most that may be reserved and not yet taken, at least 1.
  init(places: Int) {
    precondition(places > 0, "a window has a place")
    self.places = places
  }

  /// Reserves the next place and returns its number, counted from 0. Blocks until there is one; nil once closed.
  func reserve() -> Int? {
    condition.withLock {
      while !closed, reserved - taken >= places { condition.wait() }
      guard !closed else { return nil }
      defer { reserved += 1 }
      return reserved
    }
  }

  /// Puts a result in its reserved place.
  func fill(_ place: Int, with element: Element) {
    condition.withLock {
      arrived[place] = element
      condition.broadcast()
    }
  }

  /// Takes the next result in order and frees its place. Blocks until it is there; nil at the end, or once closed.
  func take() -> Element? {
    condition.withLock {
      while !closed, !finished, arrived[taken] == nil { condition.wait() }
      guard !closed, let element = arrived.removeValue(forKey: taken) else { return nil }
      taken += 1
      condition.broadcast()
      return element
    }
  }

  /// Says that no more places will be filled.
  func finish() {
    condition.withLock {
      finished = true
      condition.broadcast()
    }
  }

  /// Lets everybody go who waits, now and later. What has arrived is given up.
  func close() {
    condition.withLock {
      closed = true
      arrived = [:]
      condition.broadcast()
    }
  }

  /// Whether it was closed.
  var isClosed: Bool { condition.withLock { closed } }
}
