import CKernels
package import Geometry

extension Canvas {
  /// Lays a whole photograph on a canvas and shows that canvas through a map: what of it falls into the view, antialiased where it
  /// shrinks. Through the identity it is the canvas itself, bit for bit. The photograph's colours are changed, not those of padding.
  ///
  /// Beside the photograph a letterboxed canvas has its padding. A squashed one has no edges to learn from, hence no padding: there
  /// the view shows the photograph's own colours, blurred beyond recognition, so that nothing in it is seen twice.
  /// - Throws: `operationFailed` for a map without inverse or of absurd scale, or what resampling throws.
  package static func render(
    _ photograph: PixelBuffer, size: PixelSize, fit: CanvasFit, through map: CanvasMap,
    colours: ColourChange = .none
  ) throws(ImagingError) -> CanvasPixels {
    if map == .identity, colours == .none { return try render(photograph, size: size, fit: fit) }
    guard let back = map.inverse else { throw .operationFailed("view") }
    let frame = CanvasFrame(photograph: photograph.size, canvas: size, fit: fit)
    // Enlarged like the canvas itself, so that a view at its scale looks like it; beyond that the warp enlarges.
    let most = photograph.size.union(frame.placement.size)
    let shown = frame.placement.size.enlarged(by: detail(of: back, on: size), within: most)
    let picture = try photograph.resampled(to: shown).recoloured(colours)
    guard let view = vf_view(back, frame: frame, picture: shown) else { throw .operationFailed("view") }
    var rgb = try surroundings(of: photograph, size: size, fit: fit, colours: colours)
    picture.withBytes { pixels in
      let from = pixels.baseAddress!.assumingMemoryBound(to: UInt8.self)
      vf_warp_rgb8(from, shown.width, shown.height, view, &rgb, size.width, size.height)
    }
    return CanvasPixels(size: size, rgb: rgb)
  }

  /// Shows a canvas that is rendered already through a map, as if it were a squashed photograph. Not antialiased, and as sharp as the
  /// canvas is: for maps that hardly shrink.
  /// - Throws: `operationFailed` for a map without inverse or of absurd scale.
  package static func render(
    _ canvas: CanvasPixels, through map: CanvasMap
  ) throws(ImagingError) -> CanvasPixels {
    let size = canvas.size
    let frame = CanvasFrame(photograph: size, canvas: size, fit: .squash)
    guard let back = map.inverse, let view = vf_view(back, frame: frame, picture: size) else {
      throw .operationFailed("view")
    }
    let picture = try PixelBuffer(size: size, rgb: canvas.rgb)
    var rgb = try surroundings(of: picture, size: size, fit: .squash, colours: .none)
    vf_warp_rgb8(canvas.rgb, size.width, size.height, view, &rgb, size.width, size.height)
    return CanvasPixels(size: size, rgb: rgb)
  }

  /// A canvas full of what views show beside the photograph.
  private static func surroundings(
    of photograph: PixelBuffer, size: PixelSize, fit: CanvasFit, colours: ColourChange
  ) throws(ImagingError) -> [UInt8] {
    guard fit == .squash else { return [UInt8](repeating: padding, count: 3 * size.area) }
    let blurred = try photograph.resampled(to: PixelSize(width: 8, height: 8)).recoloured(colours)
    return try blurred.resampled(to: size).withBytes { Array($0) }
  }

  /// The greatest shrink of a decode that serves views through all these maps as well as ``shrink(for:canvas:)`` serves the canvas.
  package static func shrink(for upright: PixelSize, canvas: PixelSize, through maps: [CanvasMap]) -> Int {
    let needed = maps.map { map in
      guard let back = map.inverse else { return 1 }
      return shrink(for: upright, canvas: canvas.enlarged(by: detail(of: back, on: canvas), within: upright))
    }
    return needed.min() ?? 1
  }

  /// How much larger than on the canvas, along each axis, a photograph may be without being shrunk in the view: the distance of
  /// two neighbours on the canvas over the change of that coordinate from pixel to pixel of the view.
  private static func detail(of back: CanvasMap, on size: PixelSize) -> Point {
    let aspect = Double(size.width) / Double(size.height)
    let changeX = Point(x: back.uAxis.x, y: back.vAxis.x * aspect)
    let changeY = Point(x: back.uAxis.y / aspect, y: back.vAxis.y)
    return Point(x: 1 / changeX.dot(changeX).squareRoot(), y: 1 / changeY.dot(changeY).squareRoot())
  }
}

extension PixelBuffer {
  /// As on the canvas.
  fileprivate func resampled(to size: PixelSize) throws(ImagingError) -> PixelBuffer {
    size == self.size ? self : try resampled(PixelBox(self.size), to: size, .cubic)
  }
}

extension PixelSize {
  /// The greater of each side.
  fileprivate func union(_ other: PixelSize) -> PixelSize {
    PixelSize(width: max(width, other.width), height: max(height, other.height))
  }

  /// Each side times its factor, at least 1 and at most that of `limit`.
  fileprivate func enlarged(by factor: Point, within limit: PixelSize) -> PixelSize {
    PixelSize(
      width: Int(max(1, min((Double(width) * factor.x).rounded(), Double(limit.width)))),
      height: Int(max(1, min((Double(height) * factor.y).rounded(), Double(limit.height)))))
  }
}

extension vf_view {
  /// From pixels of a view to those of a picture, which is the photograph of `frame` at another size; `back` leads from the view
  /// to the canvas. Nil where a coordinate is too large to count with.
  fileprivate init?(_ back: CanvasMap, frame: CanvasFrame, picture: PixelSize) {
    let (canvas, photograph) = (frame.canvas, frame.photograph)
    func place(_ x: Double, _ y: Double) -> Point {
      let view = Point(
        x: (2 * x + 1) / Double(canvas.width) - 1, y: (2 * y + 1) / Double(canvas.height) - 1)
      let point = frame.photographPoint(back.point(view))
      return Point(
        x: point.x * Double(picture.width) / Double(photograph.width) - 0.5,
        y: point.y * Double(picture.height) / Double(photograph.height) - 0.5)
    }
    let (width, height) = (Double(canvas.width), Double(canvas.height))
    let corners = [place(0, 0), place(width, 0), place(0, height), place(width, height)]
    let most = Double(1 << 30)
    guard corners.allSatisfy({ abs($0.x) <= most && abs($0.y) <= most }) else { return nil }
    let alongX = (corners[1] - corners[0]) * (1 / width)
    let alongY = (corners[2] - corners[0]) * (1 / height)
    self.init(
      x0: corners[0].x, xx: alongX.x, xy: alongY.x, y0: corners[0].y, yx: alongX.y, yy: alongY.y)
  }
}
