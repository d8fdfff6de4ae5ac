import Foundation
import Manifests
import StageGraph
import SystemPackage

/// What a run says when it has ended: how its photographs ended and why, what came of it, and where to look next.
struct ClosingWords {
  let report: RunReport

  /// The lines, none wider than the terminal unless a path is.
  func lines(width: Int, coloured: Bool) -> [String] {
    let headline = WordTable.broken(headline.split(separator: " ").map(String.init), width: width)
    let table = WordTable(rows: endings + results + places)
    return headline.map { coloured ? Ink.bold.on($0) : $0 } + table.lines(width: width, coloured: coloured)
      + (report.session.options.verbose ? stages.lines(width: width) : [])
  }

  private var counts: RunCounts { report.counts }

  private var headline: String {
    let failed = counts.failed.values.reduce(0, +)
    let skipped = counts.skipped.values.reduce(0, +)
    var ends = ["\(counts.ok) ok"]
    if failed > 0 { ends.append("\(failed) failed") }
    if skipped > 0 { ends.append("\(skipped) skipped") }
    return "\(Readable.count(counts.records, "photograph")): \(ends.joined(separator: ", "))"
  }

  /// Why photographs failed or were skipped, the most frequent reason first.
  private var endings: [WordTable.Row] {
    func rows(_ name: String, _ reasons: [ReasonCode: Int], _ ink: Ink) -> [WordTable.Row] {
      reasons.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.enumerated().map {
        WordTable.Row(
          $0.offset == 0 ? name : "", "\($0.element.value) \($0.element.key.rawValue): \($0.element.key.words)",
          ink)
      }
    }
    let ignored =
      counts.ignored > 0
      ? [WordTable.Row("ignored", "\(Readable.count(counts.ignored, "file")) of another kind than pictures")]
      : []
    return rows("failed", counts.failed, .red) + rows("skipped", counts.skipped, .yellow) + ignored
  }

  private var results: [WordTable.Row] {
    var rows: [WordTable.Row] = []
    if !report.tally.labels.isEmpty { rows.append(WordTable.Row("labels", labels)) }
    let outputs = outputs
    if !outputs.isEmpty { rows.append(WordTable.Row("outputs", outputs.joined(separator: ", "))) }
    rows.append(WordTable.Row("time", time))
    if !report.session.options.verbose, !work.isEmpty {
      rows.append(WordTable.Row("work", work.joined(separator: ", ")))
    }
    let cores = Readable.count(report.session.jobs, "core")
    rows.append(WordTable.Row("memory", "\(Readable.bytes(RunReport.peakMemory)) at most, on \(cores)"))
    return rows
  }

  /// The most frequent labels.
  private var labels: String {
    let shown = 5
    let all = report.tally.labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = all.prefix(shown).map { "\($0.value) \(Readable.plain($0.key, most: 30))" }
    if all.count > shown { parts.append("and \(Readable.count(all.count - shown, "other"))") }
    return parts.joined(separator: ", ")
  }

  private var outputs: [String] {
    let tally = report.tally
    var parts: [String] = []
    if tally.written > 0 {
      parts.append("\(Readable.count(tally.written, "file")) with \(Readable.bytes(tally.writtenBytes))")
    }
    if tally.linked > 0 { parts.append(Readable.count(tally.linked, "link")) }
    if tally.moved > 0 { parts.append("\(tally.moved) moved") }
    return parts
  }

  private var time: String {
    let now = counts.records - report.before
    var text = Readable.duration(report.seconds)
    if now > 0 {
      text += ", \(Readable.rate(Double(now) / max(report.seconds, 1e-3))) photographs a second"
    }
    if report.before > 0 { text += "; \(report.before) were done before" }
    return text
  }

  /// What the stages took of the cores' time, without those that took next to nothing.
  private var work: [String] {
    let stages = report.status.stages.map { ($0.id, Double($0.busyNanoseconds) / 1e9) }
    let all = stages.reduce(0) { $0 + $1.1 }
    return stages.filter { $0.1 >= max(0.01 * all, 0.05) }.map { id, seconds in
      "\(id) \(seconds < 100 ? String(format: "%.1f s", seconds) : Readable.duration(seconds))"
    }
  }

  /// What each stage did: photographs, seconds of work, and the longest queue before it.
  private var stages: StageTable {
    StageTable(
      columns: [("photographs", 12), ("seconds", 10), ("queue", 7)],
      rows: report.status.stages.map { stage in
        StageTable.Row(
          stage: stage.id,
          cells: [
            "\(stage.items)", String(format: "%.2f", Double(stage.busyNanoseconds) / 1e9),
            "\(stage.queueHighWater)",
          ])
      })
  }

  private var places: [WordTable.Row] {
    guard let output = report.session.output, let manifest = report.manifestPath,
      let summary = report.summaryPath
    else { return [] }
    let next =
      report.shard == nil
      ? ["report", Readable.shell(manifest.string), "--output", "SHEET"]
      : ["status", Readable.shell(output.string)]
    return [
      WordTable.Row("records", [manifest.string]), WordTable.Row("summary", [summary.string]),
      WordTable.Row("next", ["viewfinder"] + next, .green),
    ]
  }
}
