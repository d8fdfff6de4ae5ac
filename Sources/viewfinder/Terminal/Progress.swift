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

/// Shows a run on stderr, and lets messages through without tearing the bar. All output goes through one serial queue.
final class Progress: Sendable {
  private struct Shown: Sendable {
    var live = LiveLines()
    var lastLine = DispatchTime.now()
    var hasEnded = false
  }

  private let style: ProgressStyle
  private let showsStages: Bool
  private let state: @Sendable () -> ProgressState
  private let start = DispatchTime.now()
  private let queue = DispatchQueue(label: "viewfinder.progress")
  private let shown = Mutex(Shown())

  /// Seconds between two lines: of a run that is long already nobody wants to read so many.
  private static func interval(_ style: ProgressStyle, after seconds: Double) -> Double {
    style == .plain && seconds > 300 ? 60 : 10
  }

  /// - Parameter showsStages: whether people see what each stage is at; programs always do.
  init(_ style: ProgressStyle, showsStages: Bool = false, state: @escaping @Sendable () -> ProgressState) {
    self.style = style.resolved
    self.showsStages = showsStages
    self.state = state
    if self.style == .json { queue.async { self.writeJSON(hasEnded: false) } }
    scheduleTick()
  }

  /// Ends the display; messages still come out.
  func finish() {
    queue.sync {
      let isFirst = shown.withLock { shown in
        defer { shown.hasEnded = true }
        return !shown.hasEnded
      }
      if isFirst, style == .json { writeJSON(hasEnded: true) }
      clear()
    }
  }

  /// Writes a line above the bar.
  func message(_ text: String) {
    queue.async {
      self.clear()
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
      // In the last column some terminals begin a new line.
      let lines = lines(width: Terminal.columns - 1) { $0.bar(width: $1) }
      let room = max(Terminal.rows - 1, 1)
      let text = shown.withLock { $0.live.draw(lines.count > room ? Array(lines.prefix(1)) : lines) }
      Terminal.write(text, to: STDERR_FILENO)
    case .plain where isDue():
      Terminal.write(
        lines(width: 80) { $0.summary(width: $1) }.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    case .json where isDue(): writeJSON(hasEnded: false)
    case .plain, .json, .auto, .none: break
    }
  }

  private func lines(width: Int, first: (ProgressMoment, Int) -> String) -> [String] {
    let moment = moment
    return [first(moment, width)] + (showsStages ? moment.board(width: width) : [])
  }

  /// Whether it is time for another line; if so, that time has come now.
  private func isDue() -> Bool {
    shown.withLock { shown in
      let now = DispatchTime.now()
      let interval = Self.interval(style, after: Self.seconds(start, now))
      guard Self.seconds(shown.lastLine, now) >= interval else { return false }
      shown.lastLine = now
      return true
    }
  }

  private func clear() {
    let text = shown.withLock { $0.live.clear() }
    if !text.isEmpty { Terminal.write(text, to: STDERR_FILENO) }
  }

  private func writeJSON(hasEnded: Bool) {
    Terminal.write(moment.json(hasEnded: hasEnded) + "\n", to: STDERR_FILENO)
  }

  private var moment: ProgressMoment {
    ProgressMoment(state: state(), seconds: Self.seconds(start, .now()))
  }

  private static func seconds(_ a: DispatchTime, _ b: DispatchTime) -> Double {
    Double(b.uptimeNanoseconds - a.uptimeNanoseconds) / 1e9
  }
}
