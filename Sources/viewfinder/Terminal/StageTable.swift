import Foundation

/// Stages below each other, with figures in columns.
struct StageTable {
  /// One stage, and a text for each column.
  struct Row {
    let stage: String
    let cells: [String]
  }

  /// Headings, and how many characters each column takes.
  let columns: [(name: String, width: Int)]
  let rows: [Row]

  /// Too narrow for less of a stage's name than this.
  private static let leastName = 5

  /// How wide it is at the least.
  var leastWidth: Int { columns.reduce(Self.leastName) { $0 + $1.width } }

  /// The heading and the rows. Names are cut where the width wants it.
  func lines(width: Int) -> [String] {
    let longest = max(Self.leastName, rows.map(\.stage.count).max() ?? 0)
    let room = max(Self.leastName, min(longest, width - leastWidth + Self.leastName))
    let heading = Row(stage: "stage", cells: columns.map { $0.name })
    return ([heading] + rows).map { row in
      let name = Readable.plain(row.stage, most: room).padding(toLength: room, withPad: " ", startingAt: 0)
      return zip(columns, row.cells).reduce(name) { line, column in
        line + String(repeating: " ", count: max(column.0.width - column.1.count, 1)) + column.1
      }
    }
  }
}
