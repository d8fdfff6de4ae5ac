import Dispatch
import Imaging
import Synchronization
import Tensors

/// Judges all photographs of a set on several cores.
package enum Evaluator {
  /// The outcomes in the order of the photographs; they do not depend on `jobs`.
  ///
  /// - Parameter isDone: called on any thread after each photograph, with whether it failed.
  package static func judge(
    _ photographs: [LabelledPhotograph], by judge: PhotographJudge, jobs: Int,
    isDone: @Sendable (_ failed: Bool) -> Void = { _ in }
  ) -> [EvaluationOutcome] {
    OpenBLAS.prepare()
    let outcomes = Mutex([EvaluationOutcome?](repeating: nil, count: photographs.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, photographs.count))) { _ in
      defer { Vips.threadShutdown() }
      let workspace = Workspace()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < photographs.count else { return }
        let outcome = judge.judge(photographs[index], seed: UInt64(index), in: workspace)
        outcomes.withLock { $0[index] = outcome }
        if case .failed = outcome { isDone(true) } else { isDone(false) }
      }
    }
    return outcomes.withLock { $0.compactMap(\.self) }
  }
}
