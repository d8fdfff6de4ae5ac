package import Geometry

/// The network's input before normalisation: interleaved 8-bit sRGB.
package struct CanvasPixels: Hashable, Sendable {
  package let size: PixelSize
  /// 3 x width x height bytes.
  package let rgb: [UInt8]

  /// Takes 3 x width x height bytes.
  package init(size: PixelSize, rgb: [UInt8]) {
    precondition(rgb.count == 3 * size.area, "three bytes a pixel")
    self.size = size
    self.rgb = rgb
  }
}

/// Turns photographs into what the network sees. The only place that does.
package enum Canvas {
  /// What fills the part of a letterboxed canvas that shows no photograph.
  package static let padding: UInt8 = 114

  /// The most that ``render(_:size:fit:)`` holds for each column or row of the photograph, beside what it returns: three numbers of a row, and
  /// four weights.
  package static let bytesPerColumn = 28

  /// Lays a whole photograph, decoded at any scale, on a canvas: resampled with a cubic kernel, antialiased.
  package static func render(
    _ photograph: PixelBuffer, size: PixelSize, fit: CanvasFit
  ) throws(ImagingError) -> CanvasPixels {
    let placement = CanvasFrame(photograph: photograph.size, canvas: size, fit: fit).placement
    let shown = try photograph.resampled(PixelBox(photograph.size), to: placement.size, .cubic)
    return shown.withBytes { pixels in
      if placement == PixelBox(size) { return CanvasPixels(size: size, rgb: Array(pixels)) }
      var rgb = [UInt8](repeating: padding, count: 3 * size.area)
      let row = 3 * placement.width
      for y in 0..<placement.height {
        let start = 3 * ((placement.y + y) * size.width + placement.x)
        rgb.replaceSubrange(start..<start + row, with: pixels[y * row..<(y + 1) * row])
      }
      return CanvasPixels(size: size, rgb: rgb)
    }
  }

  /// The greatest shrink that leaves a photograph at least twice the canvas on both sides; 1 when none does.
  package static func shrink(for upright: PixelSize, canvas: PixelSize) -> Int {
    let serving = Decoder.shrinks.last {
      upright.width / $0 >= 2 * canvas.width && upright.height / $0 >= 2 * canvas.height
    }
    return serving ?? 1
  }
}
