package import Manifests

/// What a person wants otherwise for one photograph, in the words of the pipeline.
package struct SampleCorrection: Hashable, Sendable {
  /// Of the photograph that was looked at; nil where that was not known.
  let sha256: String?
  /// The right label; nil where the network's is right.
  let label: String?
  /// How to cut, by the ids of `crop` stages.
  let crops: [String: CropCorrection]
  /// Ids of the stages whose outputs show those crops, in order.
  let outputs: [String]

  package init(sha256: String?, label: String?, crops: [String: CropCorrection], outputs: [String]) {
    self.sha256 = sha256
    self.label = label
    self.crops = crops
    self.outputs = outputs
  }
}

extension Sample {
  /// Takes what the network has found. A label that a person gave goes first, as certain; the network's own stay behind it.
  ///
  /// - Parameters:
  ///   - predictions: the best first.
  ///   - index: the place of a label in the model's list.
  mutating func see(_ predictions: [PredictionRecord], index: (String) -> Int?) {
    self.predictions = predictions
    guard let label = correction?.label else { return }
    correctedLabel = LabelCorrection(from: predictions.first?.label, to: label)
    self.predictions = [PredictionRecord(label: label, index: index(label), score: 1)] + predictions
  }

  /// The score of the best label that no person gave: it says how sure the network was of what it looked at.
  package var networkScore: Double? {
    let own = correctedLabel == nil ? predictions?[...] : predictions?.dropFirst()
    return own?.first?.score
  }

  /// What the record says of a person's part in it.
  var corrected: CorrectedRecord? {
    let outputs = correction?.outputs ?? []
    return correctedLabel == nil && outputs.isEmpty
      ? nil : CorrectedRecord(label: correctedLabel, crops: outputs)
  }
}
