import COpenBLAS

/// A view of floats as rows of equal length without gaps. Valid as long as the memory it looks at.
package struct Matrix {
  package let base: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int

  /// A view of `rows` x `columns` floats from `base` on.
  package init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    precondition(rows > 0 && columns > 0, "a matrix of \(rows) x \(columns) is empty")
    self.base = base
    self.rows = rows
    self.columns = columns
  }
}

/// Matrix products on OpenBLAS, single precision, row-major, on the calling thread.
package enum GEMM {
  /// c = a bᵀ, with b given as (columns of c) x (columns of a): the layout of a layer's weights, one row an
  /// output. A single row is done as a matrix-vector product. `c` must not overlap the others.
  package static func multiply(_ a: Matrix, transposed b: Matrix, into c: Matrix) {
    precondition(
      a.columns == b.columns && c.rows == a.rows && c.columns == b.rows, "shapes do not fit together")
    OpenBLAS.prepare()
    if a.rows == 1 {
      cblas_sgemv(
        CblasRowMajor, CblasNoTrans, blasint(b.rows), blasint(b.columns), 1, b.base, blasint(b.columns),
        a.base, 1, 0, c.base, 1)
    } else {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(a.rows), blasint(b.rows), blasint(a.columns), 1,
        a.base, blasint(a.columns), b.base, blasint(b.columns), 0, c.base, blasint(c.columns))
    }
  }

  /// c = a b, or c += a b. `c` must not overlap the others.
  package static func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, adding: Bool = false) {
    precondition(
      a.columns == b.rows && c.rows == a.rows && c.columns == b.columns, "shapes do not fit together")
    OpenBLAS.prepare()
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(a.rows), blasint(b.columns), blasint(a.columns), 1,
      a.base, blasint(a.columns), b.base, blasint(b.columns), adding ? 1 : 0, c.base, blasint(c.columns))
  }

  /// c += aᵀ b: how the gradient by a layer's weights is summed over the rows of a batch. `c` must not overlap the others.
  package static func add(transposed a: Matrix, _ b: Matrix, to c: Matrix) {
    precondition(
      a.rows == b.rows && c.rows == a.columns && c.columns == b.columns, "shapes do not fit together")
    OpenBLAS.prepare()
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, blasint(a.columns), blasint(b.columns), blasint(a.rows), 1,
      a.base, blasint(a.columns), b.base, blasint(b.columns), 1, c.base, blasint(c.columns))
  }
}
