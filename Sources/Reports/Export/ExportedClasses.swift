package import Manifests

/// The labels that were best somewhere, each with its number: the place in the model's list. Labels that a person gave and the model does
/// not know are numbered behind those, by the alphabet.
package struct ExportedClasses: Sendable {
  private var known: [Int: String] = [:]
  private var given: Set<String> = []

  mutating func add(_ best: PredictionRecord) {
    if let index = best.index { known[index] = best.label } else { given.insert(best.label) }
  }

  /// In the order of their numbers.
  package var list: [(number: Int, name: String)] {
    known.sorted { $0.key < $1.key }.map { (number: $0.key, name: $0.value) }
      + given.sorted().enumerated().map { (number: firstGiven + $0, name: $1) }
  }

  /// Numbers of labels that were added.
  package var numbers: @Sendable (PredictionRecord) -> Int {
    let numbers = Dictionary(uniqueKeysWithValues: given.sorted().enumerated().map { ($1, firstGiven + $0) })
    return { best in best.index ?? numbers[best.label]! }
  }

  private var firstGiven: Int { (known.keys.max() ?? -1) + 1 }
}
