package import Geometry

/// Where the codecs run: in this process, or in processes of their own, which may die of a file or hang in it without harm
/// to others.
///
/// Thread-safe.
package struct Codecs: Sendable {
  private let pool: CodecPool?

  /// In this process: fastest, and only as safe as the codecs.
  package static let here = Codecs(pool: nil)

  /// In processes that this command starts, as many as threads decode at once.
  package static func apart(_ command: CodecCommand) -> Codecs { Codecs(pool: CodecPool(command)) }

  /// Reads the header of the file at a path, as bytes without a zero.
  ///
  /// - Parameter part: the bytes of the file that are the photograph; nil for all of them.
  /// - Throws: what ``HeaderReader`` throws; `codecDied` and `timedOut` where the codecs run apart.
  package func header(
    ofFile path: [UInt8], part: Range<Int>? = nil, limits: ImageLimits, seconds: Double
  ) throws(ImagingError) -> ImageHeader {
    guard let pool else { return try HeaderReader.read(ImageFile(path: path, part: part), limits: limits) }
    return try pool.header(ofFile: path, part: part, limits, seconds: seconds)
  }

  /// Decodes as ``Decoder`` does, in at most so many seconds.
  ///
  /// - Throws: `timedOut`, between strips of rows where the codecs run here and at any time where they run apart; `codecDied`;
  ///   what ``Decoder`` throws.
  package func decode(
    _ bytes: ImageBytes, header: ImageHeader, shrink: Int, region: PixelBox? = nil, background: RGB,
    seconds: Double
  ) throws(ImagingError) -> PixelBuffer {
    let order = DecodeOrder(
      header: header, shrink: shrink, region: region, background: background, seconds: seconds)
    guard let pool else { return try order.decode(bytes) }
    return try pool.decode(bytes, order)
  }

  /// Reads metadata as ``EmbeddedMetadata`` does. Where the codec dies of it there is none: metadata is never a reason to lose a picture.
  package func metadata(
    of photograph: ImageBytes, format: ImageFormat, policy: MetadataPolicy, size: PixelSize, seconds: Double
  ) -> EmbeddedMetadata? {
    guard let pool, policy != .strip else {
      return EmbeddedMetadata(of: photograph, format: format, policy: policy, size: size)
    }
    return try? pool.metadata(
      of: photograph, .metadata(format: format, policy: policy, size: size), seconds: seconds)
  }

  /// Bytes that decoding to so many bytes of pixels holds beside what it holds here: copies on both sides of the wire.
  package func extraBytes(fileBytes: Int, pixelBytes: Int) -> Int { pool == nil ? 0 : fileBytes + pixelBytes }
}
