package import Geometry

/// Turns a compressed file into upright 8-bit sRGB pixels.
package enum Decoder {
  /// Rows computed between two checkpoints.
  static let stripHeight = 64

  /// The scales a decode can have: full size and 1/2, 1/4, 1/8 of each side.
  package static let shrinks = [1, 2, 4, 8]

  /// Decodes the first page, of HEIF and AVIF files the primary picture, wholly or in part, on the calling thread.
  ///
  /// Holds the result (3 bytes a pixel), a strip of rows and what the codec needs; an interlaced picture makes most
  /// codecs hold a second copy of it.
  /// - Parameters:
  ///   - header: what `HeaderReader` said about these bytes.
  ///   - shrink: 1, 2, 4 or 8. The result's sides are the full ones divided by it, rounded by the codec.
  ///   - region: the part to decode, in upright full-size pixels, inside the picture. The result covers all pixels the
  ///     region touches at this scale.
  ///   - background: what shows behind transparent pixels.
  ///   - checkpoint: called on this thread between strips with the row of the stored full-size picture reached; what
  ///     it throws ends the decode. A codec that works in one go, as for progressive pictures, is not interrupted.
  /// - Throws: `truncated`, `corrupt`, `outOfMemory`, or what `checkpoint` throws.
  package static func decode(
    _ bytes: ImageBytes, header: ImageHeader, shrink: Int = 1, region: PixelBox? = nil,
    background: RGB = .white, checkpoint: (_ row: Int) throws(ImagingError) -> Void = { _ in }
  ) throws(ImagingError) -> PixelBuffer {
    precondition(shrinks.contains(shrink), "a decode shrinks by 1, 2, 4 or 8")
    precondition(region.map { PixelBox(header.upright).contains($0) } ?? true, "the region is in the picture")
    Vips.start()
    return try bytes.withBytes { (raw) throws(ImagingError) in
      func failure(row: Int) -> ImagingError {
        ContainerProbe.isTruncated(raw, header.format)
          ? .truncated(header.format, row: row) : .corrupt(header.format, row: row)
      }
      let image = try attempt(else: failure(row: 0)) { () throws(VipsFailure) in
        try open(raw, header, shrink, background)
      }
      let upright = region ?? PixelBox(header.upright)
      let stored = header.orientation.storedBox(upright, stored: header.stored).scaled(
        from: header.stored, to: image.size)
      return try pull(image, stored, header.orientation, shrink, checkpoint, failure)
    }
  }

  private static func open(
    _ bytes: UnsafeRawBufferPointer, _ header: ImageHeader, _ shrink: Int, _ background: RGB
  ) throws(VipsFailure) -> VipsImage {
    var full = try VipsImage(loading: bytes, format: header.format, shrink: 1)
    if header.format == .gif { full = try full.shown(on: GIFScreen.size(bytes)) }
    // The file may have been replaced since its header was held against the limits.
    guard full.size == header.stored else { throw VipsFailure() }
    if shrink == 1 { return try full.sRGB(on: background) }
    if header.canShrinkOnLoad(by: shrink) {
      return try VipsImage(loading: bytes, format: header.format, shrink: shrink).sRGB(on: background)
    }
    // Averages are right only without alpha: flatten first.
    if header.hasAlpha { return try full.sRGB(on: background).boxShrunk(by: shrink) }
    return try full.boxShrunk(by: shrink).sRGB(on: background)
  }

  /// Computes a box of the image strip by strip and puts each where it belongs in the upright picture.
  private static func pull(
    _ image: borrowing VipsImage, _ box: PixelBox, _ orientation: Orientation, _ shrink: Int,
    _ checkpoint: (Int) throws(ImagingError) -> Void, _ failure: (Int) -> ImagingError
  ) throws(ImagingError) -> PixelBuffer {
    let reader = try attempt(else: failure(0)) { () throws(VipsFailure) in try PixelReader(image) }
    let strip = try Memory(count: 3 * min(stripHeight, max(box.height, box.y)) * box.width)

    func read(_ part: PixelBox) throws(ImagingError) {
      try attempt(else: failure(part.y * shrink)) { () throws(VipsFailure) in
        try reader.read(part, into: strip.bytes)
      }
    }
    // Codecs deliver rows in order. Those above the box are passed in strips too, one column of each.
    for top in stride(from: 0, to: box.y, by: stripHeight) {
      try checkpoint(top * shrink)
      try read(PixelBox(x: 0, y: top, width: 1, height: min(stripHeight, box.y - top)))
    }
    return try PixelBuffer(size: orientation.uprightSize(of: box.size)) { (pixels) throws(ImagingError) in
      let turn = Turn(orientation, of: box.size)
      for top in stride(from: 0, to: box.height, by: stripHeight) {
        let height = min(stripHeight, box.height - top)
        try checkpoint((box.y + top) * shrink)
        try read(PixelBox(x: box.x, y: box.y + top, width: box.width, height: height))
        turn.place(strip.bytes, row: top, count: height, in: pixels)
      }
    }
  }
}

extension ImageHeader {
  /// Whether the codec can decode at this scale. Animations cannot, and a side of no pixels ends in an assertion.
  fileprivate func canShrinkOnLoad(by shrink: Int) -> Bool {
    format.shrinksOnLoad && pages == 1 && min(stored.width, stored.height) >= shrink
  }
}

extension PixelBox {
  /// The pixels of a smaller copy of the picture that this box of the full one touches.
  fileprivate func scaled(from full: PixelSize, to size: PixelSize) -> PixelBox {
    func edges(_ start: Int, _ length: Int, _ full: Int, _ count: Int) -> Range<Int> {
      start * count / full..<((start + length) * count + full - 1) / full
    }
    let columns = edges(x, width, full.width, size.width)
    let rows = edges(y, height, full.height, size.height)
    return PixelBox(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
  }
}
