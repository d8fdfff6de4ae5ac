package import Geometry
package import Tensors

/// One number for each cell of a grid over the canvas, row by row: an attention map, or a class activation map.
package struct ScalarMap: Hashable, Sendable {
  package let rows: Int
  package let columns: Int
  package let values: [Float]

  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns && !values.isEmpty, "one value for each cell")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The side of the grid on which regions of every map are measured.
  package static let enlargedSide = 224

  /// Resampled to `enlargedSide` cells a side: bilinear, half-pixel centres, edges repeated. Scratch comes from
  /// `workspace` and goes back to it.
  package func enlarged(in workspace: Workspace) -> ScalarMap {
    let side = ScalarMap.enlargedSide
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    let coarse = workspace.map(MapShape(height: rows, width: columns, channels: 1))
    _ = coarse.values.update(fromContentsOf: values)
    let fine = workspace.map(MapShape(height: side, width: side, channels: 1))
    coarse.resample(into: fine)
    return ScalarMap(rows: side, columns: side, values: Array(fine.values))
  }

  /// Brought to [0, 1] by its least and greatest value; all 0 where they are equal.
  package var normalised: ScalarMap {
    let least = values.min() ?? 0
    let range = (values.max() ?? 0) - least
    let scaled = values.map { range > 0 ? ($0 - least) / range : 0 }
    return ScalarMap(rows: rows, columns: columns, values: scaled)
  }

  /// The connected regions of the cells above a threshold, in the order of their first cells. Cells are neighbours
  /// along an edge.
  package func regions(above threshold: Float) -> [Region] {
    var isOpen = values.map { $0 > threshold }
    var regions: [Region] = []
    var stack: [Int] = []
    for first in isOpen.indices where isOpen[first] {
      var region = Region(columns: .max ... .max, rows: .max ... .max, cells: 0)
      isOpen[first] = false
      stack.append(first)
      while let cell = stack.popLast() {
        let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
        region.add(column: column, row: row)
        if column > 0, isOpen[cell - 1] {
          isOpen[cell - 1] = false
          stack.append(cell - 1)
        }
        if column < columns - 1, isOpen[cell + 1] {
          isOpen[cell + 1] = false
          stack.append(cell + 1)
        }
        if row > 0, isOpen[cell - columns] {
          isOpen[cell - columns] = false
          stack.append(cell - columns)
        }
        if row < rows - 1, isOpen[cell + columns] {
          isOpen[cell + columns] = false
          stack.append(cell + columns)
        }
      }
      regions.append(region)
    }
    return regions
  }

  /// A connected region of cells.
  package struct Region: Hashable, Sendable {
    /// The columns and rows it touches.
    package fileprivate(set) var columns: ClosedRange<Int>
    package fileprivate(set) var rows: ClosedRange<Int>
    package fileprivate(set) var cells: Int

    fileprivate mutating func add(column: Int, row: Int) {
      columns = min(columns.lowerBound, column)...(cells == 0 ? column : max(columns.upperBound, column))
      rows = min(rows.lowerBound, row)...(cells == 0 ? row : max(rows.upperBound, row))
      cells += 1
    }
  }

  /// The upright box of the largest connected region above a threshold, of equals the first, in canvas units (-1 to
  /// 1); the whole canvas where no cell is above it.
  package func box(above threshold: Float) -> Box {
    let regions = regions(above: threshold)
    guard let first = regions.first else { return Box(x: -1, y: -1, width: 2, height: 2) }
    let largest = regions.dropFirst().reduce(first) { $1.cells > $0.cells ? $1 : $0 }
    let width = 2 / Double(columns)
    let height = 2 / Double(rows)
    return Box(
      x: Double(largest.columns.lowerBound) * width - 1, y: Double(largest.rows.lowerBound) * height - 1,
      width: Double(largest.columns.count) * width, height: Double(largest.rows.count) * height)
  }
}
