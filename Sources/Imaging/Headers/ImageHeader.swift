package import Geometry

/// What a file's header says, without its pixels. Concerns the page that `Decoder` decodes.
package struct ImageHeader: Hashable, Sendable, Codable {
  package let format: ImageFormat
  /// Width and height as stored, before any turn.
  package let stored: PixelSize
  /// The turn that makes the stored picture upright; the identity where the codec turns it itself.
  package let orientation: Orientation
  /// Pages or frames of the file, at least 1.
  package let pages: Int
  /// Samples a pixel, alpha included.
  package let bands: Int
  /// Bits a sample once decoded: 8 for a palette or 1-bit picture, 16 for a 10-bit one.
  package let bitsPerSample: Int
  /// Interlaced or progressive: the first row costs as much as all of them.
  package let interlaced: Bool
  /// A JPEG whose channels of colour have half the size of the luma or less.
  package let hasHalvedColour: Bool
  package let hasAlpha: Bool
  package let hasProfile: Bool

  /// Width and height of the upright picture.
  package var upright: PixelSize { orientation.uprightSize(of: stored) }
}

/// The most a file may ask for. Checked before any pixel is decoded.
package struct ImageLimits: Hashable, Sendable, Codable {
  /// Bytes of the compressed file.
  package var bytes: Int
  /// Pixels of a page.
  package var pixels: Int
  /// Pages or frames.
  package var pages: Int

  package init(bytes: Int = 512 << 20, pixels: Int = 200_000_000, pages: Int = 10_000) {
    self.bytes = bytes
    self.pixels = pixels
    self.pages = pages
  }

  /// The limits of a run that sets none.
  package static let standard = ImageLimits()
}
