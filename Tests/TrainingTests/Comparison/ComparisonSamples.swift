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
  static func row(_ cell: ExperimentCell, photographs: Int = 12) -> ComparisonRow {
    var random = SeededGenerator(
      seed: cell.name.utf8.reduce(9) { $0 &* 31 &+ UInt64($1) })
    func number(_ range: ClosedRange<Double>) -> Double {
      (1000 * Double.random(in: range, using: &random)).rounded() / 1000
    }
    func bits(_ count: Int) -> BitList { BitList((0..<count).map { _ in Bool.random(using: &random) }) }
    let correct = bits(photographs)
    let isAttentive = cell.choice.attention != nil
    return ComparisonRow(
      experiment: "sample", cell: cell.name, definition: "0123456789abcdef", backbone: cell.backbone.name,
      place: cell.place ?? "-", attention: cell.choice.name, seed: cell.seed, learned: 100, judged: photographs,
      steps: 40, top1: Double(correct.bits.count { $0 }) / Double(photographs), likelihood: number(0.2...2),
      trainingTop1: number(0.5...1), coverage: isAttentive ? number(0...1) : nil,
      irregularity: isAttentive ? number(1...9) : nil, regions: isAttentive ? number(1...4) : nil,
      overlap: isAttentive ? number(0...1) : nil, region: isAttentive ? number(0...1) : nil,
      equivariance: cell.choice.name == "rectangle" ? number(0...1) : nil, iou: nil,
      parameters: isAttentive ? 9000 : 0, multiplyAdds: isAttentive ? 2_000_000 : 0,
      networkMultiplyAdds: 50_000_000, milliseconds: isAttentive ? number(0.1...1) : 0,
      networkMilliseconds: number(10...12), seconds: number(20...60), correct: correct,
      halves: isAttentive ? bits(64 * photographs) : BitList())
  }

  static var rows: [ComparisonRow] { experiment.cells.map { row($0) } }
}
