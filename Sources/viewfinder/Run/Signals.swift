import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first asks the run to drain, the second ends the program at once.
final class Signals {
  /// As it calls them.
  static let names = ["SIGINT", "SIGTERM"]

  private let sources: [any DispatchSourceSignal]

  /// - Parameter stop: is asked once, with the name of the first signal.
  init(_ stop: StopRequest) {
    let queue = DispatchQueue(label: "viewfinder.signals")
    let presses = Presses()
    sources = zip([SIGINT, SIGTERM], Self.names).map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        switch presses.press() {
        case .first: stop.ask(name)
        case .echo: break
        // Outputs under temporary names are not outputs: nothing has to be undone.
        case .second: _exit(128 + number)
        }
      }
      source.resume()
      return source
    }
  }

  /// Gives the signals their usual meaning back.
  func end() { for source in sources { source.cancel() } }
}

/// Tells the second signal from an echo of the first: a supervisor may send one to the process and one to its group.
private final class Presses: Sendable {
  enum Press { case first, echo, second }

  private static let echoSeconds = 0.2
  private let first = Mutex<DispatchTime?>(nil)

  func press() -> Press {
    first.withLock { first in
      guard let earlier = first else {
        first = .now()
        return .first
      }
      return DispatchTime.now() < earlier + Self.echoSeconds ? .echo : .second
    }
  }
}
