import Foundation
import Training

/// The line that says how a training goes: rewritten on a terminal, now and then one more where there is none.
final class TrainingLine {
  private let isShown: Bool
  private let isTerminal = isatty(2) == 1
  private var started: ContinuousClock.Instant?
  private var first = 0
  private var last = ContinuousClock.now - .seconds(60)
  private var means: [(name: String, value: Double)] = []

  init(isShown: Bool) { self.isShown = isShown }

  func prepared(_ done: Int, of total: Int) {
    guard isDue || done == total else { return }
    write("preparing: \(done) of \(total) views")
  }

  func show(_ step: Trainer.Step) {
    started = started ?? .now
    if first == 0 { first = step.number }
    means = step.losses.enumerated().map { index, loss in
      (loss.name, index < means.count ? 0.95 * means[index].value + 0.05 * loss.value : loss.value)
    }
    guard isDue || step.number == step.of else { return }
    let elapsed = started!.duration(to: .now) / .seconds(1)
    let steps = Double(step.number - first)
    let rate = elapsed > 0 ? steps * Double(step.views) / elapsed : 0
    let left = steps > 0 ? elapsed / steps * Double(step.of - step.number) : 0
    let losses = means.map { String(format: "%@ %.3f", $0.name, $0.value) }.joined(separator: ", ")
    write(
      String(
        format: "epoch %d, step %d of %d: %@, right %.2f, %.0f views/s, %@ left", step.epoch + 1, step.number,
        step.of, losses, step.accuracy, rate, TrainingLine.duration(left)))
  }

  func finish() {
    if isShown, isTerminal { Terminal.write("\n", to: 2) }
  }

  private var isDue: Bool { last.duration(to: .now) > (isTerminal ? .milliseconds(200) : .seconds(10)) }

  private func write(_ text: String) {
    last = .now
    guard isShown else { return }
    Terminal.write(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n", to: 2)
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole >= 3600
      ? String(format: "%d h %02d min", whole / 3600, whole / 60 % 60)
      : String(format: "%d min %02d s", whole / 60, whole % 60)
  }
}
