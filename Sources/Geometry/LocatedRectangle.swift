/// Where the network looked, in pixels of the upright photograph: what a record calls `rectangle`.
package struct LocatedRectangle: Hashable, Sendable {
  /// The oriented rectangle nearest to `quad`.
  package let rectangle: OrientedRectangle
  /// The four exact corners, clockwise; not a rectangle when the canvas was squashed.
  package let quad: Quad
  /// The upright box of `quad`, cut by the frame.
  package let hull: Box
  /// The part of the photograph inside `quad`, in [0, 1].
  package let coverage: Double

  /// Takes the four values as they are, as when a record is read back.
  package init(rectangle: OrientedRectangle, quad: Quad, hull: Box, coverage: Double) {
    self.rectangle = rectangle
    self.quad = quad
    self.hull = hull
    self.coverage = coverage
  }

  /// Maps the network's five numbers to the photograph.
  ///
  /// Five numbers that lead to NaN or infinity give a degenerate rectangle of no size at the photograph's centre,
  /// so every number here is finite.
  package init(_ canvasRectangle: CanvasRectangle, in frame: CanvasFrame) {
    let center = frame.photographPoint(canvasRectangle.center)
    let (a, b) = canvasRectangle.halfAxes
    let halfAxes = (frame.photographVector(a), frame.photographVector(b))
    let rectangle = OrientedRectangle(center: center, halfAxes: halfAxes.0, halfAxes.1)
    let quad = Quad(center: center, halfAxes: halfAxes.0, halfAxes.1)
    let coverage = quad.clippedArea(to: frame.photograph) / Box(frame.photograph).area

    guard rectangle.isFinite, quad.isFinite, coverage.isFinite else {
      let middle = Box(frame.photograph).center
      self.init(
        rectangle: OrientedRectangle(center: middle, width: 0, height: 0, angle: 0),
        quad: Quad(middle, middle, middle, middle), hull: .empty, coverage: 0)
      return
    }
    self.init(
      rectangle: rectangle, quad: quad, hull: quad.hull(clippedTo: frame.photograph), coverage: min(1, coverage)
    )
  }

  /// A rectangle that is given in pixels of the photograph, all of them finite.
  package init(_ rectangle: OrientedRectangle, in photograph: PixelSize) {
    let quad = rectangle.corners
    self.init(
      rectangle: rectangle, quad: quad, hull: quad.hull(clippedTo: photograph),
      coverage: min(1, quad.clippedArea(to: photograph) / Box(photograph).area))
  }

  /// Whether no part of the photograph is inside.
  package var isDegenerate: Bool { hull.isEmpty || !(coverage > 0) }
}
