import Synchronization

/// The wish that a run ends early, of a signal or of the time limit. It may come before there is a run to stop.
final class StopRequest: Sendable {
  private struct State {
    var who: String?
    var act: (@Sendable (String) -> Void)?
  }

  private let state = Mutex(State())

  /// Who has asked first; nil while nobody has.
  var who: String? { state.withLock { $0.who } }

  /// Later wishes change nothing.
  func ask(_ who: String) {
    let act = state.withLock { state -> (@Sendable (String) -> Void)? in
      guard state.who == nil else { return nil }
      state.who = who
      return state.act
    }
    act?(who)
  }

  /// Says what is done when somebody asks: at once, where somebody has.
  func whenAsked(_ act: @escaping @Sendable (String) -> Void) {
    let who = state.withLock { state in
      state.act = act
      return state.who
    }
    if let who { act(who) }
  }
}
