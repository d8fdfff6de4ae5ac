import Geometry

/// Draws into the pixels of one picture, in place. What lies outside the picture is left out.
///
/// Holds a pointer: used only while the memory it was made for is at hand.
struct Painter {
  private let pixels: UnsafeMutablePointer<UInt8>
  private let size: PixelSize

  /// `memory` is interleaved 8-bit RGB of this size, without gaps.
  init(_ memory: UnsafeMutableRawBufferPointer, size: PixelSize) {
    precondition(memory.count == 3 * size.area && size.area > 0, "the memory is that of the picture")
    pixels = memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
    self.size = size
  }

  /// A straight antialiased line with round ends. Nothing is drawn between points that are not finite.
  func line(from start: Point, to end: Point, width: Double, _ colour: RGB) {
    // Pixels whose centres are nearer than this are touched.
    let reach = width / 2 + 0.5
    let margin = reach + 1
    let around = Box(
      x: -margin, y: -margin, width: Double(size.width) + 2 * margin, height: Double(size.height) + 2 * margin)
    guard let segment = Segment(start, end).clipped(to: around) else { return }

    for y in rows(segment.top - reach, segment.bottom + reach) {
      let span = segment.columns(near: Double(y) + 0.5, reach: reach)
      for x in columns(span.lowerBound, span.upperBound) {
        let distance = segment.distance(to: Point(x: Double(x) + 0.5, y: Double(y) + 0.5))
        blend(colour, Int((min(max(reach - distance, 0), 1) * 255).rounded()), x, y)
      }
    }
  }

  /// A filled box.
  func fill(_ box: PixelBox, _ colour: RGB) {
    for y in max(0, box.y)..<max(0, box.y, min(size.height, box.y + box.height)) {
      for x in max(0, box.x)..<max(0, box.x, min(size.width, box.x + box.width)) { blend(colour, 255, x, y) }
    }
  }

  /// A shape given by its coverage, with its top left corner at a pixel.
  func stamp(_ shape: CoverageMask, x left: Int, y top: Int, _ colour: RGB) {
    for y in 0..<shape.size.height where (0..<size.height).contains(top + y) {
      for x in 0..<shape.size.width where (0..<size.width).contains(left + x) {
        blend(colour, Int(shape.coverage[y * shape.size.width + x]), left + x, top + y)
      }
    }
  }

  /// Lays a colour over a pixel; `coverage` is 0...255.
  private func blend(_ colour: RGB, _ coverage: Int, _ x: Int, _ y: Int) {
    let pixel = pixels + 3 * (y * size.width + x)
    pixel[0] = Self.mix(pixel[0], colour.red, coverage)
    pixel[1] = Self.mix(pixel[1], colour.green, coverage)
    pixel[2] = Self.mix(pixel[2], colour.blue, coverage)
  }

  private static func mix(_ below: UInt8, _ above: UInt8, _ coverage: Int) -> UInt8 {
    UInt8((Int(below) * (255 - coverage) + Int(above) * coverage + 127) / 255)
  }

  private func rows(_ first: Double, _ last: Double) -> Range<Int> { Self.pixels(first, last, size.height) }
  private func columns(_ first: Double, _ last: Double) -> Range<Int> { Self.pixels(first, last, size.width) }

  /// The pixels of one axis between two coordinates. Both lie near the picture, so they fit an integer.
  private static func pixels(_ first: Double, _ last: Double, _ count: Int) -> Range<Int> {
    let lower = min(max(0, Int(first.rounded(.down))), count)
    return lower..<max(lower, min(count, Int(last.rounded(.up))))
  }
}

/// The straight way between two points.
private struct Segment {
  let start: Point
  let end: Point

  init(_ start: Point, _ end: Point) {
    self.start = start
    self.end = end
  }

  var top: Double { min(start.y, end.y) }
  var bottom: Double { max(start.y, end.y) }

  /// The part inside a box; nil where there is none.
  ///
  /// Liang and Barsky, "A new concept and method for line clipping" (1984).
  func clipped(to box: Box) -> Segment? {
    guard start.isFinite, end.isFinite else { return nil }
    let way = end - start
    var (enter, leave) = (0.0, 1.0)
    // For each side: how fast the way leads out of it, and how far inside the start is.
    for (out, inside) in [
      (-way.x, start.x - box.x), (way.x, box.maxX - start.x), (-way.y, start.y - box.y),
      (way.y, box.maxY - start.y),
    ] {
      if out == 0 {
        if inside < 0 { return nil }
      } else if out > 0 {
        leave = min(leave, inside / out)
      } else {
        enter = max(enter, inside / out)
      }
    }
    guard enter <= leave else { return nil }
    let part = Segment(start + way * enter, start + way * leave)
    return part.start.isFinite && part.end.isFinite ? part : nil
  }

  func distance(to point: Point) -> Double {
    let way = end - start
    let length = way.dot(way)
    let along = length > 0 ? min(max((point - start).dot(way) / length, 0), 1) : 0
    let off = point - (start + way * along)
    return off.dot(off).squareRoot()
  }

  /// Columns that hold every pixel of a row within `reach` of the segment, and few others.
  func columns(near y: Double, reach: Double) -> ClosedRange<Double> {
    let left = min(start.x, end.x) - reach
    let right = max(start.x, end.x) + reach
    let way = end - start
    let length = way.dot(way).squareRoot()
    guard abs(way.y) > 1e-9 * length else { return left...right }
    let crossing = start.x + way.x * ((y - start.y) / way.y)
    let spread = reach * length / abs(way.y)
    let lower = min(max(left, crossing - spread), right)
    return lower...max(lower, min(right, crossing + spread))
  }
}
