package import Networks

/// Everything that decides what a training results in, besides the photographs and the weights it starts from.
package struct TrainingSettings: Codable, Hashable, Sendable {
  /// How much each loss counts; 0 switches it off, and what only it needs is not computed.
  package struct LossWeights: Codable, Hashable, Sendable {
    /// Cross-entropy with the photographs' classes.
    package var classification = 1.0
    /// How much of the probability is spread over all classes.
    package var smoothing = 0.1
    /// Cross-entropy with what the network says without attention: keeps labels when they are not to be learned.
    package var agreement = 0.0
    /// Cross-entropy with the same, of what lies inside the rectangle alone.
    package var inside = 0.0
    /// How much of the same can still be said of what lies outside.
    package var outside = 0.0
    /// The rectangle's area.
    package var area = 0.0
    /// The distance between the rectangles of two views of a photograph, brought to one view.
    package var equivariance = 0.0
    /// The distance of the rectangle's hull from the teacher's box.
    package var teacher = 0.0

    package init() {}

    /// Whether a photograph has to be seen twice.
    package var needsPairs: Bool { equivariance > 0 }
    /// Whether the rest of the network runs on a masked map.
    package var needsMasks: Bool { inside > 0 || outside > 0 }
  }

  package var seed: UInt64 = 1
  package var epochs = 10
  /// Photographs of a batch.
  package var batch = 32
  package var rates = LearningRates()
  package var schedule = LearningSchedule(rate: 1e-3)
  package var optimiser = Optimiser.Settings()
  package var losses = LossWeights()
  /// How photographs are changed before they are looked at.
  package var augmentation = Augmentation.crop
  /// So many views are drawn of each photograph and used in turn, epoch by epoch; 0 draws new ones in each epoch. Where all
  /// layers up to some point are frozen, what these make of the views is computed once and kept.
  package var keptViews = 0
  /// Whether batch normalisation uses a batch's own statistics in layers that learn, and how fast the running ones follow.
  package var normalisationMomentum: Double?
  /// The layer whose map is masked for the losses of inside and outside.
  package var maskedLayer = "block10"
  /// Sharpness of that mask's edges, in reciprocal canvas units.
  package var maskSharpness = 12.0
  /// Whether the classifier's sharpness is fitted at the end to the photographs that were held out, if there are any.
  package var calibrate = true

  package init() {}
}
