import Dispatch
import Foundation
package import Geometry
import Imaging
import Networks
import Synchronization
import Tensors

/// Makes the boxes of all photographs of a set, on several cores.
package enum Teaching {
  /// What became of a photograph.
  package enum Outcome: Sendable {
    /// Its box in shares of its width and height.
    case boxed(LabelledPhotograph, Box)
    /// It could not be read or decoded; the sentence says why.
    case failed(LabelledPhotograph, String)
  }

  /// The outcomes in the order of the photographs; they do not depend on `jobs`.
  ///
  /// - Parameters:
  ///   - hasLabels: whether the photographs' labels are indices of the model's.
  ///   - watch: called on any thread after each photograph, with the cut behind its box if there was one.
  package static func boxes(
    of photographs: [LabelledPhotograph], by maker: TeacherBoxMaker, hasLabels: Bool, jobs: Int,
    watch: @Sendable (_ index: Int, Outcome, TeacherBoxMaker.Cut?) -> Void = { _, _, _ in }
  ) -> [Outcome] {
    OpenBLAS.prepare()
    let outcomes = Mutex([Outcome?](repeating: nil, count: photographs.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, photographs.count))) { _ in
      defer { Vips.threadShutdown() }
      let worker = maker.worker()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < photographs.count else { return }
        let photograph = photographs[index]
        let outcome: Outcome
        var cut: TeacherBoxMaker.Cut?
        do throws(TeachingFailure) {
          let made = try maker.box(of: photograph.path, label: hasLabels ? photograph.label : nil, worker)
          outcome = .boxed(photograph, made.box)
          cut = made.cut
        } catch {
          outcome = .failed(photograph, error.detail)
        }
        outcomes.withLock { $0[index] = outcome }
        watch(index, outcome, cut)
      }
    }
    return outcomes.withLock { $0.compactMap(\.self) }
  }

  /// The mean of each box and that of an earlier round, where that has one.
  package static func merged(_ outcomes: [Outcome], with earlier: TeacherBoxes) -> [Outcome] {
    outcomes.map { outcome in
      guard case .boxed(let photograph, let box) = outcome, let other = earlier[photograph.path] else {
        return outcome
      }
      // Canvas units, -1 to 1, become shares.
      let (x, y) = (Double(other.mu1 - other.sigma1 + 1) / 2, Double(other.mu2 - other.sigma2 + 1) / 2)
      return .boxed(
        photograph,
        Box(
          x: (box.x + x) / 2, y: (box.y + y) / 2, width: (box.width + Double(other.sigma1)) / 2,
          height: (box.height + Double(other.sigma2)) / 2))
    }
  }

  /// The boxes as a table for ``TeacherBoxes``, in the order of the photographs; what failed is left out.
  package static func table(_ outcomes: [Outcome]) -> String {
    var rows = ["file,xmin,ymin,xmax,ymax\n"]
    for case .boxed(let photograph, let box) in outcomes {
      let edges = [box.x, box.y, box.maxX, box.maxY].map { String(format: "%.4f", $0) }
      rows.append(([EvaluationDetails.quoted(photograph.name)] + edges).joined(separator: ",") + "\n")
    }
    return rows.joined()
  }
}
