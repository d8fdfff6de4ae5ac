import Geometry

/// The half of the canvas that counts most on a map: what can be compared between maps of any contrast, of any resolution and of any
/// kind. Two maps that have nothing to do with each other share a third of their halves' union.
package enum AttendedHalf {
  /// Cells of a side.
  package static let side = 8
  /// Bits of a photograph, row by row.
  package static let bits = side * side

  /// A bit for each cell: whether it is in the half.
  package static func of(_ map: ScalarMap) -> [Bool] {
    highest(
      (0..<bits).map { cell in
        let (row, column) = cell.quotientAndRemainder(dividingBy: side)
        return map.value(
          x: (2 * Double(column) + 1) / Double(side) - 1, y: (2 * Double(row) + 1) / Double(side) - 1)
      })
  }

  /// The half of the values that are highest; of equals the earlier.
  static func highest(_ values: [Float]) -> [Bool] {
    var isHigh = [Bool](repeating: false, count: values.count)
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    for index in order.prefix(values.count / 2) { isHigh[index] = true }
    return isHigh
  }

  /// Intersection over union; 0 of nothing.
  package static func overlap(_ a: some Collection<Bool>, _ b: some Collection<Bool>) -> Double {
    var both = 0
    var either = 0
    for (a, b) in zip(a, b) {
      both += a && b ? 1 : 0
      either += a || b ? 1 : 0
    }
    return either == 0 ? 0 : Double(both) / Double(either)
  }
}

extension ScalarMap {
  /// The value at a point in canvas units: bilinear between the cells' centres, edges repeated.
  func value(x: Double, y: Double) -> Float {
    func place(_ unit: Double, _ count: Int) -> (low: Int, high: Int, share: Float) {
      let place = min(max((unit + 1) / 2 * Double(count) - 0.5, 0), Double(count - 1))
      let low = Int(place)
      return (low, min(low + 1, count - 1), Float(place - Double(low)))
    }
    let (left, right, across) = place(x, columns)
    let (top, bottom, down) = place(y, rows)
    let upper = values[top * columns + left] * (1 - across) + values[top * columns + right] * across
    let lower = values[bottom * columns + left] * (1 - across) + values[bottom * columns + right] * across
    return upper * (1 - down) + lower * down
  }
}

/// How much of a map stays when the canvas is changed: the map found there, held against the first one moved alike, over the cells
/// of the changed canvas that show what the first one showed.
package struct MapStability: Sendable {
  /// The sum of the lesser values over the sum of the greater (weighted Jaccard): 1 for equal maps. A map that is the same everywhere
  /// has it too, so it is to be read with ``region``.
  package let overlap: Double
  /// The overlap of the halves that count most (``AttendedHalf``).
  package let region: Double

  private static let side = 28

  /// Nil where hardly anything of the canvas is left.
  package init?(found: ScalarMap, first: ScalarMap, in view: CanvasView) {
    guard let back = CanvasMap(view.similarity).inverse else { return nil }
    var seen: [Float] = []
    var expected: [Float] = []
    for row in 0..<MapStability.side {
      for column in 0..<MapStability.side {
        let x = (2 * Double(column) + 1) / Double(MapStability.side) - 1
        let y = (2 * Double(row) + 1) / Double(MapStability.side) - 1
        let origin = back.point(Point(x: x, y: y))
        guard max(abs(origin.x), abs(origin.y)) <= 1 else { continue }
        seen.append(found.value(x: x, y: y))
        expected.append(first.value(x: origin.x, y: origin.y))
      }
    }
    guard seen.count >= MapStability.side else { return nil }
    let lesser = zip(seen, expected).reduce(0.0) { $0 + Double(min($1.0, $1.1)) }
    let greater = zip(seen, expected).reduce(0.0) { $0 + Double(max($1.0, $1.1)) }
    overlap = greater > 0 ? lesser / greater : 1
    region = AttendedHalf.overlap(AttendedHalf.highest(seen), AttendedHalf.highest(expected))
  }
}
