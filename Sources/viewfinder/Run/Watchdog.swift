import Dispatch
import StageGraph
import Synchronization

/// Names photographs that one stage has had in hand for longer than a photograph may take to decode. It ends nothing: some codecs cannot be
/// interrupted, and a slow disk is no reason to lose a record.
final class Watchdog {
  private let timer: any DispatchSourceTimer

  /// - Parameters:
  ///   - patience: seconds.
  ///   - isolates: whether codecs run in processes that are ended in time.
  init(
    patience: Double, isolates: Bool, status: @escaping @Sendable () -> RunStatus,
    say: @escaping @Sendable (String) -> Void
  ) {
    let overdue = Mutex(Overdue(patience: patience))
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "viewfinder.watchdog"))
    timer.schedule(deadline: .now() + patience, repeating: max(0.1, patience / 10))
    timer.setEventHandler {
      let now = DispatchTime.now().uptimeNanoseconds
      for work in overdue.withLock({ $0.news(of: status().atWork, at: now) }) {
        say(Self.text(of: work, at: now, isolates: isolates))
      }
    }
    timer.resume()
  }

  func end() { timer.cancel() }

  private static func text(of work: ItemAtWork, at now: UInt64, isolates: Bool) -> String {
    let seconds = (now - work.since) / 1_000_000_000
    let advice =
      isolates || !["open", "decode", "crop"].contains(work.stage)
      ? "" : "; with --isolate a codec that hangs is ended and the run goes on"
    return "\(work.item.debugDescription) has been in '\(work.stage)' for \(seconds) s\(advice)"
  }
}
