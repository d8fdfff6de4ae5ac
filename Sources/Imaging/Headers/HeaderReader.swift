import CVipsBridge
import Geometry

/// The gate: sniffs a file, reads its header and holds it against the limits, before anything large is allocated.
package enum HeaderReader {
  /// Reads the header of an open file through small reads, so that the file need not fit in memory. Only GIF and WebP
  /// are read whole for a moment: their frames are counted by walking through all of them.
  ///
  /// - Throws: `tooLarge`, `tooManyPages`, `notImage`, `blockedFormat`, `badHeader`, `truncated`, `unreadable`.
  package static func read(
    _ file: borrowing ImageFile, limits: ImageLimits = .standard
  ) throws(ImagingError) -> ImageHeader {
    try check(.bytes, file.size, limits.bytes)
    let prefix = try Memory(count: Sniffer.prefixLength)
    let length = try file.read(at: 0, into: prefix.bytes)
    let start = Array(prefix.bytes[..<length])
    let format = try format(ofPrefix: start, ByteWindow(file))

    Vips.start()
    var info = vf_info()
    var failure = vf_read_failure()
    guard
      vf_header_from_descriptor(
        file.descriptor, Int64(file.start), Int64(file.size), format.loader, &info, &failure) == 0
    else {
      if failure.error != 0 { throw .unreadable(call: "read", errno: failure.error) }
      throw ContainerProbe.isTruncated(file, format) ? .truncated(format, row: nil) : .badHeader(format)
    }
    return try header(format, info, start, limits)
  }

  /// The same for a file in memory.
  package static func read(
    _ bytes: ImageBytes, limits: ImageLimits = .standard
  ) throws(ImagingError) -> ImageHeader {
    try check(.bytes, bytes.count, limits.bytes)
    return try bytes.withBytes { (raw) throws(ImagingError) in
      let start = Array(raw.prefix(Sniffer.prefixLength))
      let format = try format(ofPrefix: start, ByteWindow(raw))
      Vips.start()
      let failure = {
        ContainerProbe.isTruncated(raw, format) ? ImagingError.truncated(format, row: nil) : .badHeader(format)
      }
      let info = try attempt(else: failure()) { () throws(VipsFailure) in
        try VipsImage(loading: raw, format: format, shrink: 1).info
      }
      return try header(format, info, start, limits)
    }
  }

  private static func format(
    ofPrefix prefix: [UInt8], _ bytes: ByteWindow
  ) throws(ImagingError) -> ImageFormat {
    switch Sniffer.sniff(prefix) {
    case .image(let format):
      if format == .tiff, let raw = RawProbe.cameraRaw(bytes) { throw .blockedFormat(.cameraRaw(raw)) }
      return format
    case .blocked(let format): throw .blockedFormat(format)
    case .unknown: throw .notImage
    }
  }

  private static func header(
    _ format: ImageFormat, _ info: vf_info, _ prefix: [UInt8], _ limits: ImageLimits
  ) throws(ImagingError) -> ImageHeader {
    let info = format == .gif ? info.shown(on: GIFScreen.size(prefix)) : info
    try check(.pixels, info.size.area, limits.pixels)
    let pages = max(1, Int(info.pages))
    guard pages <= limits.pages else { throw .tooManyPages(pages, limit: limits.pages) }
    return ImageHeader(
      format: format, stored: info.size,
      orientation: format.isTurnedByCodec ? .identity : Orientation(exif: Int(info.orientation)),
      pages: pages, bands: Int(info.bands), bitsPerSample: Int(info.bits_per_sample),
      interlaced: info.interlaced != 0, hasHalvedColour: info.halved_colour != 0, hasAlpha: info.has_alpha != 0,
      hasProfile: info.has_profile != 0)
  }

  private static func check(
    _ quantity: ImagingError.Quantity, _ value: Int, _ limit: Int
  ) throws(ImagingError) {
    guard value <= limit else { throw .tooLarge(quantity, value: value, limit: limit) }
  }
}
