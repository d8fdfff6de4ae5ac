import Geometry

/// Letters and the box they stand in, at their place in a picture.
struct Label {
  let letters: CoverageMask
  /// Wholly inside the picture.
  let box: PixelBox
  /// Of the dark edge inside the box, in pixels.
  let border: Int

  /// Below this many pixels letters cannot be read.
  private static let leastHeight = 9
  /// A 28th of the longer side, but readable in small pictures and not a poster in large ones.
  private static func height(for size: PixelSize) -> Int { min(max(size.longest / 28, 12), 320) }
  /// Longer labels say nothing more, and must not cost more. A character may have any number of marks.
  private static let mostCharacters = 120
  private static let mostScalars = 4 * mostCharacters

  /// Sets the text as large as the picture suggests, smaller where that is too wide, and cut with an ellipsis where even the least
  /// letters are. The box stands above the edge, at its first end. Nil where there is no text, or no room for any.
  init?(_ text: String, along edge: (Point, Point), on size: PixelSize, gap: Double) {
    let text = Self.shortened(text)
    var height = Self.height(for: size)
    guard var letters = CoverageMask(text: text, height: height) else { return nil }
    if let factor = Self.shrink(letters, height: height, on: size) {
      height = max(Self.leastHeight, Int(Double(height) * factor))
      guard let smaller = CoverageMask(text: text, height: height) else { return nil }
      letters = smaller
    }
    if Self.shrink(letters, height: height, on: size) != nil {
      guard let cut = Self.ellipsised(text, height: height, on: size) else { return nil }
      letters = cut
    }
    self.letters = letters
    border = max(1, height / 16)
    box = Self.place(Self.boxSize(letters, height: height), along: edge, on: size, gap: gap)
  }

  private static func shortened(_ text: String) -> String {
    let beginning = String(text.unicodeScalars.prefix(mostScalars)).prefix(mostCharacters)
    return beginning.utf8.count < text.utf8.count ? beginning + "…" : text
  }

  /// The factor by which letters are too large for the picture; nil where they fit.
  private static func shrink(_ letters: CoverageMask, height: Int, on size: PixelSize) -> Double? {
    let box = boxSize(letters, height: height)
    if box.width <= size.width, box.height <= size.height { return nil }
    return min(Double(size.width) / Double(box.width), Double(size.height) / Double(box.height))
  }

  /// The longest beginning of the text that fits with an ellipsis behind it.
  private static func ellipsised(_ text: String, height: Int, on size: PixelSize) -> CoverageMask? {
    var best: CoverageMask?
    var (fits, fails) = (-1, text.count)
    while fails - fits > 1 {
      let count = (fits + fails) / 2
      let beginning = text.prefix(count) + "…"
      if let letters = CoverageMask(text: String(beginning), height: height),
        shrink(letters, height: height, on: size) == nil
      {
        best = letters
        fits = count
      } else {
        fails = count
      }
    }
    return best
  }

  /// The letters with their margin. All labels of one height of letters stand in boxes of one height, unless marks tower above them.
  private static func boxSize(_ letters: CoverageMask, height: Int) -> PixelSize {
    let margin = max(2, height / 3)
    return PixelSize(
      width: letters.size.width + 2 * margin,
      height: max(height + 2 * max(1, height / 6), letters.size.height + 2 * max(1, height / 8)))
  }

  /// Above the edge where there is room, else at the top of the picture, or below where the edge itself is there.
  private static func place(
    _ box: PixelSize, along edge: (Point, Point), on size: PixelSize, gap: Double
  ) -> PixelBox {
    func held(_ value: Double, _ room: Int) -> Int { Int(min(max(value.rounded(), 0), Double(room))) }
    let x = held(edge.0.x - gap, size.width - box.width)
    // The edge is straight: over the box it is highest at one of the box's sides.
    let highest = min(height(of: edge, at: Double(x)), height(of: edge, at: Double(x + box.width)))
    let room = gap + Double(box.height)
    let y = highest >= room ? highest - room : edge.0.y >= room ? 0 : edge.0.y + gap
    return PixelBox(x: x, y: held(y, size.height - box.height), width: box.width, height: box.height)
  }

  /// Where an edge, or its nearer end, is at a column.
  private static func height(of edge: (Point, Point), at x: Double) -> Double {
    let way = edge.1 - edge.0
    guard way.x > 0 else { return min(edge.0.y, edge.1.y) }
    return edge.0.y + way.y * min(max((x - edge.0.x) / way.x, 0), 1)
  }
}
