import Foundation
package import Networks
import SystemPackage

/// Boxes that rectangles are to learn from: one for each photograph, as a table with the columns `file`, `xmin`, `ymin`, `xmax`
/// and `ymax`, in shares of the photograph's width and height.
package struct TeacherBoxes: Sendable {
  private let boxes: [String: RectangleParameters<Float>]

  /// Reads a table. Names are relative to `root`, or else to the table's folder.
  package init(path: String, root: String?) throws(DataError) {
    let table = try CSVTable(path: path)
    let folder = root ?? URL(fileURLWithPath: path).deletingLastPathComponent().path
    var boxes: [String: RectangleParameters<Float>] = [:]
    let name = try table.column("file")
    let columns = try (
      table.column("xmin"), table.column("ymin"), table.column("xmax"), table.column("ymax")
    )
    for row in table.rows {
      let (left, top) = (Float(try table.number(row, columns.0)), Float(try table.number(row, columns.1)))
      let (right, bottom) = (Float(try table.number(row, columns.2)), Float(try table.number(row, columns.3)))
      guard right > left, bottom > top else {
        throw table.malformed(row, "the box is empty")
      }
      guard [left, top, right, bottom].allSatisfy({ (-0.5...1.5).contains($0) }) else {
        throw table.malformed(row, "edges are shares of the photograph, from 0 to 1")
      }
      // Shares of the photograph become canvas units, -1 to 1.
      boxes[Self.normal(PhotographList.path(row[name], below: URL(fileURLWithPath: folder)))] =
        RectangleParameters(
          mu1: left + right - 1, mu2: top + bottom - 1, sigma1: right - left, sigma2: bottom - top, alpha: 0)
    }
    self.boxes = boxes
  }

  package subscript(path: String) -> RectangleParameters<Float>? { boxes[Self.normal(path)] }

  /// Checks that there is a box for any of these photographs: names that lead elsewhere would teach nothing, without a word.
  package func check(_ photographs: [LabelledPhotograph], in file: String) throws(DataError) {
    guard photographs.contains(where: { self[$0.path] != nil }) else {
      throw DataError(
        .malformed, in: file,
        "has no box for any of the photographs; its names are relative to their folder or to --root")
    }
  }

  /// One way to write a path, whatever slashes and dots it came with.
  private static func normal(_ path: String) -> String {
    FilePath(URL(fileURLWithPath: path).path).lexicallyNormalized().string
  }
}
