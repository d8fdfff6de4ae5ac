import Foundation

/// The results of an experiment so far: a CSV file with one row for each training that is done, in the order of the grid.
package struct ComparisonRows: Hashable, Sendable {
  package private(set) var rows: [ComparisonRow]

  package init(_ rows: [ComparisonRow] = []) { self.rows = rows }

  /// Reads a file; there are no rows where there is none.
  package init(path: String) throws(DataError) {
    guard FileManager.default.fileExists(atPath: path) else {
      rows = []
      return
    }
    let table = try CSVTable(path: path)
    guard table.columns == ComparisonRow.columns else {
      throw DataError(
        .malformed, in: path, line: 1, "has other columns than results of this version of the program")
    }
    var rows: [ComparisonRow] = []
    var cells: Set<String> = []
    for row in table.rows {
      let read = try ComparisonRow(row, in: table)
      guard cells.insert(read.cell).inserted else { throw table.malformed(row, "'\(read.cell)' stands twice") }
      rows.append(read)
    }
    self.rows = rows
  }

  /// The row of a cell.
  package subscript(cell: String) -> ComparisonRow? { rows.first { $0.cell == cell } }

  /// Adds a row, in the place of an older one of its cell, and brings all into the order of the grid; rows of cells that are no longer in it
  /// stay, at the end.
  package mutating func add(_ row: ComparisonRow, in experiment: Experiment) {
    rows.removeAll { $0.cell == row.cell }
    rows.append(row)
    let places = Dictionary(
      experiment.cells.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    rows = rows.enumerated().sorted {
      (places[$0.element.cell] ?? .max, $0.offset) < (places[$1.element.cell] ?? .max, $1.offset)
    }.map(\.element)
  }

  /// The rows of the experiment's grid, in its order.
  package func rows(of experiment: Experiment) -> [ComparisonRow] {
    experiment.cells.compactMap { self[$0.name] }
  }

  /// The file's text.
  package var csv: String {
    ([ComparisonRow.columns] + rows.map(\.fields)).map { $0.map(Self.field).joined(separator: ",") }.joined(
      separator: "\n") + "\n"
  }

  private static func field(_ text: String) -> String {
    let isPlain = !text.contains { ",\"\n\r".contains($0) }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
