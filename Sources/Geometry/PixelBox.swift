/// An upright box of whole pixels: columns `x ..< x + width`, rows `y ..< y + height`.
package struct PixelBox: Hashable, Sendable, Codable {
  /// First column.
  package var x: Int
  /// First row.
  package var y: Int
  /// Number of columns.
  package var width: Int
  /// Number of rows.
  package var height: Int

  /// Takes the values as they are.
  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The whole of a photograph.
  package init(_ size: PixelSize) {
    self.init(x: 0, y: 0, width: size.width, height: size.height)
  }

  /// The box with its edges rounded to the nearest pixel edges and held inside a photograph of size `frame`.
  ///
  /// Never empty when the frame is not: what would have no pixel gets the nearest one. An edge that is NaN counts as 0.
  package init(rounding box: Box, within frame: PixelSize) {
    self.init(
      columns: Self.pixels(from: box.x.rounded(), to: box.maxX.rounded(), count: frame.width),
      rows: Self.pixels(from: box.y.rounded(), to: box.maxY.rounded(), count: frame.height))
  }

  /// The least box of whole pixels that holds the part of `box` inside a photograph of size `frame`.
  ///
  /// An edge less than a thousandth of a pixel inside a pixel does not claim it: the noise of floating-point
  /// sums must not add a row. Never empty when the frame is not.
  package init(enclosing box: Box, within frame: PixelSize) {
    let noise = 0.001
    self.init(
      columns: Self.pixels(
        from: (box.x + noise).rounded(.down), to: (box.maxX - noise).rounded(.up), count: frame.width),
      rows: Self.pixels(
        from: (box.y + noise).rounded(.down), to: (box.maxY - noise).rounded(.up), count: frame.height))
  }

  private init(columns: Range<Int>, rows: Range<Int>) {
    self.init(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
  }

  /// The pixels of one axis between two edges: at least one of the `count` there are.
  private static func pixels(from first: Double, to end: Double, count: Int) -> Range<Int> {
    let count = max(1, count)
    let lower = Int(saturating: first).clamped(to: 0...count - 1)
    return lower..<Int(saturating: end).clamped(to: lower + 1...count)
  }

  /// Width and height.
  package var size: PixelSize { PixelSize(width: width, height: height) }

  /// The same box with `Double` edges.
  package var box: Box {
    Box(x: Double(x), y: Double(y), width: Double(width), height: Double(height))
  }

  /// Whether every pixel of `other` is in this box.
  package func contains(_ other: PixelBox) -> Bool {
    other.x >= x && other.y >= y && other.x + other.width <= x + width && other.y + other.height <= y + height
  }
}
