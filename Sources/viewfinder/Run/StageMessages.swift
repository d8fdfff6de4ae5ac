import Logging
import Synchronization

/// What stages say goes to the log of their run, which is there only once the run begins: no stage says anything before.
final class StageMessages: Sendable {
  private let log = Mutex<Logger?>(nil)

  func show(in log: Logger) { self.log.withLock { $0 = log } }

  func say(_ text: String) {
    let log = log.withLock { $0 }
    log?.info("\(text)")
  }
}
