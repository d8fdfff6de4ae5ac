import Tensors

extension ScalarMap {
  /// Resampled to so many cells a side: bilinear, half-pixel centres, edges repeated.
  func resampled(toSide side: Int) -> ScalarMap {
    let workspace = Workspace()
    let coarse = workspace.map(MapShape(height: rows, width: columns, channels: 1))
    _ = coarse.values.update(fromContentsOf: values)
    let fine = workspace.map(MapShape(height: side, width: side, channels: 1))
    coarse.resample(into: fine)
    return ScalarMap(rows: side, columns: side, values: Array(fine.values))
  }

  /// Left and right exchanged.
  var mirrored: ScalarMap {
    var mirrored = values
    for row in 0..<rows { mirrored[(row * columns)..<((row + 1) * columns)].reverse() }
    return ScalarMap(rows: rows, columns: columns, values: mirrored)
  }

  /// Each value the mean of its neighbours, five along each axis, weighed 1 4 6 4 1; edges repeated.
  var smoothed: ScalarMap {
    let kernel: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
    func pass(_ values: [Float], _ neighbour: (_ row: Int, _ column: Int, _ step: Int) -> Int) -> [Float] {
      (0..<values.count).map { cell in
        let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
        return (-2...2).reduce(0) { $0 + kernel[$1 + 2] * values[neighbour(row, column, $1)] }
      }
    }
    let across = pass(values) { row, column, step in row * columns + min(max(column + step, 0), columns - 1) }
    let down = pass(across) { row, column, step in min(max(row + step, 0), rows - 1) * columns + column }
    return ScalarMap(rows: rows, columns: columns, values: down)
  }

  /// The sum of two maps on the same grid, each times its weight.
  func times(_ weight: Float, plus other: ScalarMap, times otherWeight: Float) -> ScalarMap {
    precondition(rows == other.rows && columns == other.columns, "maps on the same grid")
    let sums = zip(values, other.values).map { weight * $0 + otherWeight * $1 }
    return ScalarMap(rows: rows, columns: columns, values: sums)
  }
}
