import Foundation

/// The curve of a training: one row a step, as CSV and as a drawing.
package struct TrainingLog: Sendable {
  private var header: String?
  private var rows: [(step: Int, line: String)] = []

  package init() {}

  /// The rows of an earlier log up to and including a step: what a training that goes on from there keeps.
  package init(_ csv: String, through step: Int) {
    let lines = csv.split(separator: "\n").map(String.init)
    header = lines.first
    rows = lines.dropFirst().compactMap { line in
      guard let number = line.split(separator: ",").first.flatMap({ Int($0) }), number <= step else {
        return nil
      }
      return (number, line)
    }
  }

  package mutating func add(_ step: Trainer.Step) {
    let terms = step.losses
    header =
      header
      ?? (["step", "epoch", "rate", "loss"] + terms.map(\.name) + ["accuracy", "gradient"]).joined(
        separator: ",")
    let values = [step.rate, step.total] + terms.map(\.value) + [step.accuracy, step.gradient]
    rows.append(
      (
        step.number,
        ([String(step.number), String(step.epoch + 1)] + values.map(TrainingLog.text)).joined(separator: ",")
      ))
  }

  /// The table, with a header.
  package var csv: String { ([header].compactMap(\.self) + rows.map(\.line)).joined(separator: "\n") + "\n" }

  /// Curves over the steps, each scaled to its own highest value and smoothed over a hundredth of the steps.
  package var svg: String {
    let names = (header ?? "").split(separator: ",").map(String.init)
    let table = rows.map { $0.line.split(separator: ",").map { Double($0) ?? 0 } }
    let shown = names.indices.filter { $0 >= 3 && names[$0] != "gradient" }
    var svg =
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 420" font-family="sans-serif" font-size="13">"#
    svg +=
      ##"<rect width="840" height="420" fill="white"/><path d="M60 20V370H640" fill="none" stroke="#888"/>"##
    svg += #"<text x="350" y="405" text-anchor="middle">steps, 1 to \#(table.count)</text>"#
    for (place, column) in shown.enumerated() {
      let values = TrainingLog.smoothed(table.map { column < $0.count ? $0[column] : 0 })
      guard let last = values.last else { continue }
      let highest = max(values.max() ?? 1, 1e-12)
      let colour = TrainingLog.colours[place % TrainingLog.colours.count]
      let points = values.enumerated().map { index, value in
        String(
          format: "%.1f,%.1f", 60 + 580 * Double(index) / Double(max(1, values.count - 1)),
          370 - 340 * max(0, value) / highest)
      }
      svg +=
        #"<polyline fill="none" stroke-width="1.5" stroke="\#(colour)" points="\#(points.joined(separator: " "))"/>"#
      svg += #"<text x="655" y="\#(40 + 38 * place)" fill="\#(colour)">\#(names[column])</text>"#
      svg += String(
        format: "<text x=\"655\" y=\"%d\" fill=\"#444\" font-size=\"11\">highest %.3g, last %.3g</text>",
        55 + 38 * place, highest, last)
    }
    return svg + "</svg>\n"
  }

  private static let colours = [
    "#1b6ca8", "#c0392b", "#27894b", "#8e44ad", "#b9770e", "#16817a", "#7f4f24", "#555555",
  ]

  private static func smoothed(_ values: [Double]) -> [Double] {
    let reach = max(1, values.count / 100)
    var sum = 0.0
    return values.indices.map { index in
      sum += values[index]
      if index >= reach { sum -= values[index - reach] }
      return sum / Double(min(index + 1, reach))
    }
  }

  private static func text(_ value: Double) -> String { String(format: "%.6g", value) }
}
