/// What follows from the rows of an experiment, before it is written down as tables or drawn.
package struct ComparisonFindings: Sendable {
  /// The trainings of a network that differ in their seeds only.
  struct Group: Sendable {
    let backbone: String
    let place: String
    let attention: String
    let rows: [ComparisonRow]
  }

  /// A difference of top-1, at one place or over all.
  package struct Difference: Sendable {
    package let pair: Experiment.Pair
    /// "all" for the mean over backbones and places.
    package let backbone: String
    package let place: String
    package let paired: PairedDifference

    package var isOverall: Bool { backbone == ComparisonFindings.everywhere }
  }

  /// How alike the attended halves are at two places.
  struct Agreement: Sendable {
    let backbone: String
    let attention: String
    let places: String
    /// One for each seed.
    let values: [Double]
  }

  static let everywhere = "all"

  private let experiment: Experiment
  private let rows: [ComparisonRow]
  private let byCell: [String: ComparisonRow]

  package init(_ experiment: Experiment, _ rows: [ComparisonRow]) {
    self.experiment = experiment
    self.rows = rows
    byCell = Dictionary(rows.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Backbone by backbone, place by place, in the order of the experiment; what has no place comes first.
  var groups: [Group] {
    experiment.backbones.flatMap { backbone in
      ([nil] + backbone.places.map { Optional($0) }).flatMap { place in
        experiment.attentions.compactMap { choice -> Group? in
          guard (choice.attention == nil) == (place == nil) else { return nil }
          let rows = experiment.seeds.compactMap { row(backbone, place, choice.name, $0) }
          guard !rows.isEmpty else { return nil }
          return Group(
            backbone: backbone.name, place: place ?? ComparisonRow.nowhere, attention: choice.name, rows: rows)
        }
      }
    }
  }

  /// For each pair the difference over all backbones and places, if there are several, then that at each.
  package var differences: [Difference] {
    experiment.pairs.flatMap { pair -> [Difference] in
      var tables: [(backbone: String, place: String, table: [UInt64: [Double]])] = []
      for backbone in experiment.backbones {
        for place in places(of: backbone, pair) {
          var table: [UInt64: [Double]] = [:]
          for seed in experiment.seeds {
            guard let first = row(backbone, place, pair.first, seed),
              let second = row(backbone, place, pair.second, seed), first.correct.count == second.correct.count
            else { continue }
            table[seed] = zip(first.correct.bits, second.correct.bits).map { ($0 ? 1 : 0) - ($1 ? 1 : 0) }
          }
          if !table.isEmpty { tables.append((backbone.name, place ?? ComparisonRow.nowhere, table)) }
        }
      }
      var found: [Difference] = []
      if tables.count > 1, let overall = overall(tables.map(\.table)) {
        found.append(
          Difference(pair: pair, backbone: Self.everywhere, place: Self.everywhere, paired: overall))
      }
      for entry in tables {
        guard let paired = PairedDifference([ordered(entry.table)]) else { continue }
        found.append(Difference(pair: pair, backbone: entry.backbone, place: entry.place, paired: paired))
      }
      return found
    }
  }

  /// All trainings of a pair's attentions that differ in nothing else.
  func twins(_ pair: Experiment.Pair) -> [(first: ComparisonRow, second: ComparisonRow)] {
    experiment.backbones.flatMap { backbone in
      places(of: backbone, pair).flatMap { place in
        experiment.seeds.compactMap { seed in
          row(backbone, place, pair.first, seed).flatMap { first in
            row(backbone, place, pair.second, seed).map { (first, $0) }
          }
        }
      }
    }
  }

  /// For each attention and every two places of a backbone.
  var agreements: [Agreement] {
    experiment.backbones.flatMap { backbone in
      experiment.attentions.filter { $0.attention != nil }.flatMap { choice -> [Agreement] in
        var found: [Agreement] = []
        for (index, first) in backbone.places.enumerated() {
          for second in backbone.places[(index + 1)...] {
            let values = experiment.seeds.compactMap { seed in
              row(backbone, first, choice.name, seed).flatMap { a in
                row(backbone, second, choice.name, seed).flatMap { b in Self.agreement(a.halves, b.halves) }
              }
            }
            guard !values.isEmpty else { continue }
            found.append(
              Agreement(
                backbone: backbone.name, attention: choice.name, places: "\(first), \(second)", values: values))
          }
        }
        return found
      }
    }
  }

  /// Mean over the photographs; nil where they are not the same.
  static func agreement(_ a: BitList, _ b: BitList) -> Double? {
    guard !a.isEmpty, a.count == b.count else { return nil }
    let starts = stride(from: 0, to: a.count, by: AttendedHalf.bits)
    let overlaps = starts.map { start in
      AttendedHalf.overlap(a.bits[start..<start + AttendedHalf.bits], b.bits[start..<start + AttendedHalf.bits])
    }
    return overlaps.reduce(0, +) / Double(overlaps.count)
  }

  /// The places at which a pair can be compared: none where neither has one.
  private func places(of backbone: Experiment.Backbone, _ pair: Experiment.Pair) -> [String?] {
    let placed = experiment.attentions.contains {
      $0.attention != nil && ($0.name == pair.first || $0.name == pair.second)
    }
    return placed ? backbone.places.map { Optional($0) } : [nil]
  }

  private func row(
    _ backbone: Experiment.Backbone, _ place: String?, _ attention: String, _ seed: UInt64
  ) -> ComparisonRow? {
    guard let choice = experiment.attentions.first(where: { $0.name == attention }) else { return nil }
    let place = choice.attention == nil ? nil : place
    return byCell[ExperimentCell(backbone: backbone, place: place, choice: choice, seed: seed).name]
  }

  /// Over the seeds that are there for all backbones and places.
  private func overall(_ tables: [[UInt64: [Double]]]) -> PairedDifference? {
    let seeds = experiment.seeds.filter { seed in tables.allSatisfy { $0[seed] != nil } }
    let counts = Set(tables.flatMap { table in seeds.map { table[$0]!.count } })
    guard counts.count == 1 else { return nil }
    return PairedDifference(tables.map { table in seeds.map { table[$0]! } })
  }

  private func ordered(_ table: [UInt64: [Double]]) -> [[Double]] {
    let counts = Set(table.values.map(\.count))
    guard counts.count == 1 else { return [] }
    return experiment.seeds.compactMap { table[$0] }
  }
}
