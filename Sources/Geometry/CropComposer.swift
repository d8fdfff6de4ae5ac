/// Decides what part of a photograph a crop keeps.
///
/// Sizes are settled first, in whole pixels; the window is placed last. So an upright region lies inside the frame, holds the
/// rectangle's hull whenever the frame has room for the aspect ratio, with as much of its head room as there is room for, and
/// composing it again without margin and head room changes nothing.
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
      case .drawn: continue
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

  /// Hull, margin and head room, minimum, aspect, share, frame: each step only changes the size. The place comes last.
  private func uprightRegion(_ hull: Box) -> CropRegion {
    let hull = PixelBox(enclosing: hull, within: frame)
    let above = Int(saturating: (Double(hull.height) * headroom).rounded())
    var wanted = hull.size.scaled(by: 1 + 2 * margin)
    wanted.height += above
    let least = PixelSize(
      width: max(wanted.width, options.minimum), height: max(wanted.height, options.minimum))
    let shaped = options.aspect?.growing(least) ?? least
    let full = sharing(shaped)
    let size = fitted(full)

    let across = WindowAxis(
      subject: hull.x..<hull.x + hull.width, wanted: wanted.width, frame: frame.width)
    let down = WindowAxis(
      subject: hull.y..<hull.y + hull.height, above: above, wanted: wanted.height, frame: frame.height)
    let box = PixelBox(
      x: across.start(of: size.width, options.placement), y: down.start(of: size.height, options.placement),
      width: size.width, height: size.height)
    let placed = shiftedInside(box)
    let adjusted = CropAdjustment.list(
      clamped: size != full || placed != box,
      aspect: shaped != least || (options.aspect != nil && size != full),
      minimum: least != wanted || full != shaped)
    return CropRegion(box: placed, source: .rectangle, adjusted: adjusted)
  }

  /// The largest window of the aspect ratio, or 70 % of each side, about a point.
  private func window(around point: Point, source: CropSource) -> CropRegion {
    let wanted = options.aspect?.largest(in: frame) ?? frame.scaled(by: 0.7)
    // A window of a fixed ratio is already as large as the frame allows.
    let least = options.aspect == nil ? options.minimum : 1
    let sides = PixelSize(
      width: min(max(wanted.width, least), frame.width), height: min(max(wanted.height, least), frame.height))
    let size = options.aspect == nil ? sharing(sides) : sides

    let box = PixelBox(
      x: Int(saturating: (point.x - Double(size.width) / 2).rounded(.down)),
      y: Int(saturating: (point.y - Double(size.height) / 2).rounded(.down)),
      width: size.width, height: size.height)
    let placed = shiftedInside(box)
    let adjusted = CropAdjustment.list(clamped: placed != box, aspect: false, minimum: size != wanted)
    return CropRegion(box: placed, source: source, adjusted: adjusted)
  }

  /// `size` when it has the least share of the photograph, otherwise the least that has it, or the largest there is: of the aspect ratio, or else
  /// of the same shape as far as the frame holds that.
  private func sharing(_ size: PixelSize) -> PixelSize {
    let area = leastArea
    if let aspect = options.aspect {
      guard Double(size.area) < area else { return size }
      let largest = aspect.largest(in: frame)
      let target = Double(largest.area) < area ? largest : aspect.size(ofArea: area)
      return PixelSize(width: max(size.width, target.width), height: max(size.height, target.height))
    }
    // What lies outside of the frame is no part of the photograph.
    let inside = PixelSize(width: min(size.width, frame.width), height: min(size.height, frame.height))
    guard Double(inside.area) < area else { return size }
    func needed(_ pixels: Double) -> Int { Int(saturating: pixels.rounded(.up)) }
    let factor = (area / Double(inside.area)).squareRoot()
    var (width, height) = (needed(Double(inside.width) * factor), needed(Double(inside.height) * factor))
    // What the frame refuses to one side goes to the other.
    if width > frame.width {
      (width, height) = (frame.width, needed(area / Double(frame.width)))
    } else if height > frame.height {
      (width, height) = (needed(area / Double(frame.height)), frame.height)
    }
    return PixelSize(width: max(size.width, width), height: max(size.height, height))
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

  // Options as numbers to calculate with.

  var margin: Double { options.margin > 0 ? options.margin : 0 }
  var headroom: Double { options.headroom > 0 ? options.headroom : 0 }

  /// Square pixels, of which there are whole ones only.
  var leastArea: Double {
    let share = options.minimumShare > 0 ? min(options.minimumShare, 1) : 0
    return (share * Box(frame).area).rounded()
  }
}

extension CropAdjustment {
  /// The adjustments that were made, in the order of the cases.
  static func list(clamped: Bool, aspect: Bool, minimum: Bool) -> [CropAdjustment] {
    (clamped ? [.clamped] : []) + (aspect ? [.aspect] : []) + (minimum ? [.minimum] : [])
  }
}
