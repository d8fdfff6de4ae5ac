/// Overlaps with known boxes over photographs.
package struct BoxMeasures: Sendable {
  /// The overlaps at which a box counts as found.
  package static let levels = [0.3, 0.5, 0.7]

  package let mean: Estimate
  /// The share of photographs with at least each of `levels`.
  package let shares: [Estimate]

  /// Of one overlap for each photograph; nil for none.
  init?(_ values: [Double], _ bootstrap: Bootstrap) {
    guard let mean = bootstrap.mean(values) else { return nil }
    self.mean = mean
    shares = BoxMeasures.levels.compactMap { level in bootstrap.share(values) { $0 >= level } }
  }
}

/// How a set of photographs with boxes was met, by the network and by the baselines.
package struct BoxSection: Sendable {
  /// A way to get a box.
  package struct Row: Sendable {
    package let name: String
    package let measures: BoxMeasures
    /// The network's hull minus this, photograph by photograph: of the overlap, and of the share with at least 0.5.
    package let advantage: (mean: Estimate, half: Estimate)?
  }

  package let name: String
  package let photographs: Int
  package let rows: [Row]
  package let centerInside: Estimate?

  /// - Parameter threshold: the index of the class activation map's best threshold.
  init?(_ name: String, _ overlaps: [PhotographVerdict.Overlaps], threshold: Int?, _ bootstrap: Bootstrap) {
    guard !overlaps.isEmpty else { return nil }
    self.name = name
    photographs = overlaps.count
    let hulls = overlaps.compactMap(\.hull)
    var rows: [Row] = []
    func add(_ name: String, _ values: [Double?], isBaseline: Bool = true) {
      let values = values.compactMap(\.self)
      guard let measures = BoxMeasures(values, bootstrap) else { return }
      rows.append(
        Row(name: name, measures: measures, advantage: isBaseline ? advantage(hulls, values, bootstrap) : nil))
    }
    add("rectangle's hull", hulls, isBaseline: false)
    add("rectangle itself", overlaps.map(\.oriented), isBaseline: false)
    add("whole frame", overlaps.map(\.whole))
    add("middle 70 %", overlaps.map(\.middle))
    add("activation's moments", overlaps.map(\.moments))
    for (title, index) in [("activation > 0.20", 3), ("activation, best", threshold)] {
      guard let index else { continue }
      add(title, overlaps.map { $0.activation?[index] })
    }
    self.rows = rows
    centerInside = bootstrap.mean(overlaps.compactMap { $0.isCenterInside.map { $0 ? 1 : 0 } })
  }
}

private func advantage(
  _ hulls: [Double], _ baseline: [Double], _ bootstrap: Bootstrap
) -> (mean: Estimate, half: Estimate)? {
  guard hulls.count == baseline.count, let mean = bootstrap.mean(zip(hulls, baseline).map { $0 - $1 }),
    let half = bootstrap.mean(zip(hulls, baseline).map { ($0 >= 0.5 ? 1 : 0) - ($1 >= 0.5 ? 1 : 0) })
  else { return nil }
  return (mean, half)
}

/// The box of the class activation map at one threshold. Without intervals: it is read as a curve.
package struct ThresholdRow: Hashable, Sendable {
  package let threshold: Double
  package let mean: Double
  package let shares: [Double]

  /// One row for each of `ActivationThresholds`; empty without maps.
  static func table(_ overlaps: [PhotographVerdict.Overlaps]) -> [ThresholdRow] {
    let activations = overlaps.compactMap(\.activation)
    guard !activations.isEmpty else { return [] }
    return ActivationThresholds.all.indices.map { index in
      let values = activations.map { $0[index] }
      return ThresholdRow(
        threshold: (Double(ActivationThresholds.all[index]) * 100).rounded() / 100,
        mean: values.reduce(0, +) / Double(values.count),
        shares: BoxMeasures.levels.map { level in Double(values.count { $0 >= level }) / Double(values.count) })
    }
  }

  /// The index of the row that finds most photographs at 0.5; of equals that of the greater mean.
  static func best(_ table: [ThresholdRow]) -> Int? {
    table.indices.max { a, b in (table[a].shares[1], table[a].mean) < (table[b].shares[1], table[b].mean) }
  }
}
