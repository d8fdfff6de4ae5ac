import Dispatch
import Geometry
import Networks
import Synchronization
import Tensors

/// Judges a trained network, from where the frozen layers end, by the photographs held out.
struct CellJudge {
  /// What was found out about one photograph.
  struct Verdict: Sendable {
    let isRight: Bool
    let likelihood: Double
    let coverage: Double?
    /// Of the region above one half, and of that above half the map's range.
    let shape: RegionShape?
    let rangeShape: RegionShape?
    let half: [Bool]
    /// One for each view that shows enough.
    let stability: [MapStability]
    let equivariance: [Double]
    let overlap: Double?
  }

  let tail: Network
  let heldOut: HeldOutViews
  let boxes: BoxList?

  /// The verdicts in the order of the photographs; they do not depend on `jobs`.
  func verdicts(jobs: Int) -> [Verdict] {
    OpenBLAS.prepare()
    let verdicts = Mutex([Verdict?](repeating: nil, count: heldOut.photographs.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, jobs)) { _ in
      let workspace = Workspace()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < heldOut.photographs.count else { return }
        let verdict = verdict(on: heldOut.photographs[index], in: workspace)
        verdicts.withLock { $0[index] = verdict }
      }
    }
    return verdicts.withLock { $0.compactMap(\.self) }
  }

  private func verdict(on held: HeldOutViews.Photograph, in workspace: Workspace) -> Verdict {
    let (prediction, activation) = predict(held.maps, in: workspace)
    let map = prediction.attentionMap.map { ScalarMap(rows: $0.rows, columns: $0.columns, values: $0.values) }
    var stability: [MapStability] = []
    var equivariance: [Double] = []
    for (view, maps) in zip(heldOut.views, held.views) {
      guard let map else { break }
      let seen = predict(maps, in: workspace).prediction
      if let found = seen.attentionMap,
        let kept = MapStability(
          found: ScalarMap(rows: found.rows, columns: found.columns, values: found.values), first: map, in: view
        )
      {
        stability.append(kept)
      }
      guard let expected = prediction.rectangle.map({ view.similarity.rectangle($0) }),
        let rectangle = seen.rectangle, max(abs(expected.mu1), abs(expected.mu2)) <= 1
      else { continue }
      equivariance.append(RectangleDistance(found: rectangle, expected: expected).error)
    }
    let enlarged = map?.enlarged(in: workspace)
    let truth = held.photograph.label
    return Verdict(
      isRight: PhotographJudge.rank(of: truth, in: prediction.logits) == 0,
      likelihood: PhotographJudge.negativeLogLikelihood(of: truth, in: prediction.logits),
      coverage: map.map { $0.values.reduce(0.0) { $0 + Double($1) } / Double($0.values.count) },
      shape: enlarged.map { RegionShape($0, above: 0.5) },
      rangeShape: enlarged.map { RegionShape($0.normalised, above: 0.5) },
      half: map.map(AttendedHalf.of) ?? [], stability: stability, equivariance: equivariance,
      overlap: boxes?[held.photograph.path].map { marked in
        overlap(of: prediction.rectangle, map ?? activation, with: marked, held.frame, workspace)
      })
  }

  /// What the network says behind kept maps; for one without attention also the activation map of the class it names.
  private func predict(_ maps: [Tensor], in workspace: Workspace) -> (
    prediction: Prediction, activation: ScalarMap?
  ) {
    let pass = tail.run(
      in: workspace,
      fillAll: { places in
        for (place, map) in zip(places, maps) {
          map.withValues { _ = place.values.update(fromContentsOf: $0) }
        }
      })
    let prediction = Prediction(of: pass)
    guard prediction.attentionMap == nil else { return (prediction, nil) }
    return (prediction, ClassActivation.map(of: tail, in: pass, class: prediction.top(1)[0].index))
  }

  /// With the photograph's boxes: of the rectangle's hull, or of the box of the largest region above half a map's range.
  private func overlap(
    of rectangle: CanvasRectangle?, _ map: ScalarMap?, with marked: BoxList.Marked, _ frame: CanvasFrame,
    _ workspace: Workspace
  ) -> Double {
    let judge = OverlapJudge(marked, frame: frame)
    if let rectangle {
      return judge.overlaps(of: rectangle, activation: nil, in: workspace).hull ?? 0
    }
    return map.map { judge.overlap(ofCanvas: $0.enlarged(in: workspace).normalised.box(above: 0.5)) } ?? 0
  }
}
