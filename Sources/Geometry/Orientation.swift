/// How the stored pixels of a photograph must be turned to stand upright: the EXIF orientation, 1 to 8.
///
/// Each case is named after the operation that takes the stored picture to the upright one.
package enum Orientation: Int, Hashable, Sendable, CaseIterable, Codable {
  /// Upright already.
  case identity = 1
  /// Mirrored left to right.
  case flipHorizontal = 2
  /// A half turn.
  case rotate180 = 3
  /// Mirrored top to bottom.
  case flipVertical = 4
  /// Mirrored about the diagonal from the top left.
  case transpose = 5
  /// A quarter turn clockwise.
  case rotate90 = 6
  /// Mirrored about the diagonal from the top right.
  case transverse = 7
  /// A quarter turn counter-clockwise.
  case rotate270 = 8

  /// The orientation of an EXIF tag; a value outside 1 to 8 is read as 1, as viewers do.
  package init(exif value: Int) { self = Orientation(rawValue: value) ?? .identity }

  /// Whether columns become rows. Done first, before the flips.
  package var swapsAxes: Bool { rawValue >= 5 }

  /// Whether the picture, axes already swapped if they are, is mirrored left to right.
  package var flipsColumns: Bool {
    switch self {
    case .flipHorizontal, .rotate180, .rotate90, .transverse: true
    case .identity, .flipVertical, .transpose, .rotate270: false
    }
  }

  /// Whether the picture, axes already swapped if they are, is mirrored top to bottom.
  package var flipsRows: Bool {
    switch self {
    case .rotate180, .flipVertical, .transverse, .rotate270: true
    case .identity, .flipHorizontal, .transpose, .rotate90: false
    }
  }

  private init(swapsAxes: Bool, flipsColumns: Bool, flipsRows: Bool) {
    self =
      switch (swapsAxes, flipsColumns, flipsRows) {
      case (false, false, false): .identity
      case (false, true, false): .flipHorizontal
      case (false, true, true): .rotate180
      case (false, false, true): .flipVertical
      case (true, false, false): .transpose
      case (true, true, false): .rotate90
      case (true, true, true): .transverse
      case (true, false, true): .rotate270
      }
  }

  /// The orientation that takes the upright picture back to the stored one.
  package var inverse: Orientation {
    switch self {
    case .rotate90: .rotate270
    case .rotate270: .rotate90
    default: self
    }
  }

  /// This orientation, and then `next` on its result.
  package func followed(by next: Orientation) -> Orientation {
    let columns = next.swapsAxes ? flipsRows : flipsColumns
    let rows = next.swapsAxes ? flipsColumns : flipsRows
    return Orientation(
      swapsAxes: swapsAxes != next.swapsAxes, flipsColumns: columns != next.flipsColumns,
      flipsRows: rows != next.flipsRows)
  }

  /// The size of the upright picture.
  package func uprightSize(of stored: PixelSize) -> PixelSize { swapsAxes ? stored.transposed : stored }

  /// Where a point of the stored picture lies in the upright one.
  package func uprightPoint(_ point: Point, stored: PixelSize) -> Point {
    let upright = uprightSize(of: stored)
    let turned = swapsAxes ? Point(x: point.y, y: point.x) : point
    return Point(
      x: flipsColumns ? Double(upright.width) - turned.x : turned.x,
      y: flipsRows ? Double(upright.height) - turned.y : turned.y)
  }

  /// Where a point of the upright picture lies in the stored one, whose size is `stored`.
  package func storedPoint(_ point: Point, stored: PixelSize) -> Point {
    inverse.uprightPoint(point, stored: uprightSize(of: stored))
  }

  /// The pixels of the upright picture that a box of the stored one becomes.
  package func uprightBox(_ box: PixelBox, stored: PixelSize) -> PixelBox {
    let upright = uprightSize(of: stored)
    var turned = box
    if swapsAxes {
      turned = PixelBox(x: box.y, y: box.x, width: box.height, height: box.width)
    }
    if flipsColumns {
      turned.x = upright.width - turned.x - turned.width
    }
    if flipsRows {
      turned.y = upright.height - turned.y - turned.height
    }
    return turned
  }

  /// The pixels of the stored picture, whose size is `stored`, that show a box of the upright one.
  package func storedBox(_ box: PixelBox, stored: PixelSize) -> PixelBox {
    inverse.uprightBox(box, stored: uprightSize(of: stored))
  }
}
