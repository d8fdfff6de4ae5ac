/// The part of a photograph that a crop keeps, and how it came about.
package struct CropRegion: Hashable, Sendable {
  /// In pixels of the upright photograph; of whole pixels when the angle is 0.
  package let rectangle: OrientedRectangle
  /// What the region was cut around.
  package let source: CropSource
  /// In the order of `CropAdjustment`'s cases, each at most once.
  package let adjusted: [CropAdjustment]

  /// Takes the values as they are.
  package init(rectangle: OrientedRectangle, source: CropSource, adjusted: [CropAdjustment]) {
    self.rectangle = rectangle
    self.source = source
    self.adjusted = adjusted
  }

  /// An upright region.
  package init(box: PixelBox, source: CropSource, adjusted: [CropAdjustment]) {
    self.init(rectangle: OrientedRectangle(box.box), source: source, adjusted: adjusted)
  }

  /// What a person drew on an upright photograph, as far as it lies inside.
  package static func drawn(_ box: PixelBox, within frame: PixelSize) -> CropRegion {
    let held = PixelBox(rounding: box.box, within: frame)
    return CropRegion(box: held, source: .drawn, adjusted: held == box ? [] : [.clamped])
  }

  /// The pixels of an upright region; `nil` for one at an angle, which must be resampled.
  package var box: PixelBox? {
    guard rectangle.angle == 0, rectangle.isFinite else { return nil }
    let hull = rectangle.hull
    return PixelBox(
      x: Int(saturating: hull.x.rounded()), y: Int(saturating: hull.y.rounded()),
      width: Int(saturating: hull.width.rounded()), height: Int(saturating: hull.height.rounded()))
  }

  /// The size of the written crop: the region's, rounded and at least 1 x 1, shrunk until its longer side is at
  /// most `longest`. Never enlarged.
  package func outputSize(longest: Int?) -> PixelSize {
    let size = PixelSize(
      width: max(1, Int(saturating: rectangle.width.rounded())),
      height: max(1, Int(saturating: rectangle.height.rounded())))
    return longest.map(size.shrunk(toLongest:)) ?? size
  }
}
