import Geometry
import Imaging
import Manifests
import SystemPackage

/// A picture that a program has given back, in memory, before it is decoded.
struct ReturnedPicture: Sendable {
  /// Why it cannot be used, in words for people.
  struct Problem: Error, Hashable {
    let sentence: String

    init(_ error: ImagingError) { sentence = error.detail }
    init(_ sentence: String) { self.sentence = sentence }
  }

  private let bytes: ImageBytes
  /// Nil for a pixmap, which is its own header.
  private let header: ImageHeader?

  /// Reads the file. For a phase that may wait.
  ///
  /// - Parameter most: pixels that it may have.
  init(_ path: FilePath, most: Int, limits: RunLimits, codecs: Codecs) throws(Problem) {
    let name = InputFile.bytes(path)
    // Eight bytes a pixel are more than any format takes for a picture that was not compressed.
    let bounds = ImageLimits(
      bytes: min(limits.image.bytes, 8 * most + 1 << 20), pixels: min(limits.image.pixels, most),
      pages: limits.image.pages)
    do throws(ImagingError) {
      bytes = try ImageBytes(contentsOf: ImageFile(path: name), limit: bounds.bytes)
      if PortablePixmap.isOne(bytes) {
        header = nil
      } else {
        header = try codecs.header(ofFile: name, limits: bounds, seconds: limits.timeout)
      }
    } catch {
      throw Problem(error)
    }
    guard header == nil else { return }
    guard let size = bytes.withBytes({ PortablePixmap.layout($0) })?.size else {
      throw Problem("the file begins like a pixmap (P6) and is none with three bytes a pixel")
    }
    guard size.area <= bounds.pixels else {
      throw Problem(.tooLarge(.pixels, value: size.area, limit: bounds.pixels))
    }
  }

  /// The pixels, upright and without gaps. Computes.
  func decoded(_ codecs: Codecs, background: RGB, seconds: Double) throws(Problem) -> PixelBuffer {
    do throws(ImagingError) {
      if let header {
        return try codecs.decode(bytes, header: header, shrink: 1, background: background, seconds: seconds)
      }
      return try bytes.withBytes { (file) throws(ImagingError) in
        guard let (size, start) = PortablePixmap.layout(file) else { throw .notImage }
        return try PixelBuffer(size: size) { (pixels) throws(ImagingError) in
          pixels.copyMemory(from: UnsafeRawBufferPointer(rebasing: file[start...]))
        }
      }
    } catch {
      throw Problem(error)
    }
  }
}
