import Foundation
import Geometry

/// A CSV table of what was found out about each photograph, for plots and for looking at single cases.
package enum EvaluationDetails {
  private static let columns = [
    "path", "label", "predicted", "score", "mu1", "mu2", "sigma1", "sigma2", "alpha", "hull_xmin", "hull_ymin",
    "hull_xmax", "hull_ymax", "iou", "failure",
  ]

  /// One row for each photograph, in their order. Names of classes come from `labels`; what is not known is empty.
  package static func table(_ outcomes: [EvaluationOutcome], labels: [String]) -> String {
    ([columns] + outcomes.map { fields(of: $0, labels) })
      .map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func fields(of outcome: EvaluationOutcome, _ labels: [String]) -> [String] {
    switch outcome {
    case .failed(let photograph, let detail):
      let unknown = [String](repeating: "", count: columns.count - 2)
      return [photograph.name] + unknown + [detail]
    case .judged(let verdict):
      let rectangle = verdict.rectangle.map { [$0.mu1, $0.mu2, $0.sigma1, $0.sigma2, $0.alpha] }
      let hull = verdict.located.map { [$0.hull.x, $0.hull.y, $0.hull.maxX, $0.hull.maxY] }
      let numbers =
        (rectangle ?? []).map { text($0, 4) } + (hull ?? []).map { text($0, 1) }
      return [
        verdict.photograph.name, verdict.truth.map { labels[$0] } ?? "", labels[verdict.predicted],
        text(verdict.score, 4),
      ] + (numbers.isEmpty ? [String](repeating: "", count: 9) : numbers)
        + [(verdict.overlaps?.hull).map { text($0, 4) } ?? "", ""]
    }
  }

  private static func text(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// A field as CSV has it.
  static func quoted(_ field: String) -> String {
    let needsQuotes = field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
