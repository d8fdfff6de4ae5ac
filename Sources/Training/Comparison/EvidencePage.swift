import Foundation

/// A page in Markdown that holds the tables of experiments between markers, and whatever its writer says besides.
///
///     <!-- table: imagewoof.differences -->
///     …
///     <!-- end -->
package struct EvidencePage: Sendable {
  package private(set) var text: String

  /// - Parameter text: the page so far; empty for a new one.
  package init(_ text: String) {
    self.text = text.isEmpty ? "# Evidence\n\nWritten by `viewfinder compare` between the markers.\n" : text
  }

  private static let end = "<!-- end -->"

  private static func begin(_ name: String) -> String { "<!-- table: \(name) -->" }

  /// Puts an experiment's tables between their markers. Where there is not one of them, a section with all is appended.
  ///
  /// - Parameter image: the drawing, relative to the page.
  package mutating func put(
    _ tables: [ComparisonTables.Table], title: String, image: String
  ) throws(DataError) {
    if !tables.contains(where: { text.contains(Self.begin($0.name)) }) {
      text += "\n## \(title)\n\n"
      for table in tables {
        text += table.caption.isEmpty ? "" : table.caption + "\n\n"
        text += Self.begin(table.name) + "\n" + Self.end + "\n\n"
        if table.name.hasSuffix(".differences") { text += "![Differences](\(image))\n\n" }
      }
      while text.hasSuffix("\n\n") { text.removeLast() }
    }
    for table in tables { try replace(table) }
  }

  private mutating func replace(_ table: ComparisonTables.Table) throws(DataError) {
    guard let begin = text.range(of: Self.begin(table.name)) else { return }
    let rest = text[begin.upperBound...]
    let next = rest.range(of: "<!-- table: ")?.lowerBound ?? text.endIndex
    guard let end = rest.range(of: Self.end), end.lowerBound < next else {
      throw DataError(.malformed, in: "the page", "has no '\(Self.end)' behind '\(Self.begin(table.name))'")
    }
    text.replaceSubrange(begin.upperBound..<end.lowerBound, with: "\n" + table.text)
  }
}
