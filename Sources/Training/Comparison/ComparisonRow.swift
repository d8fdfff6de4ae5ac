import Foundation

/// What one training of an experiment came to. A row of the results.
package struct ComparisonRow: Hashable, Sendable {
  /// What stands for the place of a network without attention.
  package static let nowhere = "-"

  package var experiment: String
  package var cell: String
  /// What decides the row besides its name; see ``CellDefinition``.
  package var definition: String
  package var backbone: String
  package var place: String
  package var attention: String
  package var seed: UInt64
  /// Photographs learned from, and those judged by.
  package var learned = 0
  package var judged = 0
  package var steps = 0
  /// The share of held-out photographs whose class is the most probable.
  package var top1 = 0.0
  /// Mean of -ln of the right class's probability.
  package var likelihood = 0.0
  /// Of the photographs learned from, as in their last epoch.
  package var trainingTop1 = 0.0
  /// The map's mean over the canvas.
  package var coverage: Double?
  /// Mean perimeter^2 / (4 pi area) of the region above one half.
  package var irregularity: Double?
  /// The same of the region above half the map's own range: a faint map has its boundaries there, not at one half.
  package var rangeIrregularity: Double?
  /// Mean number of connected regions above one half.
  package var regions: Double?
  /// How much of the map changed copies keep: see ``MapStability``.
  package var overlap: Double?
  package var region: Double?
  /// Mean equivariance error of the rectangle.
  package var equivariance: Double?
  /// Mean IoU with the photographs' boxes.
  package var iou: Double?
  /// Of the attention: learned numbers, and multiplications with addition for one photograph.
  package var parameters = 0
  package var multiplyAdds = 0
  /// Multiplications with addition of the whole network.
  package var networkMultiplyAdds = 0
  /// Median time of the attention alone, and of the whole network, on one core.
  package var milliseconds = 0.0
  package var networkMilliseconds = 0.0
  /// Of the training and the judging.
  package var seconds = 0.0
  /// One bit for each held-out photograph, in their order: whether it was classified rightly.
  package var correct = BitList()
  /// For each held-out photograph the half of the canvas that counts most: 64 bits; see ``AttendedHalf``.
  package var halves = BitList()

  /// A row that knows what it is about, with nothing measured yet.
  package init(_ cell: ExperimentCell, of experiment: String, definition: String) {
    self.experiment = experiment
    self.cell = cell.name
    self.definition = definition
    backbone = cell.backbone.name
    place = cell.place ?? ComparisonRow.nowhere
    attention = cell.choice.name
    seed = cell.seed
  }

  package static let columns = [
    "experiment", "cell", "definition", "backbone", "place", "attention", "seed", "learned", "judged", "steps",
    "top1", "nll", "training_top1", "coverage", "irregularity", "range_irregularity", "regions", "map_overlap",
    "region_overlap",
    "equivariance", "iou", "parameters", "multiply_adds", "network_multiply_adds", "ms", "network_ms",
    "seconds", "correct", "halves",
  ]
}

// MARK: Text

extension ComparisonRow {
  /// The fields in the order of ``columns``. Numbers have six significant digits.
  package var fields: [String] {
    func text(_ value: Double?) -> String { value.map { String(format: "%.6g", $0) } ?? "" }
    return [
      experiment, cell, definition, backbone, place, attention, "\(seed)", "\(learned)", "\(judged)",
      "\(steps)", text(top1), text(likelihood), text(trainingTop1), text(coverage), text(irregularity),
      text(rangeIrregularity),
      text(regions), text(overlap), text(region), text(equivariance), text(iou), "\(parameters)",
      "\(multiplyAdds)", "\(networkMultiplyAdds)", text(milliseconds), text(networkMilliseconds), text(seconds),
      correct.text, halves.text,
    ]
  }

  /// Reads the row of a table with these columns.
  init(_ row: CSVTable.Row, in table: CSVTable) throws(DataError) {
    var next = 0
    func field() -> Int {
      defer { next += 1 }
      return next
    }
    func text() -> String { row[field()] }
    func integer() throws(DataError) -> Int { try table.integer(row, field(), in: 0...Int.max) }
    func number() throws(DataError) -> Double { try table.number(row, field()) }
    func optional() throws(DataError) -> Double? {
      let column = field()
      return row[column].isEmpty ? nil : try table.number(row, column)
    }
    func bits() throws(DataError) -> BitList {
      let column = field()
      guard let bits = BitList(text: row[column]) else {
        throw table.malformed(row, "column \(table.columns[column]) holds no bits")
      }
      return bits
    }
    experiment = text()
    cell = text()
    definition = text()
    backbone = text()
    place = text()
    attention = text()
    seed = UInt64(try integer())
    learned = try integer()
    judged = try integer()
    steps = try integer()
    top1 = try number()
    likelihood = try number()
    trainingTop1 = try number()
    coverage = try optional()
    irregularity = try optional()
    rangeIrregularity = try optional()
    regions = try optional()
    overlap = try optional()
    region = try optional()
    equivariance = try optional()
    iou = try optional()
    parameters = try integer()
    multiplyAdds = try integer()
    networkMultiplyAdds = try integer()
    milliseconds = try number()
    networkMilliseconds = try number()
    seconds = try number()
    correct = try bits()
    halves = try bits()
    guard correct.count == judged, halves.isEmpty || halves.count == judged * AttendedHalf.bits else {
      throw table.malformed(
        row, "holds bits of \(correct.count) photographs and says that \(judged) were judged")
    }
  }
}

/// Bits as text: their number, a colon, and six of them in each character of URL-safe base64, the first the highest.
package struct BitList: Hashable, Sendable {
  package private(set) var bits: [Bool]

  package init(_ bits: [Bool] = []) { self.bits = bits }

  package var count: Int { bits.count }
  package var isEmpty: Bool { bits.isEmpty }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  package var text: String {
    var characters: [UInt8] = []
    for start in stride(from: 0, to: count, by: 6) {
      let value = (0..<6).reduce(0) { $0 << 1 | (start + $1 < count && bits[start + $1] ? 1 : 0) }
      characters.append(BitList.alphabet[value])
    }
    return "\(count):" + String(decoding: characters, as: UTF8.self)
  }

  /// Nil for a text that no bits have.
  package init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), count >= 0, count <= 6 * parts[1].utf8.count,
      parts[1].utf8.count == (count + 5) / 6
    else { return nil }
    var bits: [Bool] = []
    for character in parts[1].utf8 {
      guard let value = BitList.alphabet.firstIndex(of: character) else { return nil }
      for place in (0..<6).reversed() { bits.append(value >> place & 1 == 1) }
    }
    guard bits[count...].allSatisfy({ !$0 }) else { return nil }
    self.bits = Array(bits[..<count])
  }
}
