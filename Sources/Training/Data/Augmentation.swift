/// The ways in which a view of a photograph may differ from what inference would see: ranges to draw from.
///
/// What is drawn is done in this order: crop, flip, stretch, scale, rotation, shift, then the colours. All geometry is
/// that of the canvas, in canvas units, so that a law about rectangles holds whatever the photograph's shape. A model
/// that squashes photographs thus learns from stretches around the squashed shape, which is the one it will see.
package struct Augmentation: Hashable, Sendable {
  /// A box of the canvas that is shown over the whole view.
  package struct Crop: Hashable, Sendable {
    /// The box's share of the canvas, uniform; 0 < area <= 1.
    package var area: ClosedRange<Double>
    /// Its width over its height, log-uniform.
    package var ratio: ClosedRange<Double>

    package init(area: ClosedRange<Double>, ratio: ClosedRange<Double>) {
      self.area = area
      self.ratio = ratio
    }
  }

  /// A box placed anywhere on the canvas; nil shows all of it.
  package var crop: Crop?
  /// By how much the view enlarges; log-uniform.
  package var scale = 1.0...1.0
  /// By how much it widens more than it heightens; log-uniform. The area does not change.
  package var stretch = 1.0...1.0
  /// Degrees, clockwise positive; uniform.
  package var rotation = 0.0...0.0
  /// Canvas units along each axis, uniform.
  package var shift = 0.0...0.0
  /// How likely left and right are exchanged.
  package var flip = 0.0
  /// How likely a view is as inference would see it, but for the flip.
  package var plain = 0.0
  /// Factors of ``Imaging/ColourChange``, uniform.
  package var brightness = 1.0...1.0
  package var contrast = 1.0...1.0
  package var saturation = 1.0...1.0

  /// Changes nothing.
  package init() {}

  /// What inference sees.
  package static let none = Augmentation()

  /// Boxes of 35 % to 100 % of the photograph, mirrored or not, with mildly changed colours: the customary recipe for classifiers.
  package static let crop: Augmentation = {
    var augmentation = Augmentation()
    augmentation.crop = Crop(area: 0.35...1, ratio: 3.0 / 4...4.0 / 3)
    augmentation.flip = 0.5
    augmentation.brightness = 0.8...1.2
    augmentation.contrast = 0.8...1.2
    augmentation.saturation = 0.8...1.2
    return augmentation
  }()

  /// Views that keep shapes, for which it is known where a rectangle must go.
  package static let similar: Augmentation = {
    var augmentation = Augmentation()
    augmentation.scale = 0.6...1.6
    augmentation.rotation = -20...20
    augmentation.shift = -0.2...0.2
    augmentation.flip = 0.5
    augmentation.brightness = 0.8...1.2
    return augmentation
  }()

  /// Whether views differ from each other only as similar figures do: otherwise nobody knows where a rectangle must go, or it goes nowhere.
  var movesWhatKeepsItsShape: Bool {
    let varies = [scale, rotation, shift].contains { $0.lowerBound < $0.upperBound } || flip > 0
    return crop == nil && stretch == 1...1 && varies
  }

  /// The presets by name.
  package static let presets: [String: Augmentation] = ["none": none, "crop": crop, "similar": similar]
}
