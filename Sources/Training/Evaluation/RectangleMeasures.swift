import Geometry

/// What the rectangles of all photographs are like, boxes or not.
package struct RectangleMeasures: Sendable {
  /// The share of the frame inside the rectangle.
  package let coverage: Estimate
  /// Its standard deviation over the photographs: a network that always says the same has none.
  package let coverageSpread: Estimate
  /// The share of the frame inside the upright hull.
  package let hullCoverage: Estimate

  /// Nil for a network without attention.
  init?(_ verdicts: [PhotographVerdict], _ bootstrap: Bootstrap) {
    let coverages = verdicts.compactMap { $0.located?.coverage }
    guard let coverage = bootstrap.mean(coverages),
      let spread = bootstrap.estimate(coverages, RectangleMeasures.standardDeviation),
      let hull = bootstrap.mean(verdicts.compactMap(\.hullCoverage))
    else { return nil }
    self.coverage = coverage
    coverageSpread = spread
    hullCoverage = hull
  }

  /// Of a sample, dividing by its number.
  static func standardDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }
}

/// How irregular the regions are that a kind of map singles out.
package struct MapMeasures: Sendable {
  package let name: String
  /// Mean number of connected regions.
  package let components: Estimate
  /// Share of photographs with exactly one.
  package let single: Estimate
  /// Mean perimeter^2 / (4 pi area).
  package let irregularity: Estimate

  init?(_ name: String, _ shapes: [RegionShape], _ bootstrap: Bootstrap) {
    guard let components = bootstrap.mean(shapes.map { Double($0.components) }),
      let single = bootstrap.mean(shapes.map { $0.components == 1 ? 1 : 0 }),
      let irregularity = bootstrap.mean(shapes.compactMap(\.irregularity))
    else { return nil }
    self.name = name
    self.components = components
    self.single = single
    self.irregularity = irregularity
  }
}

/// How the network sees one kind of changed copy.
package struct ViewMeasures: Sendable {
  package let name: String
  package let photographs: Int
  /// The share whose label stayed what it was.
  package let labelKept: Estimate
  /// Means of the parts of `RectangleDistance`. Nil for a network without attention.
  package let distance: Distance?

  package struct Distance: Sendable {
    package let center: Estimate
    package let size: Estimate
    package let angle: Estimate
    package let error: Estimate
    package let iou: Estimate
  }

  init?(_ name: String, _ verdicts: [PhotographVerdict.ViewVerdict], _ bootstrap: Bootstrap) {
    guard let labelKept = bootstrap.mean(verdicts.map { $0.isLabelKept ? 1 : 0 }) else { return nil }
    self.name = name
    photographs = verdicts.count
    self.labelKept = labelKept
    let distances = verdicts.compactMap(\.distance)
    if let center = bootstrap.mean(distances.map(\.center)), let size = bootstrap.mean(distances.map(\.size)),
      let angle = bootstrap.mean(distances.map(\.angle)), let error = bootstrap.mean(distances.map(\.error)),
      let iou = bootstrap.mean(distances.map(\.iou))
    {
      distance = Distance(center: center, size: size, angle: angle, error: error, iou: iou)
    } else {
      distance = nil
    }
  }
}
