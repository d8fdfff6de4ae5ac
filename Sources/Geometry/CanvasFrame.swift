/// How a photograph is laid on the network's canvas.
package enum CanvasFit: String, Hashable, Sendable, CaseIterable, Codable {
  /// Stretched to fill the canvas; the aspect ratio is not kept.
  case squash
  /// Shrunk or enlarged to touch two sides of the canvas, centred; the rest of the canvas is padding.
  case letterbox
}

/// Where a photograph lies on a canvas, and the maps between canvas units and pixels of the upright photograph.
///
/// Canvas units run from -1 to 1 over the whole canvas, padding included.
package struct CanvasFrame: Hashable, Sendable {
  /// Size of the upright photograph.
  package let photograph: PixelSize
  /// Size of the canvas, padding included.
  package let canvas: PixelSize
  /// The canvas pixels that show the photograph. Whoever paints the canvas fills exactly these.
  package let placement: PixelBox

  /// Both sizes are at least 1 x 1.
  package init(photograph: PixelSize, canvas: PixelSize, fit: CanvasFit) {
    self.photograph = photograph
    self.canvas = canvas
    self.placement = fit.placement(of: photograph, on: canvas)
  }

  /// Photograph pixels for one canvas unit along each axis.
  private var scale: Point {
    Point(
      x: Double(canvas.width) / 2 * Double(photograph.width) / Double(placement.width),
      y: Double(canvas.height) / 2 * Double(photograph.height) / Double(placement.height))
  }

  /// The photograph's top left corner, in canvas units.
  private var origin: Point {
    Point(
      x: 2 * Double(placement.x) / Double(canvas.width) - 1,
      y: 2 * Double(placement.y) / Double(canvas.height) - 1)
  }

  /// The photograph pixel under a point of the canvas.
  package func photographPoint(_ canvasPoint: Point) -> Point { photographVector(canvasPoint - origin) }

  /// A direction and length on the canvas, in photograph pixels.
  package func photographVector(_ canvasVector: Point) -> Point {
    Point(x: canvasVector.x * scale.x, y: canvasVector.y * scale.y)
  }

  /// The point of the canvas, in canvas units, that shows a point of the photograph.
  package func canvasPoint(_ photographPoint: Point) -> Point { origin + canvasVector(photographPoint) }

  /// A direction and length in the photograph, in canvas units.
  package func canvasVector(_ photographVector: Point) -> Point {
    Point(x: photographVector.x / scale.x, y: photographVector.y / scale.y)
  }
}

extension CanvasFit {
  /// The canvas pixels a photograph takes; both sizes are at least 1 x 1.
  fileprivate func placement(of photograph: PixelSize, on canvas: PixelSize) -> PixelBox {
    switch self {
    case .squash:
      return PixelBox(canvas)
    case .letterbox:
      let ratio = min(
        Double(canvas.width) / Double(photograph.width), Double(canvas.height) / Double(photograph.height))
      let shown = photograph.scaled(by: ratio)
      return PixelBox(
        x: (canvas.width - shown.width) / 2, y: (canvas.height - shown.height) / 2, width: shown.width,
        height: shown.height)
    }
  }
}
