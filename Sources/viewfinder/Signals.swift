import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first asks the run to drain, the second ends the program at once.
final class Signals {
  private let sources: [any DispatchSourceSignal]

  /// - Parameter stop: called once, with the name of the first signal.
  init(stop: @escaping @Sendable (String) -> Void) {
    let queue = DispatchQueue(label: "viewfinder.signals")
    let flag = SharedFlag()
    sources = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")].map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        // Outputs under temporary names are not outputs: nothing has to be undone.
        if flag.raise() { _exit(128 + number) }
        stop(name)
      }
      source.resume()
      return source
    }
  }

  /// Gives the signals their usual meaning back.
  func end() { for source in sources { source.cancel() } }
}

/// A flag that is raised once.
private final class SharedFlag: Sendable {
  private let isUp = Atomic(false)

  /// Raises it; true if it was up already.
  func raise() -> Bool { isUp.exchange(true, ordering: .relaxed) }
}
