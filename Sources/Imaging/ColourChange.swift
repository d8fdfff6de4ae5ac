import CKernels
import Geometry

/// A change of a picture's colours by three factors, of which 1 changes nothing: first of all values, then of the distance
/// to the picture's mean luma, then of the distance to each pixel's own luma.
package struct ColourChange: Hashable, Sendable {
  package var brightness: Double
  package var contrast: Double
  package var saturation: Double

  /// Takes the factors as they are; they are meant to be 0 or more.
  package init(brightness: Double = 1, contrast: Double = 1, saturation: Double = 1) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
  }

  /// Leaves every value as it is.
  package static let none = ColourChange()
}

extension CanvasPixels {
  /// The canvas with other colours. Values are rounded and cut off once, at the end.
  package func recoloured(_ change: ColourChange) -> CanvasPixels {
    if change == .none { return self }
    // With luma L linear and its weights adding up to 1, the three steps are one: gain * c + grey * L(c) + offset.
    let luminance = change.brightness * change.contrast
    var rgb = rgb
    rgb.withUnsafeMutableBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      let mean = Double(vf_luma_sum_rgb8(start, size.area)) / (256 * Double(size.area))
      vf_recolour_rgb8(
        start, size.area, Float(change.saturation * luminance), Float((1 - change.saturation) * luminance),
        Float((1 - change.contrast) * change.brightness * mean))
    }
    return CanvasPixels(size: size, rgb: rgb)
  }
}
