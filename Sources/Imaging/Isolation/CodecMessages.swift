import Geometry

/// What is asked of a codec process.
enum CodecRequest: Codable, Sendable {
  /// The header of the file at this path, or of a part of it; the path is relative to the working directory that both share.
  case header(path: [UInt8], part: Range<Int>?, limits: ImageLimits)
  /// Pixels of the compressed file that follows.
  case decode(DecodeOrder)
  /// What of the metadata of the compressed file that follows belongs into a picture of this size.
  case metadata(format: ImageFormat, policy: MetadataPolicy, size: PixelSize)
}

/// What is wanted of a decode.
struct DecodeOrder: Codable, Sendable {
  let header: ImageHeader
  let shrink: Int
  let region: PixelBox?
  let background: RGB
  /// Seconds after which the process is to give up by itself, where its codec lets it.
  let seconds: Double

  /// The most bytes an answer to this can have.
  var mostBytes: Int { 3 * (header.upright.width + 1) * (header.upright.height + 1) }

  /// Carries the order out on the calling thread.
  func decode(_ bytes: ImageBytes) throws(ImagingError) -> PixelBuffer {
    let deadline = Deadline(seconds: seconds)
    return try Decoder.decode(bytes, header: header, shrink: shrink, region: region, background: background) {
      row throws(ImagingError) in
      if deadline.hasPassed { throw .timedOut(row: row) }
    }
  }
}

/// What a codec process answers.
enum CodecAnswer: Codable, Sendable {
  case header(ImageHeader)
  /// A picture of this size, whose pixels follow.
  case picture(PixelSize)
  case metadata(EmbeddedMetadata)
  case failure(ImagingError)
}
