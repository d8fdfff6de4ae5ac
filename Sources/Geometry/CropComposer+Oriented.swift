extension CropComposer {
  /// Degrees. Records have two decimals, and what they show as upright is cropped as upright.
  private static let leastAngle = 0.005

  /// The rectangle itself, grown along its own axes, then moved or shrunk until the frame holds it.
  ///
  /// - Returns: `nil` when it is upright anyway, when its centre is outside the frame, or when less than the minimum would be
  ///   left of it: then the upright crop serves better.
  func orientedRegion(_ rectangle: OrientedRectangle) -> CropRegion? {
    guard abs(rectangle.angle) >= Self.leastAngle else { return nil }
    let above = rectangle.height * headroom
    let wanted = (
      width: rectangle.width * (1 + 2 * margin), height: rectangle.height * (1 + 2 * margin) + above
    )
    let least = Double(max(1, options.minimum))
    let grown = (width: max(wanted.width, least), height: max(wanted.height, least))
    var shaped = grown
    if let ratio = options.aspect?.value {
      shaped = (width: max(grown.width, grown.height * ratio), height: max(grown.height, grown.width / ratio))
    }
    let factor = max(1, (leastArea / (shaped.width * shaped.height)).squareRoot())
    let full = (width: shaped.width * factor, height: shaped.height * factor)

    // Along the rectangle's own axes, from its centre: what the window has beside all that is wanted may be moved.
    let slack = Point(x: (full.width - wanted.width) / 2, y: (full.height - wanted.height) / 2)
    guard slack.isFinite else { return nil }
    var offset = Point(x: 0, y: -above / 2)
    if options.placement == .thirds {
      let center = rectangle.center
      let x = full.width / 6 * (2 * center.x <= Double(frame.width) ? 1 : -1)
      let y = full.height / 6 * (2 * center.y <= Double(frame.height) ? 1 : -1)
      offset.x = x.clamped(to: -slack.x...slack.x)
      offset.y = y.clamped(to: -above / 2 - slack.y...(-above / 2 + slack.y))
    }
    let e1 = Point(direction: rectangle.angle)
    let window = OrientedRectangle(
      center: rectangle.center + e1 * offset.x + e1.perpendicular * offset.y, width: full.width,
      height: full.height, angle: rectangle.angle)
    guard window.isFinite else { return nil }
    guard let region = moved(window, holding: rectangle) ?? shrunk(window, about: rectangle.center),
      min(region.width, region.height) >= least
    else { return nil }
    let adjusted = CropAdjustment.list(
      clamped: region != window, aspect: shaped != grown, minimum: grown != wanted || factor > 1)
    return CropRegion(rectangle: region, source: .rectangle, adjusted: adjusted)
  }

  /// The window moved into the frame so that it still holds the rectangle; nil where no such place is found.
  ///
  /// Centres that keep the window in the frame form an upright box, those that keep the rectangle in the window one at its angle. The nearest
  /// points of the one and the other in turn lead to a common point, where there is one (von Neumann's alternating projections).
  private func moved(_ window: OrientedRectangle, holding rectangle: OrientedRectangle) -> OrientedRectangle? {
    let reach = window.hull
    let (width, height) = (Double(frame.width), Double(frame.height))
    guard reach.width <= width, reach.height <= height else { return nil }
    let e1 = Point(direction: window.angle)
    let slack = Point(
      x: max(0, window.width - rectangle.width) / 2, y: max(0, window.height - rectangle.height) / 2)
    func inFrame(_ center: Point) -> Point {
      Point(
        x: center.x.clamped(to: reach.width / 2...width - reach.width / 2),
        y: center.y.clamped(to: reach.height / 2...height - reach.height / 2))
    }
    var center = inFrame(window.center)
    for _ in 0..<100 {
      let away = center - rectangle.center
      let (x, y) = (away.dot(e1), away.dot(e1.perpendicular))
      if abs(x) <= slack.x + 1e-6, abs(y) <= slack.y + 1e-6 {
        return OrientedRectangle(
          center: center, width: window.width, height: window.height, angle: window.angle)
      }
      let held =
        e1 * x.clamped(to: -slack.x...slack.x) + e1.perpendicular * y.clamped(to: -slack.y...slack.y)
      center = inFrame(rectangle.center + held)
    }
    return nil
  }

  /// The window about another centre, shrunk until all its corners lie in the frame; nil when the centre does not.
  private func shrunk(_ window: OrientedRectangle, about center: Point) -> OrientedRectangle? {
    let reach = window.hull
    let factor = min(
      1, 2 * min(center.x, Double(frame.width) - center.x) / reach.width,
      2 * min(center.y, Double(frame.height) - center.y) / reach.height)
    guard factor > 0 else { return nil }
    return OrientedRectangle(
      center: center, width: window.width * factor, height: window.height * factor, angle: window.angle)
  }
}
