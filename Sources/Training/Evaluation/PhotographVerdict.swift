package import Geometry

/// What an evaluation found out about one photograph.
package struct PhotographVerdict: Sendable {
  package let photograph: LabelledPhotograph
  /// The right class; nil where nobody knows it.
  package let truth: Int?
  package let predicted: Int
  /// The probability of the predicted class.
  package let score: Double
  /// How many classes were held more probable than the right one; of equals those of lower index.
  package let rank: Int?
  /// -log of the right class's probability.
  package let negativeLogLikelihood: Double?
  /// What the network predicts when its attention multiplies nothing. Nil for a network without attention.
  package let plainPredicted: Int?
  package let rectangle: CanvasRectangle?
  package let located: LocatedRectangle?
  /// The share of the frame inside the upright hull of the rectangle.
  package let hullCoverage: Double?
  /// Of the attention map above one half.
  package let attentionShape: RegionShape?
  /// Of the class activation map above half of its range.
  package let activationShape: RegionShape?
  /// Only where boxes are known.
  package let overlaps: Overlaps?
  /// One for each of the views, if they were asked for; nil where the subject's centre left the canvas.
  package let views: [ViewVerdict?]

  /// Intersections over unions with the photograph's boxes, always the best one.
  package struct Overlaps: Hashable, Sendable {
    package let boxes: Int
    /// Of the upright hull of the network's rectangle.
    package let hull: Double?
    /// Of the oriented rectangle itself.
    package let oriented: Double?
    /// Whether the rectangle's centre lies in one of the boxes.
    package let isCenterInside: Bool?
    /// Of the whole frame.
    package let whole: Double
    /// Of the middle, 70 % of each side.
    package let middle: Double
    /// Of the hull of the rectangle of the class activation map's moments.
    package let moments: Double?
    /// Of the class activation map's box at each of `ActivationThresholds.all`.
    package let activation: [Double]?
  }

  /// How a changed copy of the canvas was seen.
  package struct ViewVerdict: Hashable, Sendable {
    package let isLabelKept: Bool
    /// Nil for a network without a rectangle.
    package let distance: RectangleDistance?
  }
}

/// The shares of a class activation map's range above which its box is taken.
package enum ActivationThresholds {
  package static let all: [Float] = (1...12).map { 0.05 * Float($0) }
}

/// What became of one photograph.
package enum EvaluationOutcome: Sendable {
  case judged(PhotographVerdict)
  /// It could not be read or decoded; the sentence says why.
  case failed(LabelledPhotograph, String)
}
