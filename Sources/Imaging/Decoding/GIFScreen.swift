import CVipsBridge
import Geometry

/// The screen on which a GIF lays its frames: the size of the picture, by the format's own words (GIF89a, section 18).
///
/// libvips' decoder takes a large screen for a mistake and shows no more than its frames cover; the rest is transparent.
enum GIFScreen {
  /// - Parameter prefix: the first bytes of a GIF file.
  static func size(_ prefix: some RandomAccessCollection<UInt8>) -> PixelSize {
    let sides = Array(prefix.dropFirst(6).prefix(4)).map(Int.init)
    guard sides.count == 4 else { return PixelSize(width: 0, height: 0) }
    return PixelSize(width: sides[0] | sides[1] << 8, height: sides[2] | sides[3] << 8)
  }
}

extension vf_info {
  /// What is known of the picture when its frames lie on a screen.
  func shown(on screen: PixelSize) -> vf_info {
    var info = self
    info.width = max(width, CInt(screen.width))
    info.height = max(height, CInt(screen.height))
    if info.size != size, has_alpha == 0 {
      info.has_alpha = 1
      info.bands += 1
    }
    return info
  }
}

extension VipsImage {
  /// The frame on a screen, transparent where the screen is larger.
  consuming func shown(on screen: PixelSize) throws(VipsFailure) -> VipsImage {
    let whole = info.shown(on: screen).size
    return whole == size ? self : try extended(to: whole)
  }
}
