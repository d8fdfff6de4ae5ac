import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// How a run is shown while it goes on.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable, Sendable {
  case auto, bar, plain, json, none

  /// `auto` is a bar on a terminal, otherwise a line now and then.
  var resolved: ProgressStyle {
    guard self == .auto else { return self }
    let isTerminal = Terminal.stderrIsTerminal && ProcessInfo.processInfo.environment["CI"] == nil
    return isTerminal ? .bar : .plain
  }
}

/// A moment of a run.
struct ProgressState: Sendable {
  var done = 0
  var total = 0
  var failed = 0
  /// Of `done`, those that were done before this run.
  var before = 0
}

/// Shows a run on stderr, and lets messages through without tearing the bar. All output goes through one serial queue.
final class Progress: Sendable {
  private struct Shown: Sendable {
    var barIsOnScreen = false
    var lastLine = DispatchTime.now()
    var hasEnded = false
  }

  private let style: ProgressStyle
  private let state: @Sendable () -> ProgressState
  private let start = DispatchTime.now()
  private let queue = DispatchQueue(label: "viewfinder.progress")
  private let shown = Mutex(Shown())

  /// Seconds between two lines of the plain style.
  private static let plainInterval = 10.0

  init(_ style: ProgressStyle, state: @escaping @Sendable () -> ProgressState) {
    self.style = style.resolved
    self.state = state
    scheduleTick()
  }

  /// Ends the display; messages still come out.
  func finish() {
    queue.sync {
      shown.withLock { $0.hasEnded = true }
      clearBar()
    }
  }

  /// Writes a line above the bar.
  func message(_ text: String) {
    queue.async {
      self.clearBar()
      Terminal.write(text + "\n", to: STDERR_FILENO)
    }
  }

  private func scheduleTick() {
    guard style != .none else { return }
    queue.asyncAfter(deadline: .now() + (style == .bar ? .milliseconds(100) : .seconds(1))) {
      if self.shown.withLock({ $0.hasEnded }) { return }
      self.tick()
      self.scheduleTick()
    }
  }

  private func tick() {
    switch style {
    case .bar:
      let line = bar(width: Terminal.columns - 1)
      Terminal.write("\r\u{1B}[K" + line, to: STDERR_FILENO)
      shown.withLock { $0.barIsOnScreen = true }
    case .plain, .json:
      let isDue = shown.withLock { shown in
        let now = DispatchTime.now()
        guard Self.seconds(shown.lastLine, now) >= Self.plainInterval else { return false }
        shown.lastLine = now
        return true
      }
      if isDue { Terminal.write((style == .json ? json : summary) + "\n", to: STDERR_FILENO) }
    case .auto, .none: break
    }
  }

  private func clearBar() {
    let isShown = shown.withLock { shown in
      defer { shown.barIsOnScreen = false }
      return shown.barIsOnScreen
    }
    if isShown { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
  }

  private static func seconds(_ a: DispatchTime, _ b: DispatchTime) -> Double {
    Double(b.uptimeNanoseconds - a.uptimeNanoseconds) / 1e9
  }

  private var summary: String {
    let state = state()
    let elapsed = Self.seconds(start, .now())
    let rate = elapsed > 0 ? Double(state.done - state.before) / elapsed : 0
    var text = "\(state.done)/\(state.total)  \(Readable.rate(rate)) img/s"
    if rate > 0 { text += "  \(Readable.duration(Double(state.total - state.done) / rate)) left" }
    if state.failed > 0 { text += "  \(state.failed) failed" }
    return text
  }

  private func bar(width: Int) -> String {
    let state = state()
    let text = "  " + summary
    let cells = min(30, width - text.count - 2)
    guard cells >= 5, state.total > 0 else { return String(summary.prefix(max(width, 0))) }
    let filled = cells * state.done / state.total
    return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled) + "]"
      + text
  }

  private var json: String {
    let state = state()
    let elapsed = Self.seconds(start, .now())
    return String(
      format: #"{"done":%d,"total":%d,"failed":%d,"seconds":%.1f}"#, state.done, state.total, state.failed,
      elapsed)
  }
}
