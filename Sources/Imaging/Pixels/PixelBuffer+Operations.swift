package import Geometry

// Each operation makes a new picture on the calling thread.
extension PixelBuffer {
  /// Stretched to exactly this size, at least 1 x 1, by Lanczos resampling.
  package func resized(to size: PixelSize) throws(ImagingError) -> PixelBuffer {
    if size == self.size { return self }
    return try resampled(PixelBox(self.size), to: size, .lanczos3)
  }

  /// The pixels of a box that lies in the picture, stretched to exactly this size, at least 1 x 1, by Lanczos resampling.
  package func cropped(to box: PixelBox, resizedTo size: PixelSize) throws(ImagingError) -> PixelBuffer {
    size == box.size ? try cropped(to: box) : try resampled(box, to: size, .lanczos3)
  }

  /// The pixels of a box that lies in the picture.
  package func cropped(to box: PixelBox) throws(ImagingError) -> PixelBuffer {
    precondition(PixelBox(size).contains(box), "the box is in the picture")
    let stride = 3 * size.width
    return try withBytes { (pixels) throws(ImagingError) in
      try PixelBuffer(size: box.size) { (cut) throws(ImagingError) in
        let row = 3 * box.width
        for y in 0..<box.height {
          let start = (box.y + y) * stride + 3 * box.x
          UnsafeMutableRawBufferPointer(rebasing: cut[y * row..<(y + 1) * row])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: pixels[start..<start + row]))
        }
      }
    }
  }

  /// The pixels of a rectangle at an angle, turned to stand upright, by bicubic interpolation; its sides are rounded
  /// to whole pixels, at least 1. What lies outside the picture is black.
  package func cropped(to rectangle: OrientedRectangle) throws(ImagingError) -> PixelBuffer {
    // Nothing sensible is larger, and the numbers below must fit.
    let most = Double(2 * (size.width + size.height))
    guard rectangle.isFinite, rectangle.width <= most, rectangle.height <= most else {
      throw .operationFailed("rotated crop")
    }
    let size = PixelSize(
      width: max(1, Int(rectangle.width.rounded())), height: max(1, Int(rectangle.height.rounded())))
    return try transformed("rotated crop") { (image) throws(VipsFailure) in
      try image.cut(rectangle, to: size)
    }
  }

  /// The point most likely to draw the eye: skin, saturated colours and edges.
  package func attentionPoint() throws(ImagingError) -> Point {
    Vips.start()
    return try withBytes { (pixels) throws(ImagingError) in
      let point = try attempt(else: .operationFailed("attention")) { () throws(VipsFailure) in
        try VipsImage(rgb: pixels, size: size).attention()
      }
      return Point(x: Double(point.x) + 0.5, y: Double(point.y) + 0.5)
    }
  }

  /// Runs an operation of libvips over this picture and collects the pixels.
  func transformed(
    _ name: String, _ operation: (borrowing VipsImage) throws(VipsFailure) -> VipsImage
  ) throws(ImagingError) -> PixelBuffer {
    Vips.start()
    return try withBytes { (pixels) throws(ImagingError) in
      let failed = ImagingError.operationFailed(name)
      let image = try attempt(else: failed) { () throws(VipsFailure) in
        try operation(VipsImage(rgb: pixels, size: self.size))
      }
      let reader = try attempt(else: failed) { () throws(VipsFailure) in try PixelReader(image) }
      let size = image.size
      return try PixelBuffer(size: size) { (result) throws(ImagingError) in
        for top in stride(from: 0, to: size.height, by: Decoder.stripHeight) {
          let strip = PixelBox(
            x: 0, y: top, width: size.width, height: min(Decoder.stripHeight, size.height - top))
          try attempt(else: failed) { () throws(VipsFailure) in
            try reader.read(strip, into: .init(rebasing: result[(3 * size.width * top)...]))
          }
        }
      }
    }
  }
}
