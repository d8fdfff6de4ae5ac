import Foundation

/// Photographs named by a CSV list.
enum PhotographList {
  /// Far above any classifier there is; bounds what a list of indices can ask for.
  private static let mostClasses = 100_000

  /// One for each file that meets the conditions, in the list's order. A file that stands there more than once, as
  /// in lists with a row for each box, is one photograph.
  static func photographs(_ request: PhotographRequest) throws(DataError) -> [PhotographSet.Found] {
    let table = try CSVTable(path: request.data)
    let file = try table.column("file")
    let label = try labelReader(request, table)
    var conditions: [(column: Int, values: [String])] = []
    for condition in request.conditions {
      conditions.append((try table.column(condition.column), condition.values))
    }
    let root = URL(fileURLWithPath: request.root ?? PhotographList.folder(of: request.data))
    var found: [PhotographSet.Found] = []
    var places: [String: Int] = [:]
    for row in table.rows where conditions.allSatisfy({ $0.values.contains(row[$0.column]) }) {
      let name = row[file]
      guard !name.isEmpty else { throw table.malformed(row, "names no file") }
      let photograph = PhotographSet.Found(
        path: PhotographList.path(name, below: root), name: name, label: try label(row),
        place: (table.path, row.line))
      if let earlier = places[name] {
        guard found[earlier].label == photograph.label else {
          throw table.malformed(
            row, "gives '\(name)' another class than line \(found[earlier].place.line ?? 0)")
        }
      } else {
        places[name] = found.count
        found.append(photograph)
      }
    }
    return found
  }

  /// Where a name of a list leads to.
  static func path(_ name: String, below root: URL) -> String {
    URL(
      fileURLWithPath: name,
      relativeTo: root.hasDirectoryPath ? root : root.appendingPathComponent("", isDirectory: true)
    )
    .standardizedFileURL.path
  }

  /// The folder a list stands in.
  static func folder(of list: String) -> String {
    URL(fileURLWithPath: list).deletingLastPathComponent().path
  }

  private static func labelReader(
    _ request: PhotographRequest, _ table: CSVTable
  ) throws(DataError) -> (CSVTable.Row) throws(DataError) -> PhotographSet.FoundLabel {
    switch request.labels {
    case .none:
      return { (_) throws(DataError) in .none }
    case .names(let column):
      let index = try table.column(column)
      return { (row) throws(DataError) in
        guard !row[index].isEmpty else { throw table.malformed(row, "has no class in column \(column)") }
        return .name(row[index])
      }
    case .indices(let column):
      let index = try table.column(column)
      return { (row) throws(DataError) in .index(try table.integer(row, index, in: 0...mostClasses - 1)) }
    }
  }
}
