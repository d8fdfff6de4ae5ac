import Foundation

/// What the rows of an experiment say, as tables in Markdown. The same rows give the same text.
package struct ComparisonTables: Sendable {
  private let experiment: Experiment
  private let rows: [ComparisonRow]
  private let findings: ComparisonFindings

  package init(_ experiment: Experiment, _ rows: [ComparisonRow]) {
    self.experiment = experiment
    self.rows = rows
    findings = ComparisonFindings(experiment, rows)
  }

  /// A table's caption and text under the name that markers give it.
  package struct Table: Hashable, Sendable {
    package let name: String
    package let caption: String
    package let text: String
  }

  /// All tables, in the order of a page. Without rows they say so.
  package var all: [Table] {
    let tables = [
      ("progress", "", progress),
      (
        "measures",
        "Means over the seeds, for top-1 with the standard deviation over them. *Irregularity* is perimeter² / (4 pi area) of the region "
          + "above one half, *at half range* the same above half the map's own range, *kept map* and *kept half* are what changed copies keep of the map and of the half of the canvas that "
          + "counts most.", measures
      ),
      (
        "differences",
        "Differences of top-1 in percentage points, photograph by photograph and seed by seed, with 95 % intervals; *could have seen* is the "
          + "smallest true difference that is found four times in five.", differences
      ),
      (
        "others",
        "Differences of the other measures over all trainings, with 95 % intervals (Student's, over trainings).",
        others
      ),
      (
        "places",
        "How alike the half of the canvas that counts most is between places of the same backbone and seed, photograph by photograph: "
          + "intersection over union. Maps that have nothing to do with each other have .333.", places
      ),
      (
        "cost",
        "What the attention adds for one photograph, on one core; learned numbers and multiplications with addition.",
        cost
      ),
    ]
    return tables.map { Table(name: "\(experiment.name).\($0.0)", caption: $0.1, text: $0.2) }
  }

  private static let nothing = "Not enough rows yet.\n"

  private var progress: String {
    let all = experiment.cells.count
    guard let first = rows.first else {
      return "None of \(all) trainings is done yet.\n"
    }
    return String(
      format:
        "%d of %d trainings are done, in %.0f seconds each (median): %d photographs to learn from, %d held out, "
        + "%d steps.\n",
      rows.count, all, Self.median(rows, \.seconds), first.learned, first.judged, first.steps)
  }

  /// The middle one of the rows' values: a machine that did something else, or slept, does not move it far.
  private static func median(_ rows: [ComparisonRow], _ value: (ComparisonRow) -> Double) -> Double {
    rows.map(value).sorted()[rows.count / 2]
  }

  private var measures: String {
    let groups = findings.groups
    guard !groups.isEmpty else { return Self.nothing }
    let hasBoxes = rows.contains { $0.iou != nil }
    var lines = [
      [
        "backbone", "behind", "attention", "seeds", "top-1, %", "-ln p", "learned top-1, %", "coverage",
        "irregularity", "at half range", "regions", "kept map", "kept half", "equivariance error",
      ] + (hasBoxes ? ["IoU"] : [])
    ]
    for group in groups {
      func mean(_ value: (ComparisonRow) -> Double?, _ format: String) -> String {
        let values = group.rows.compactMap(value)
        guard !values.isEmpty else { return "" }
        return String(format: format, values.reduce(0, +) / Double(values.count))
      }
      let spread = RectangleMeasures.standardDeviation(group.rows.map { 100 * $0.top1 })
      lines.append(
        [
          group.backbone, group.place, group.attention, "\(group.rows.count)",
          mean({ 100 * $0.top1 }, "%.1f") + String(format: " ± %.1f", spread), mean(\.likelihood, "%.3f"),
          mean({ 100 * $0.trainingTop1 }, "%.1f"), mean(\.coverage, "%.3f"), mean(\.irregularity, "%.2f"),
          mean(\.rangeIrregularity, "%.2f"),
          mean(\.regions, "%.2f"), mean(\.overlap, "%.3f"), mean(\.region, "%.3f"),
          mean(\.equivariance, "%.3f"),
        ] + (hasBoxes ? [mean(\.iou, "%.3f")] : []))
    }
    return MarkdownTable(lines, words: 3).text
  }

  private var differences: String {
    let differences = findings.differences
    guard !differences.isEmpty else { return Self.nothing }
    var lines = [
      [
        "difference", "backbone", "behind", "points", "95 %", "could have seen", "seeds", "better / worse",
        "sign test p",
      ]
    ]
    for entry in differences {
      let paired = entry.paired
      lines.append([
        entry.pair.name, entry.backbone, entry.place, Self.points(paired.estimate.value),
        "\(Self.points(paired.estimate.low)) to \(Self.points(paired.estimate.high))",
        // Where not one photograph told the two apart, the rows say nothing of what could have been seen.
        paired.standardError > 0 ? String(format: "%.2f", 100 * paired.smallestDetectable) : "?",
        "\(paired.seeds)",
        "\(paired.better) / \(paired.worse)", String(format: "%.3f", paired.signTest),
      ])
    }
    return MarkdownTable(lines, words: 3).text
  }

  private var others: String {
    let measures: [(name: String, value: (ComparisonRow) -> Double?)] = [
      ("-ln p", \.likelihood), ("irregularity", \.irregularity), ("at half range", \.rangeIrregularity),
      ("regions", \.regions),
      ("kept map", \.overlap), ("kept half", \.region), ("IoU", \.iou),
    ]
    var lines = [["difference"] + measures.map(\.name)]
    for pair in experiment.pairs {
      let twins = findings.twins(pair)
      let cells = measures.map { measure in
        let values = twins.compactMap { first, second in
          measure.value(first).flatMap { value in measure.value(second).map { value - $0 } }
        }
        return SeedDifference.estimate(values).map {
          String(format: "%+.3f (%+.3f to %+.3f)", $0.value, $0.low, $0.high)
        } ?? ""
      }
      if cells.contains(where: { !$0.isEmpty }) { lines.append([pair.name] + cells) }
    }
    return lines.count > 1 ? MarkdownTable(lines, words: 1).text : Self.nothing
  }

  private var places: String {
    let agreements = findings.agreements
    guard !agreements.isEmpty else { return Self.nothing }
    var lines = [["backbone", "attention", "places", "IoU of the halves", "lowest seed", "highest seed"]]
    for agreement in agreements {
      let values = agreement.values
      lines.append(
        [agreement.backbone, agreement.attention, agreement.places]
          + [values.reduce(0, +) / Double(values.count), values.min() ?? 0, values.max() ?? 0].map {
            String(format: "%.3f", $0)
          })
    }
    return MarkdownTable(lines, words: 3).text
  }

  private var cost: String {
    let groups = findings.groups
    guard !groups.isEmpty else { return Self.nothing }
    var lines = [
      [
        "backbone", "behind", "attention", "learned numbers", "multiply-adds, millions",
        "of the network, millions",
        "milliseconds", "of the network",
      ]
    ]
    for group in groups {
      let row = group.rows[0]
      lines.append([
        group.backbone, group.place, group.attention, "\(row.parameters)",
        String(format: "%.2f", Double(row.multiplyAdds) / 1e6),
        String(format: "%.1f", Double(row.networkMultiplyAdds) / 1e6),
        String(format: "%.2f", Self.median(group.rows, \.milliseconds)),
        String(format: "%.1f", Self.median(group.rows, \.networkMilliseconds)),
      ])
    }
    return MarkdownTable(lines, words: 3).text
  }

  static func points(_ share: Double) -> String { String(format: "%+.2f", 100 * share) }
}

/// A table in Markdown; the first columns hold words, the others numbers.
struct MarkdownTable {
  let lines: [[String]]
  let words: Int

  init(_ lines: [[String]], words: Int) {
    self.lines = lines
    self.words = words
  }

  var text: String {
    let rule = lines[0].indices.map { $0 < words ? "---" : "---:" }
    return ([lines[0], rule] + lines.dropFirst()).map { line in
      "| " + line.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }.joined()
  }
}
