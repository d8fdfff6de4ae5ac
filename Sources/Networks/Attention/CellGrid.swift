/// The cells of a map in canvas units: cell centres, so the same rectangle fits maps of every size.
package struct CellGrid<Scalar: RealScalar>: Hashable, Sendable {
  /// The centres' places from left to right.
  package let u: [Scalar]
  /// The centres' places from top to bottom.
  package let v: [Scalar]

  /// Cells at given places along the two axes. Neither is empty.
  package init(u: [Scalar], v: [Scalar]) {
    precondition(!u.isEmpty && !v.isEmpty, "a grid has at least one cell")
    self.u = u
    self.v = v
  }

  /// Cells of equal size that fill the canvas.
  package init(rows: Int, columns: Int) {
    func centres(_ count: Int) -> [Scalar] { (0..<count).map { Scalar(2 * $0 + 1) / Scalar(count) - 1 } }
    self.init(u: centres(columns), v: centres(rows))
  }

  package var count: Int { u.count * v.count }

  /// Calls `body` with index and centre (u right, v down) of each cell, row by row.
  @inline(__always)
  func visit(_ body: (_ index: Int, _ u: Scalar, _ v: Scalar) -> Void) {
    var index = 0
    for y in v {
      for x in u {
        body(index, x, y)
        index += 1
      }
    }
  }
}
