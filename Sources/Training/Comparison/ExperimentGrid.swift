/// One training of an experiment.
package struct ExperimentCell: Hashable, Sendable {
  package let backbone: Experiment.Backbone
  /// The layer attention stands behind; nil for the backbone as it is.
  package let place: String?
  package let choice: Experiment.Choice
  package let seed: UInt64

  /// Stays the same when the grid grows: `lite0.block10.rectangle.1`.
  package var name: String { "\(backbone.name).\(place ?? ComparisonRow.nowhere).\(choice.name).\(seed)" }
}

extension Experiment {
  /// All trainings, those with the same frozen layers in one go: backbone by backbone. Seeds come before attentions, so that a grid
  /// that was stopped has whole seeds to compare.
  package var cells: [ExperimentCell] {
    backbones.flatMap { backbone in
      seeds.flatMap { seed in
        attentions.flatMap { choice in
          let places: [String?] = choice.attention == nil ? [nil] : backbone.places
          return places.map { ExperimentCell(backbone: backbone, place: $0, choice: choice, seed: seed) }
        }
      }
    }
  }
}
