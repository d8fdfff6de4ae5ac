/// What a crop is cut around.
package enum CropSource: String, Hashable, Sendable, CaseIterable, Codable {
  /// The network's rectangle.
  case rectangle
  /// The point that draws the eye by libvips' measure of edges, skin and saturation.
  case attention
  /// The centre of the photograph.
  case centre
  /// The whole photograph, uncut.
  case whole
  /// The box that a person drew.
  case drawn

  /// What a run can choose itself, in the usual order of fallbacks.
  package static let fallbacks: [CropSource] = [.rectangle, .attention, .centre, .whole]
}

/// What was done to the box that was asked for.
package enum CropAdjustment: String, Hashable, Sendable, CaseIterable, Codable {
  /// Shifted into the frame, or cut by it.
  case clamped
  /// Grown or shrunk to the aspect ratio.
  case aspect
  /// Grown to the least side, or to the least share of the photograph.
  case minimum
}

/// How crops are composed.
package struct CropOptions: Hashable, Sendable {
  /// Width to height of the crop; `nil` keeps the box's own.
  package var aspect: AspectRatio?
  /// Added on every side of the rectangle, as a fraction of its width or height. Negative or NaN counts as 0.
  package var margin: Double
  /// Added above the subject besides the margin, as a fraction of its height. Negative or NaN counts as 0.
  package var headroom: Double
  /// Where in the window the subject stands.
  package var placement: CropPlacement
  /// The least share of the photograph's area that the crop keeps, as far as the aspect ratio allows; 1 asks for the largest window there is.
  /// At most 1; negative or NaN counts as 0.
  package var minimumShare: Double
  /// The least side of the crop in pixels, where the frame has them.
  package var minimum: Int
  /// The longest side of the *written* crop in pixels; does not change the region.
  package var longest: Int?
  /// Cuts the rectangle at its own angle instead of the upright box around it.
  package var oriented: Bool
  /// What to cut around: the first of these that is of use. The whole photograph if none is.
  package var order: [CropSource]
  /// A rectangle is of no use when the top score is below this.
  package var minimumScore: Double
  /// A rectangle is of no use when it covers more of the photograph than this.
  package var maximumCoverage: Double

  /// Takes the values as they are; every one has its usual default.
  package init(
    aspect: AspectRatio? = nil, margin: Double = 0, headroom: Double = 0, placement: CropPlacement = .centre,
    minimumShare: Double = 0, minimum: Int = 1, longest: Int? = nil, oriented: Bool = false,
    order: [CropSource] = CropSource.fallbacks, minimumScore: Double = 0.2, maximumCoverage: Double = 0.95
  ) {
    self.aspect = aspect
    self.margin = margin
    self.headroom = headroom
    self.placement = placement
    self.minimumShare = minimumShare
    self.minimum = minimum
    self.longest = longest
    self.oriented = oriented
    self.order = order
    self.minimumScore = minimumScore
    self.maximumCoverage = maximumCoverage
  }
}
