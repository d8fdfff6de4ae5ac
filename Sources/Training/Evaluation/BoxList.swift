import Foundation
package import Geometry

/// Where the subjects of photographs are, as people have marked it: upright boxes from a CSV file.
///
/// Columns: `file`; `xmin`, `ymin`, `xmax`, `ymax` in pixels of the upright photograph; perhaps `width` and `height`,
/// the photograph's size in the same pixels. A file stands there once for each of its boxes; rows whose four columns
/// are empty are passed over.
package struct BoxList: Sendable {
  /// What is known of one photograph.
  package struct Marked: Hashable, Sendable {
    /// At least one; in pixels of a photograph of `size`, or of the file where that is nil.
    package fileprivate(set) var boxes: [Box]
    package let size: PixelSize?
    /// The size before the photograph was squashed into its file: columns `orig_width` and `orig_height`.
    package let original: PixelSize?

    /// Of the boxes, brought to a photograph of another size.
    package func boxes(in size: PixelSize) -> [Box] {
      guard let own = self.size, own != size else { return boxes }
      let x = Double(size.width) / Double(own.width)
      let y = Double(size.height) / Double(own.height)
      return boxes.map { Box(x: $0.x * x, y: $0.y * y, width: $0.width * x, height: $0.height * y) }
    }
  }

  private var marked: [String: Marked] = [:]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - root: what its names are relative to; by default its own folder.
  ///   - prefix: of the box's columns: `body` for `body_xmin` and its kin.
  ///   - restoring: whether the original sizes are needed, and so must be there.
  package init(path: String, root: String?, prefix: String?, restoring: Bool) throws(DataError) {
    let table = try CSVTable(path: path)
    let root = URL(fileURLWithPath: root ?? PhotographList.folder(of: path))
    let file = try table.column("file")
    var edges: [Int] = []
    for name in ["xmin", "ymin", "xmax", "ymax"] {
      edges.append(try table.column(prefix.map { "\($0)_\(name)" } ?? name))
    }
    let hasSize = table.columns.contains("width") && table.columns.contains("height")
    let size = hasSize ? (try table.column("width"), try table.column("height")) : nil
    let original = restoring ? (try table.column("orig_width"), try table.column("orig_height")) : nil
    for row in table.rows where !edges.allSatisfy({ row[$0].isEmpty }) {
      var numbers: [Double] = []
      for edge in edges { numbers.append(try table.number(row, edge)) }
      let box = Box(
        x: numbers[0], y: numbers[1], width: numbers[2] - numbers[0], height: numbers[3] - numbers[1])
      guard !box.isEmpty else { throw table.malformed(row, "the box has no area") }
      let marked = Marked(
        boxes: [box], size: try BoxList.size(table, row, size), original: try BoxList.size(table, row, original)
      )
      let key = PhotographList.path(row[file], below: root)
      if let earlier = self.marked[key] {
        guard earlier.size == marked.size, earlier.original == marked.original else {
          throw table.malformed(row, "gives '\(row[file])' another size than a row before")
        }
        self.marked[key]?.boxes.append(box)
      } else {
        self.marked[key] = marked
      }
    }
    guard !self.marked.isEmpty else { throw DataError(.empty, in: path, "holds no box") }
  }

  /// What is known of the photograph in a file; nil where nothing is.
  package subscript(path: String) -> Marked? { marked[URL(fileURLWithPath: path).standardizedFileURL.path] }

  private static let sides = 1...1_000_000

  private static func size(
    _ table: CSVTable, _ row: CSVTable.Row, _ columns: (width: Int, height: Int)?
  ) throws(DataError) -> PixelSize? {
    guard let columns else { return nil }
    return PixelSize(
      width: try table.integer(row, columns.width, in: sides),
      height: try table.integer(row, columns.height, in: sides))
  }
}
