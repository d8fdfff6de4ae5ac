import Foundation
package import Geometry
package import Manifests

/// What a program has answered about one photograph. Nothing of it is believed before it was checked here.
package struct ExecAnswer: Hashable, Sendable {
  /// What the option `adds` declares.
  package enum Addition: String, CaseIterable, Sendable {
    case predictions, rectangle, pixels

    /// The facts that a photograph has then.
    var facts: Set<String> {
      switch self {
      case .predictions: ["predictions", "label", "score"]
      case .rectangle: ["rectangle", "coverage"]
      case .pixels: ["pixels"]
      }
    }
  }

  /// An answer that is none; the sentence says why, in words that follow "the answer ".
  package struct Problem: Error, Hashable, Sendable {
    package let sentence: String

    package init(sentence: String) { self.sentence = sentence }
  }

  /// Bytes of an answer.
  package static let longest = 1 << 20
  /// Bytes of notes as they are recorded, and how deep they go: every reader of a manifest meets them again.
  private static let longestNotes = 1 << 16
  private static let deepestNotes = 16

  /// Whether the photograph goes on.
  package private(set) var passes = true
  /// The best first.
  package private(set) var predictions: [PredictionRecord]?
  /// In pixels of the upright photograph, all of them finite.
  package private(set) var rectangle: OrientedRectangle?
  /// The name of the file with the new pixels.
  package private(set) var pixels: String?
  /// An object for the record.
  package private(set) var notes: JSONValue?
  /// Why the photograph fails.
  package private(set) var error: String?

  /// - Parameters:
  ///   - line: without its newline.
  ///   - id: of the request.
  ///   - adds: what it may, and where the photograph passes must, bring.
  package init(_ line: [UInt8], to id: Int, adds: Set<Addition>) throws(Problem) {
    guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(line)) else {
      throw Problem(sentence: "is not JSON: \(String(decoding: line.prefix(80), as: UTF8.self).printable)")
    }
    guard case .object(let members) = document else { throw Problem(sentence: "is not a JSON object") }
    guard let given = members.first(where: { $0.key == "id" })?.value else {
      throw Problem(sentence: "has no 'id'; it repeats that of the request")
    }
    guard given == .integer(id) else {
      throw Problem(sentence: "is not to the request that was made: its 'id' is another")
    }
    for member in members where member.key != "id" { try take(member, adds) }
    try checkWhole(members, adds)
  }

  private mutating func take(_ member: JSONValue.Member, _ adds: Set<Addition>) throws(Problem) {
    if let addition = Addition(rawValue: member.key), !adds.contains(addition) {
      throw Problem(sentence: "brings '\(member.key)', which the option 'adds' does not name")
    }
    switch (member.key, member.value) {
    case ("pass", .bool(let passes)): self.passes = passes
    case ("error", .string(let text)) where !text.isEmpty: error = text.printable
    case ("pixels", .string(let name)) where !name.isEmpty && !name.utf8.contains(0): pixels = name
    case ("predictions", .array(let list)): predictions = try Self.predictions(list)
    case ("rectangle", .object(let members)): rectangle = try Self.rectangle(members)
    case ("notes", .object): notes = try Self.notes(member.value)
    case ("pass", _), ("error", _), ("pixels", _), ("predictions", _), ("rectangle", _), ("notes", _):
      throw Problem(sentence: "has a '\(member.key)' of the wrong type")
    default: throw Problem(sentence: "has the member '\(member.key.printable)', which means nothing")
    }
  }

  private func checkWhole(_ members: [JSONValue.Member], _ adds: Set<Addition>) throws(Problem) {
    if error != nil {
      guard members.allSatisfy({ ["id", "error", "notes"].contains($0.key) }) else {
        throw Problem(sentence: "has more than 'notes' beside its 'error'")
      }
    } else if passes {
      let missing = adds.map(\.rawValue).sorted().first { name in !members.contains { $0.key == name } }
      if let missing { throw Problem(sentence: "lacks '\(missing)', which the option 'adds' promises") }
    }
  }

  // MARK: Its parts

  private static func predictions(_ list: [JSONValue]) throws(Problem) -> [PredictionRecord] {
    guard (1...1000).contains(list.count) else { throw Problem(sentence: "must have 1 to 1000 predictions") }
    var predictions: [PredictionRecord] = []
    for (place, element) in list.enumerated() {
      guard case .object(let members) = element, case .string(let label)? = members["label"],
        let score = members["score"]?.double, (0...1).contains(score), (1...1000).contains(label.utf8.count)
      else { throw Problem(sentence: "has a prediction without a 'label' and a 'score' from 0 to 1") }
      var index = place
      if let given = members["index"] {
        guard case .integer(let value) = given, (0...Int(Int32.max)).contains(value) else {
          throw Problem(sentence: "has a prediction whose 'index' is not a whole number from 0 on")
        }
        index = value
      }
      predictions.append(PredictionRecord(label: label, index: index, score: score))
    }
    // Stable, so that equal scores stay in the program's order.
    return predictions.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element)
  }

  /// Reads the five numbers of a rectangle; what else a record says of one follows from them.
  private static func rectangle(_ members: [JSONValue.Member]) throws(Problem) -> OrientedRectangle {
    let bound = 1e7
    guard let center = members["center"]?.pair, let size = members["size"]?.pair,
      let angle = members["angle"]?.double, abs(angle) <= 360,
      [center.0, center.1].allSatisfy({ abs($0) <= bound }),
      [size.0, size.1].allSatisfy({ (0...bound).contains($0) })
    else {
      throw Problem(
        sentence: "has a rectangle without 'center': [x, y], 'size': [width, height] and 'angle' in degrees")
    }
    return OrientedRectangle(
      center: Point(x: center.0, y: center.1), width: size.0, height: size.1, angle: angle)
  }

  private static func notes(_ value: JSONValue) throws(Problem) -> JSONValue {
    guard value.depth <= deepestNotes else {
      throw Problem(sentence: "has notes more than \(deepestNotes) levels deep")
    }
    guard value.bytes.count <= longestNotes else {
      throw Problem(sentence: "has notes of more than \(longestNotes >> 10) KiB")
    }
    return value
  }
}

extension [JSONValue.Member] {
  fileprivate subscript(key: String) -> JSONValue? { first { $0.key == key }?.value }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value) where value.isFinite: value
    default: nil
    }
  }

  fileprivate var pair: (Double, Double)? {
    guard case .array(let list) = self, list.count == 2, let first = list[0].double, let second = list[1].double
    else { return nil }
    return (first, second)
  }

  fileprivate var depth: Int {
    switch self {
    case .array(let list): 1 + (list.map(\.depth).max() ?? 0)
    case .object(let members): 1 + (members.map(\.value.depth).max() ?? 0)
    case .null, .bool, .integer, .number, .string: 0
    }
  }
}
