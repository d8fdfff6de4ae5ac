import Foundation

/// The learning rate over a training: a straight rise, then half a wave of the cosine down to 0.
///
/// Loshchilov and Hutter, "SGDR" (2017), without restarts.
package struct LearningSchedule: Codable, Hashable, Sendable {
  /// The highest rate.
  package var rate: Double
  /// The share of all steps in which it rises.
  package var warmup: Double

  package init(rate: Double, warmup: Double = 0.05) {
    self.rate = rate
    self.warmup = warmup
  }

  /// The rate of a step, counted from 0.
  package func rate(at step: Int, of steps: Int) -> Double {
    let rising = max(1, (warmup * Double(steps)).rounded())
    if Double(step) < rising { return rate * Double(step + 1) / rising }
    let share = (Double(step) - rising) / max(1, Double(steps) - rising)
    return rate * (1 + cos(.pi * share)) / 2
  }
}
