package import Foundation

extension TrainingSettings {
  /// Settings of which only some are given, as JSON: the others keep the values of `defaults`. A key that is none of theirs is
  /// an error.
  package init(json: Data, over defaults: TrainingSettings = TrainingSettings()) throws(DataError) {
    let origin = "the settings"
    guard let given = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] else {
      throw DataError(.malformed, in: origin, "are no JSON object")
    }
    guard let encoded = try? JSONEncoder().encode(defaults),
      let base = (try? JSONSerialization.jsonObject(with: encoded)) as? [String: Any]
    else { preconditionFailure("settings can be encoded") }
    var all = base
    try TrainingSettings.merge(given, into: &all, at: "", origin)
    do {
      self = try TrainingSettings.decode(all)
    } catch {
      // A number that does not fit is an error without a place, so each member is tried by itself.
      let culprit = given.keys.sorted().first { key in
        var one = base
        one[key] = all[key]
        return (try? TrainingSettings.decode(one)) == nil
      }
      let place = TrainingSettings.place(of: error) ?? culprit ?? "a number"
      throw DataError(.malformed, in: origin, "hold a value of the wrong kind: \(place)")
    }
    if let valueProblem { throw DataError(.malformed, in: origin, "make no sense: \(valueProblem)") }
  }

  private static func decode(_ members: [String: Any]) throws -> TrainingSettings {
    try JSONDecoder().decode(TrainingSettings.self, from: JSONSerialization.data(withJSONObject: members))
  }

  /// Where a value stands that cannot be read, and what was expected; nil where the error does not say.
  private static func place(of error: any Error) -> String? {
    switch error as? DecodingError {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? nil : "\(path): \(context.debugDescription)"
    default: return nil
    }
  }

  /// What settings are when they are not given here: tables whose keys are free.
  private static let freeTables: Set<String> = ["rates.layers", "augmentation"]

  private static func merge(
    _ given: [String: Any], into all: inout [String: Any], at path: String, _ origin: String
  ) throws(DataError) {
    for (key, value) in given {
      let place = path.isEmpty ? key : "\(path).\(key)"
      if let table = value as? [String: Any], var inner = all[key] as? [String: Any],
        !freeTables.contains(place)
      {
        try merge(table, into: &inner, at: place, origin)
        all[key] = inner
      } else if all[key] != nil || key == "normalisationMomentum" {
        all[key] = value
      } else {
        let known = all.keys.sorted().joined(separator: ", ")
        throw DataError(.malformed, in: origin, "have no '\(place)'; known here are \(known)")
      }
    }
  }
}
