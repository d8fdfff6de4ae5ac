import Foundation

/// How irregular the region is where a map exceeds a threshold.
package struct RegionShape: Hashable, Sendable {
  /// Connected regions.
  package let components: Int
  /// perimeter^2 / (4 pi area): 1 for a disc, 1.27 for a square, more for what is ragged or in pieces. Nil where
  /// nothing exceeds the threshold.
  package let irregularity: Double?

  package init(_ map: ScalarMap, above threshold: Float) {
    components = map.regions(above: threshold).count
    let contour = Contour(map, level: Double(threshold))
    irregularity = contour.area > 0 ? contour.length * contour.length / (4 * .pi * contour.area) : nil
  }
}

/// Length and area of the contour of a map at a level, in cells.
///
/// The map is taken as linear on the triangles between cell centres and 0 one cell beyond its edges. Counting the
/// edges of cells instead would make a slanted line up to 1.41 times too long.
struct Contour {
  private(set) var length = 0.0
  private(set) var area = 0.0

  init(_ map: ScalarMap, level: Double) {
    func height(_ column: Int, _ row: Int) -> Double {
      guard 0..<map.columns ~= column, 0..<map.rows ~= row else { return -level }
      return Double(map.values[row * map.columns + column]) - level
    }
    for row in -1..<map.rows {
      for column in -1..<map.columns {
        let a = height(column, row)
        let b = height(column + 1, row)
        let c = height(column + 1, row + 1)
        let d = height(column, row + 1)
        add(corner: b, a, c)
        add(corner: d, c, a)
      }
    }
  }

  /// A triangle whose right angle is at `corner`; the legs to `p` and `q` are one cell long.
  private mutating func add(corner: Double, _ p: Double, _ q: Double) {
    switch (corner > 0, p > 0, q > 0) {
    case (false, false, false): break
    case (true, true, true): area += 0.5
    case (true, false, false), (false, true, true):
      cut(from: corner, p, q, inside: corner > 0) { ($0 * $0 + $1 * $1).squareRoot() }
    case (false, true, false), (true, false, true):
      cut(from: p, corner, q, inside: p > 0, Contour.slanted)
    case (false, false, true), (true, true, false):
      cut(from: q, corner, p, inside: q > 0, Contour.slanted)
    }
  }

  /// The line that cuts off one corner of a triangle, at shares `s` and `t` of the two edges that leave it.
  private mutating func cut(
    from corner: Double, _ p: Double, _ q: Double, inside: Bool, _ distance: (Double, Double) -> Double
  ) {
    let s = corner / (corner - p)
    let t = corner / (corner - q)
    length += distance(s, t)
    area += inside ? s * t / 2 : (1 - s * t) / 2
  }

  /// The distance between a point at share `s` of a leg and one at share `t` of the long edge, from their common corner.
  private static func slanted(_ s: Double, _ t: Double) -> Double {
    ((s - t) * (s - t) + t * t).squareRoot()
  }
}
