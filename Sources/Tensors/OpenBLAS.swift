import COpenBLAS
import Foundation

/// The matrix library as a whole: its one-time set-up, what it is, and whether it computes rightly here.
package enum OpenBLAS {
  /// Sets the library to one thread, once a process: parallelism comes from the pipeline's workers, and one thread
  /// gives the same bits each time. Thread-safe; free after the first call.
  package static func prepare() { _ = oneThread }

  private static let oneThread: Void = openblas_set_num_threads(1)

  /// The library's version and build options in one line.
  package static var configuration: String { String(cString: openblas_get_config()) }

  /// Which processor's code the library chose. Results may differ in the last bits between cores of different name.
  package static var coreName: String { String(cString: openblas_get_corename()) }

  /// Whether `prepare` has an effect. A library built on OpenMP ignores it: there OMP_NUM_THREADS=1 must be set
  /// before the program starts.
  package static var obeysThreadCount: Bool { openblas_get_parallel() != OPENBLAS_OPENMP }

  /// The largest difference, relative to the largest value, between products of this library and of a plain loop in
  /// double precision, over shapes with and without full blocks. About 1e-6 is sound, above 1e-4 is broken.
  package static func selfCheck() -> Double {
    [(1, 96, 32), (7, 5, 3), (49, 64, 48), (130, 131, 67)].map(deviation).max() ?? 0
  }

  /// Billions of multiplications and additions a second on one core, over about `seconds` of work on a shape
  /// typical of the network.
  package static func measuredRate(seconds: Double = 0.1) -> Double {
    let (m, k, n) = (196, 480, 112)
    let workspace = Workspace()
    let a = noise(rows: m, columns: k, in: workspace)
    let b = noise(rows: n, columns: k, in: workspace)
    let c = noise(rows: m, columns: n, in: workspace)
    GEMM.multiply(a, transposed: b, into: c)
    let start = DispatchTime.now().uptimeNanoseconds
    var rounds = 0
    var elapsed = 0.0
    while elapsed < seconds {
      GEMM.multiply(a, transposed: b, into: c)
      rounds += 1
      elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    }
    return 2 * Double(m * k * n) * Double(rounds) / elapsed * 1e-9
  }

  private static func deviation(rows m: Int, inner k: Int, columns n: Int) -> Double {
    let workspace = Workspace()
    let a = noise(rows: m, columns: k, in: workspace)
    let b = noise(rows: n, columns: k, in: workspace)
    let c = noise(rows: m, columns: n, in: workspace)
    GEMM.multiply(a, transposed: b, into: c)
    var largest = 0.0
    var worst = 0.0
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        for i in 0..<k { sum += Double(a.base[row * k + i]) * Double(b.base[column * k + i]) }
        largest = max(largest, abs(sum))
        worst = max(worst, abs(sum - Double(c.base[row * n + column])))
      }
    }
    return worst.isNaN || largest == 0 ? .infinity : worst / largest
  }

  /// A matrix of values in [-1, 1] without pattern, the same each time.
  private static func noise(rows: Int, columns: Int, in workspace: Workspace) -> Matrix {
    let values = workspace.floats(rows * columns)
    var state: UInt32 = 12345
    for i in values.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      values[i] = Float(Int32(bitPattern: state)) * 0x1p-31
    }
    return Matrix(values.baseAddress!, rows: rows, columns: columns)
  }
}
