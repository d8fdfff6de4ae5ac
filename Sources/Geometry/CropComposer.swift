/// Decides what part of a photograph a crop keeps.
///
/// Sizes are settled first, in whole pixels and always about one centre; the window is placed last. So an upright
/// region lies inside the frame, holds the rectangle's hull whenever the frame has room for the aspect ratio, and
/// composing it again changes nothing.
package struct CropComposer: Sendable {
  /// What was asked for.
  package let options: CropOptions
  /// Size of the upright photograph; a side below 1 counts as 1.
  package let frame: PixelSize

  /// A composer for photographs of one size.
  package init(options: CropOptions, frame: PixelSize) {
    self.options = options
    self.frame = PixelSize(width: max(1, frame.width), height: max(1, frame.height))
  }

  /// The region cut around the first source of `options.order` that is of use.
  ///
  /// - Parameters:
  ///   - located: the network's rectangle, if there is one.
  ///   - score: the top score, if there is one; a rectangle without a score is of no use.
  ///   - attention: finds the point that draws the eye, in pixels of the upright photograph. Called only when
  ///     that source is reached, for it takes time. `nil`, or a point that is not finite, passes to the next source.
  /// - Throws: only what `attention` throws.
  package func compose<Failure: Error>(
    _ located: LocatedRectangle?, score: Double?, attention: () throws(Failure) -> Point?
  ) throws(Failure) -> CropRegion {
    for source in options.order {
      switch source {
      case .rectangle:
        if let located, isUseful(located, score: score) {
          return region(around: located)
        }
      case .attention:
        if let point = try attention(), point.isFinite {
          return window(around: point, source: .attention)
        }
      case .centre:
        return window(around: Box(frame).center, source: .centre)
      case .whole:
        return CropRegion(box: PixelBox(frame), source: .whole, adjusted: [])
      }
    }
    return CropRegion(box: PixelBox(frame), source: .whole, adjusted: [])
  }

  /// Whether the rectangle says anything: sure enough, not of the whole photograph, and not empty.
  package func isUseful(_ located: LocatedRectangle, score: Double?) -> Bool {
    guard let score, score >= options.minimumScore, !located.isDegenerate else { return false }
    return located.coverage <= options.maximumCoverage
  }

  private func region(around located: LocatedRectangle) -> CropRegion {
    if options.oriented, let region = orientedRegion(located.rectangle) {
      return region
    }
    return uprightRegion(located.hull)
  }

  /// Hull, margin, minimum, aspect, frame: each step only changes the size about the hull's centre.
  private func uprightRegion(_ hull: Box) -> CropRegion {
    let hull = PixelBox(enclosing: hull, within: frame)
    let wanted = hull.size.scaled(by: 1 + 2 * margin)
    let grown = PixelSize(
      width: max(wanted.width, options.minimum), height: max(wanted.height, options.minimum))
    let shaped = options.aspect?.growing(grown) ?? grown
    let size = fitted(shaped)

    let box = PixelBox(
      x: hull.x - (size.width - hull.width) / 2, y: hull.y - (size.height - hull.height) / 2,
      width: size.width, height: size.height)
    let placed = shiftedInside(box)
    let adjusted = CropAdjustment.list(
      clamped: size != shaped || placed != box,
      aspect: shaped != grown || (options.aspect != nil && size != shaped),
      minimum: grown != wanted)
    return CropRegion(box: placed, source: .rectangle, adjusted: adjusted)
  }

  /// The largest window of the aspect ratio, or 70 % of each side, about a point.
  private func window(around point: Point, source: CropSource) -> CropRegion {
    let wanted = options.aspect?.largest(in: frame) ?? frame.scaled(by: 0.7)
    // A window of a fixed ratio is already as large as the frame allows.
    let least = options.aspect == nil ? options.minimum : 1
    let size = PixelSize(
      width: min(max(wanted.width, least), frame.width), height: min(max(wanted.height, least), frame.height))

    let box = PixelBox(
      x: Int(saturating: (point.x - Double(size.width) / 2).rounded(.down)),
      y: Int(saturating: (point.y - Double(size.height) / 2).rounded(.down)),
      width: size.width, height: size.height)
    let placed = shiftedInside(box)
    let adjusted = CropAdjustment.list(clamped: placed != box, aspect: false, minimum: size != wanted)
    return CropRegion(box: placed, source: source, adjusted: adjusted)
  }

  /// `size` when the frame holds it, otherwise the largest the frame holds with the aspect ratio asked for.
  private func fitted(_ size: PixelSize) -> PixelSize {
    guard size.width > frame.width || size.height > frame.height else { return size }
    return options.aspect?.largest(in: frame)
      ?? PixelSize(width: min(size.width, frame.width), height: min(size.height, frame.height))
  }

  /// The box moved the least way into the frame, which holds its size.
  private func shiftedInside(_ box: PixelBox) -> PixelBox {
    var box = box
    box.x = box.x.clamped(to: 0...frame.width - box.width)
    box.y = box.y.clamped(to: 0...frame.height - box.height)
    return box
  }

  /// `options.margin` as a number to calculate with.
  private var margin: Double { options.margin > 0 ? options.margin : 0 }
}

// MARK: - At an angle

extension CropComposer {
  /// The rectangle itself, grown along its own axes and then shrunk about its centre until the frame holds it.
  ///
  /// - Returns: `nil` when it is upright anyway, when its centre is outside the frame, or when less than the minimum would be
  ///   left of it: then the upright crop serves better.
  private func orientedRegion(_ rectangle: OrientedRectangle) -> CropRegion? {
    guard rectangle.angle != 0 else { return nil }
    let wanted = (width: rectangle.width * (1 + 2 * margin), height: rectangle.height * (1 + 2 * margin))
    let least = Double(max(1, options.minimum))
    let grown = (width: max(wanted.width, least), height: max(wanted.height, least))
    var shaped = grown
    if let ratio = options.aspect?.value {
      shaped = (width: max(grown.width, grown.height * ratio), height: max(grown.height, grown.width / ratio))
    }

    let whole = OrientedRectangle(
      center: rectangle.center, width: shaped.width, height: shaped.height, angle: rectangle.angle)
    let factor = shrinkFactor(whole)
    guard factor * min(shaped.width, shaped.height) >= least, whole.isFinite else { return nil }
    let region = OrientedRectangle(
      center: whole.center, width: whole.width * factor, height: whole.height * factor, angle: whole.angle)
    let adjusted = CropAdjustment.list(
      clamped: factor < 1, aspect: shaped != grown, minimum: grown != wanted)
    return CropRegion(rectangle: region, source: .rectangle, adjusted: adjusted)
  }

  /// The greatest factor, at most 1, at which all corners lie in the frame; not positive when the centre does not.
  private func shrinkFactor(_ rectangle: OrientedRectangle) -> Double {
    let center = rectangle.center
    let reach = rectangle.hull
    return min(
      1,
      2 * min(center.x, Double(frame.width) - center.x) / reach.width,
      2 * min(center.y, Double(frame.height) - center.y) / reach.height)
  }
}

extension CropAdjustment {
  /// The adjustments that were made, in the order of the cases.
  fileprivate static func list(clamped: Bool, aspect: Bool, minimum: Bool) -> [CropAdjustment] {
    (clamped ? [.clamped] : []) + (aspect ? [.aspect] : []) + (minimum ? [.minimum] : [])
  }
}
