import Networks
import TestSupport
import Training

/// Rows as an experiment could have them.
enum ComparisonSamples {
  static let experiment = Experiment(
    name: "sample", title: "A <sample> & more",
    data: .init(path: "photographs", holdOut: .count(12)), canvas: 64,
    backbones: [
      .init(name: "one", start: .architecture("small"), places: ["block2", "block9"], learn: "everything"),
      .init(name: "two", start: .model("default"), places: ["head"], learn: "both"),
    ],
    attentions: [
      .init(name: "none", attention: nil), .init(name: "twin", attention: .init(kind: .positionwise)),
      .init(name: "rectangle", attention: .init(kind: .rectangle)),
    ],
    seeds: [3, 5], settings: Experiment.usualSettings)

  /// A row whose numbers depend on the cell alone.
  static func row(_ cell: ExperimentCell, photographs: Int = 16) -> ComparisonRow {
    var random = SeededGenerator(
      seed: cell.name.utf8.reduce(9) { $0 &* 31 &+ UInt64($1) })
    func number(_ range: ClosedRange<Double>) -> Double {
      (1000 * Double.random(in: range, using: &random)).rounded() / 1000
    }
    func bits(_ count: Int) -> BitList { BitList((0..<count).map { _ in Bool.random(using: &random) }) }
    let correct = bits(photographs)
    let isAttentive = cell.choice.attention != nil
    var row = ComparisonRow(cell, of: "sample", definition: "0123456789abcdef")
    row.learned = 100
    row.judged = photographs
    row.steps = 40
    row.top1 = Double(correct.bits.count { $0 }) / Double(photographs)
    row.likelihood = number(0.2...2)
    row.trainingTop1 = number(0.5...1)
    row.networkMultiplyAdds = 50_000_000
    row.networkMilliseconds = number(10...12)
    row.seconds = number(20...60)
    row.correct = correct
    guard isAttentive else { return row }
    row.coverage = number(0...1)
    row.irregularity = number(1...9)
    row.rangeIrregularity = number(1...9)
    row.regions = number(1...4)
    row.overlap = number(0...1)
    row.region = number(0...1)
    row.equivariance = cell.choice.name == "rectangle" ? number(0...1) : nil
    row.parameters = 9000
    row.multiplyAdds = 2_000_000
    row.milliseconds = number(0.1...1)
    row.halves = bits(64 * photographs)
    return row
  }

  static var rows: [ComparisonRow] { experiment.cells.map { row($0) } }
}
