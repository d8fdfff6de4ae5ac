import Foundation
import Geometry
import Networks

extension EvaluationReport {
  /// The report for people: aligned tables, 95 % intervals in brackets. Ends with a newline.
  package var text: String {
    var parts = [
      "\(subject.name) on \(data)",
      TextTable([
        ["photographs", "\(photographs)"], ["not readable", "\(failures.count)"],
        ["canvas", "\(subject.canvas.width) x \(subject.canvas.height), \(subject.canvas.fit.rawValue)"],
        ["attention", subject.hasAttention ? "yes" : "no"],
      ]).text,
    ]
    if let labels { parts += ["Labels (\(labels.photographs) photographs)", text(of: labels)] }
    if let rectangles {
      parts += [
        "Rectangles",
        TextTable([
          ["coverage", text(rectangles.coverage)], ["spread of coverage", text(rectangles.coverageSpread)],
          ["coverage of the hull", text(rectangles.hullCoverage)],
        ]).text,
      ]
    }
    for section in boxes { parts += ["Overlap: \(section.photographs) \(section.name)", text(of: section)] }
    if let bestThreshold {
      parts += ["Box of the class activation map, by threshold", thresholdText(best: bestThreshold)]
    }
    if !maps.isEmpty { parts += ["Regions of the maps above one half", mapText] }
    if !views.isEmpty { parts += ["Changed copies of the canvas", viewText] }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func text(of labels: LabelMeasures) -> String {
    var rows = [["top-1", text(labels.top1)], ["top-5", text(labels.top5)]]
    if let plain = labels.plainTop1 { rows.append(["top-1 without attention", text(plain)]) }
    if let gain = labels.attentionGain { rows.append(["gain by attention", text(gain, signed: true)]) }
    rows += [
      ["mean score", text(labels.meanScore)], ["calibration error", text(labels.calibrationError)],
      ["negative log-likelihood", text(labels.negativeLogLikelihood)],
    ]
    return TextTable(rows).text
  }

  private func text(of section: BoxSection) -> String {
    var rows = [["", "mean IoU"] + BoxMeasures.levels.map { "IoU >= \($0)" } + ["hull's lead", "lead at 0.5"]]
    for row in section.rows {
      rows.append(
        [row.name, text(row.measures.mean)] + row.measures.shares.map { text($0) }
          + [
            row.advantage.map { text($0.mean, signed: true) } ?? "",
            row.advantage.map { text($0.half, signed: true) } ?? "",
          ])
    }
    if let centerInside = section.centerInside { rows.append(["centre in a box", text(centerInside)]) }
    return TextTable(rows).text
  }

  private func thresholdText(best: Double) -> String {
    var rows = [["threshold", "mean IoU"] + BoxMeasures.levels.map { "IoU >= \($0)" } + [""]]
    for row in thresholds {
      let figures = ([row.mean] + row.shares).map { String(format: "%.3f", $0) }
      rows.append(
        [String(format: "%.2f", row.threshold)] + figures + [row.threshold == best ? "best here" : ""])
    }
    return TextTable(rows).text
  }

  private var mapText: String {
    TextTable(
      [["", "irregularity", "regions", "exactly one"]]
        + maps.map { [$0.name, text($0.irregularity), text($0.components), text($0.single)] }
    ).text
  }

  private var viewText: String {
    let isAttentive = views.contains { $0.distance != nil }
    let columns = ["label kept"] + (isAttentive ? ["centre", "size", "angle", "error", "IoU"] : [])
    return TextTable(
      [[""] + columns + ["photographs"]]
        + views.map { view in
          let distance = view.distance.map {
            [$0.center, $0.size, $0.angle, $0.error, $0.iou].map { text($0) }
          }
          return [view.name, text(view.labelKept)] + (distance ?? []) + ["\(view.photographs)"]
        }
    ).text
  }

  private func text(_ estimate: Estimate, signed: Bool = false) -> String {
    let format = signed ? "%+.3f [%+.3f %+.3f]" : "%.3f [%.3f %.3f]"
    return String(format: format, estimate.value, estimate.low, estimate.high)
  }
}

/// Rows of cells in aligned columns: the first to the left, all others to the right.
struct TextTable {
  private let rows: [[String]]

  init(_ rows: [[String]]) { self.rows = rows }

  /// The rows, without a newline at the end. No line ends in blanks.
  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
    }
    return rows.map { row in
      var line = "  "
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell + blanks : "  " + blanks + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
