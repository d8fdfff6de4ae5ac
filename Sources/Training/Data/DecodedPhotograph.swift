import Geometry
import Imaging

/// A photograph to be laid on canvases: decoded once, upright, at the smallest scale that serves them.
struct DecodedPhotograph: Sendable {
  let pixels: PixelBuffer
  /// Of the upright photograph at full scale.
  let size: PixelSize

  /// Seconds that a photograph may take to decode.
  private static let patience = 60.0

  /// Reads and decodes a file for canvases up to this size.
  init(path: String, canvas: PixelSize) throws(ImagingError) {
    let file = try ImageFile(path: path)
    let header = try HeaderReader.read(file)
    let bytes = try ImageBytes(contentsOf: file)
    pixels = try Codecs.here.decode(
      bytes, header: header, shrink: Canvas.shrink(for: header.upright, canvas: canvas), background: .white,
      seconds: DecodedPhotograph.patience)
    size = header.upright
  }
}
