import Foundation
package import Networks

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
      // Shares of the photograph become canvas units, -1 to 1.
      boxes[URL(fileURLWithPath: row[name], relativeTo: URL(fileURLWithPath: folder)).path] =
        RectangleParameters(
          mu1: left + right - 1, mu2: top + bottom - 1, sigma1: right - left, sigma2: bottom - top, alpha: 0)
    }
    self.boxes = boxes
  }

  package subscript(path: String) -> RectangleParameters<Float>? { boxes[URL(fileURLWithPath: path).path] }
}
