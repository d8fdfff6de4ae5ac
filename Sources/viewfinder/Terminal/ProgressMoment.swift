import Foundation
import Manifests

/// How far a piece of work is.
struct ProgressState: Sendable {
  var done = 0
  var total = 0
  var failed = 0
  /// Of `done`, those that were done before this run.
  var before = 0
  /// In the order of the pipeline; none where the work has no stages.
  var stages: [StageProgress] = []
  /// How many cores the stages share.
  var cores = 1
}

/// What one stage has to do, does and has done.
struct StageProgress: Sendable {
  let id: String
  let waiting: Int
  let working: Int
  let done: Int
  /// Summed over its workers.
  let busySeconds: Double
}

/// The state of one moment, in the forms in which it is shown.
struct ProgressMoment {
  let state: ProgressState
  /// Since the work began.
  let seconds: Double

  /// The `schema` member of a line of JSON.
  static let schema = "viewfinder/progress/1"

  private var perSecond: Double { seconds > 0 ? Double(state.done - state.before) / seconds : 0 }

  private var secondsLeft: Double? {
    perSecond > 0 ? Double(max(state.total - state.done, 0)) / perSecond : nil
  }

  /// Of the time that all cores had so far, what a stage took; in [0, 1], and above it where it waits for files beside them.
  private func share(of stage: StageProgress) -> Double {
    seconds > 0 ? stage.busySeconds / (seconds * Double(state.cores)) : 0
  }

  /// The counts in words, as many of them as fit.
  func summary(width: Int) -> String {
    var parts = ["\(state.done) of \(state.total)"]
    if let secondsLeft { parts.append("\(Readable.duration(secondsLeft)) left") }
    if state.failed > 0 { parts.append("\(state.failed) failed") }
    parts.append("\(Readable.rate(perSecond)) a second")
    while parts.count > 1, parts.joined(separator: "  ").count > width { parts.removeLast() }
    return String(parts.joined(separator: "  ").prefix(max(width, 0)))
  }

  /// A bar before the counts, where there is room for one.
  func bar(width: Int) -> String {
    let text = summary(width: width)
    let cells = min(30, width - text.count - 4)
    guard cells >= 5, state.total > 0 else { return text }
    let filled = min(cells, cells * state.done / state.total)
    return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled) + "]  "
      + text
  }

  /// What each stage is at; nothing where there is no room for it.
  func board(width: Int) -> [String] {
    // On a telephone every column counts.
    let column = width < 60 ? 8 : 10
    let table = StageTable(
      columns: [("waiting", column), ("working", column), ("done", column), ("busy", column - 2)],
      rows: state.stages.map { stage in
        StageTable.Row(
          stage: stage.id,
          cells: [stage.waiting, stage.working, stage.done].map(String.init)
            + ["\(Int((100 * share(of: stage)).rounded()))%"])
      })
    return state.stages.isEmpty || width < table.leastWidth ? [] : table.lines(width: width)
  }

  /// One line for programs.
  ///
  /// - Parameter hasEnded: true on the last line.
  func json(hasEnded: Bool) -> String {
    let value = JSONValue(members: [
      "schema": .string(Self.schema),
      "done": .integer(state.done), "total": .integer(state.total), "before": .integer(state.before),
      "failed": .integer(state.failed),
      "seconds": .number(seconds, decimals: 1),
      "per_second": .number(perSecond, decimals: 2),
      "seconds_left": secondsLeft.map { JSONValue.number($0, decimals: 0) } ?? JSONValue.null,
      "ended": .bool(hasEnded),
      "stages": .array(
        state.stages.map { stage in
          JSONValue(members: [
            "id": .string(stage.id), "waiting": .integer(stage.waiting), "working": .integer(stage.working),
            "done": .integer(stage.done), "busy": .number(share(of: stage), decimals: 3),
          ])
        }),
    ])
    return String(decoding: value.bytes, as: UTF8.self)
  }
}
