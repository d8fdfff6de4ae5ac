/// Turns the names of classes in a data set into indices of a list of labels.
package struct ClassNames: Sendable {
  /// The labels that indices count.
  package let labels: [String]
  private let indices: [String: Int]

  /// Names that equal a label stand for it.
  package init(labels: [String]) {
    self.labels = labels
    indices = Dictionary(labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Names that a table translates (columns `folder` and `imagenet_index`, from 0), or that equal a label.
  package init(labels: [String], table: CSVTable) throws(DataError) {
    let folder = try table.column("folder")
    let index = try table.column("imagenet_index")
    var indices = ClassNames(labels: labels).indices
    var seen: Set<String> = []
    for row in table.rows {
      guard seen.insert(row[folder]).inserted else {
        throw table.malformed(row, "the folder '\(row[folder])' stands there twice")
      }
      indices[row[folder]] = try table.integer(row, index, in: 0...labels.count - 1)
    }
    self.labels = labels
    self.indices = indices
  }

  /// The index of the label that a name stands for.
  package func index(of name: String) -> Int? { indices[name] }
}
