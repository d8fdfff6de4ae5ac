/// How a picture is written.
package struct EncodeOptions: Hashable, Sendable {
  /// `jpeg`, `png`, `webp` or `tiff`.
  package var format: ImageFormat
  /// 1...100, for JPEG and WebP; a value outside is brought to the nearer end.
  package var quality: Int

  package init(format: ImageFormat, quality: Int = 88) {
    self.format = format
    self.quality = quality
  }
}

/// Turns pixels into compressed files: JPEG with halved chroma, PNG, lossy WebP, TIFF with deflate. They carry no
/// metadata but what is given, sRGB being understood. The same pixels, options and metadata give the same bytes.
package enum Encoder {
  /// The formats that can be written.
  package static let formats: [ImageFormat] = [.jpeg, .png, .webp, .tiff]

  /// Encodes on the calling thread (libvips adds one of its own).
  ///
  /// - Throws: `encodeFailed`; so end formats that are not in `formats`, and sides the format cannot express.
  package static func encode(
    _ picture: PixelBuffer, _ options: EncodeOptions, metadata: EmbeddedMetadata? = nil
  ) throws(ImagingError) -> [UInt8] {
    Vips.start()
    let quality = min(max(options.quality, 1), 100)
    let file = try picture.withBytes { (pixels) throws(ImagingError) in
      try attempt(else: .encodeFailed(options.format)) { () throws(VipsFailure) in
        let file = try VipsImage(rgb: pixels, size: picture.size).encoded(as: options.format, quality: quality)
        return withoutMetadata(file, options.format)
      }
    }
    return metadata?.embedded(in: file, options.format, size: picture.size) ?? file
  }

  /// libvips 8.14.1 adds EXIF of its own to every WebP, whatever it is told.
  private static func withoutMetadata(_ file: [UInt8], _ format: ImageFormat) -> [UInt8] {
    guard format == .webp, let picture = WebPFile(file)?.picture else { return file }
    return WebPFile.file(of: picture)
  }
}
