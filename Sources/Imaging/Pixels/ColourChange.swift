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

extension PixelBuffer {
  /// The picture with other colours. Values are rounded and cut off once, at the end.
  package func recoloured(_ change: ColourChange) throws(ImagingError) -> PixelBuffer {
    if change == .none { return self }
    return try withBytes { (pixels) throws(ImagingError) in
      try PixelBuffer(size: size) { (bytes) throws(ImagingError) in
        bytes.copyMemory(from: pixels)
        change.apply(to: bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), pixels: size.area)
      }
    }
  }
}

extension ColourChange {
  /// With luma L linear and its weights adding up to 1, the three steps are one: gain * c + grey * L(c) + offset.
  fileprivate func apply(to rgb: UnsafeMutablePointer<UInt8>, pixels: Int) {
    let luminance = brightness * contrast
    let mean = Double(vf_luma_sum_rgb8(rgb, pixels)) / (256 * Double(pixels))
    vf_recolour_rgb8(
      rgb, pixels, Float(saturation * luminance), Float((1 - saturation) * luminance),
      Float((1 - contrast) * brightness * mean))
  }
}
