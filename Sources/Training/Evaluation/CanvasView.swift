import Foundation
package import Geometry
package import Imaging

/// A change of the canvas that keeps shapes: first the flip, then scale and turn about the middle, then the shift. In
/// canvas units.
package struct ViewChange: Hashable, Sendable {
  package var isFlipped = false
  package var scale = 1.0
  /// Radians, clockwise.
  package var angle = 0.0
  package var shift = Point.zero

  package init(isFlipped: Bool = false, scale: Double = 1, angle: Double = 0, shift: Point = .zero) {
    self.isFlipped = isFlipped
    self.scale = scale
    self.angle = angle
    self.shift = shift
  }

  /// Where a point goes.
  package func apply(to point: Point) -> Point {
    let x = isFlipped ? -point.x : point.x
    return Point(
      x: scale * (cos(angle) * x - sin(angle) * point.y) + shift.x,
      y: scale * (sin(angle) * x + cos(angle) * point.y) + shift.y)
  }

  /// The point that goes to `point`.
  package func origin(of point: Point) -> Point {
    let moved = point - shift
    let x = (cos(angle) * moved.x + sin(angle) * moved.y) / scale
    let y = (cos(angle) * moved.y - sin(angle) * moved.x) / scale
    return Point(x: isFlipped ? -x : x, y: y)
  }

  /// What becomes of a rectangle: of its five numbers, not of its corners, whose order a flip reverses.
  package func apply(to rectangle: CanvasRectangle) -> CanvasRectangle {
    let center = apply(to: rectangle.center)
    return CanvasRectangle(
      mu1: center.x, mu2: center.y, sigma1: scale * rectangle.sigma1, sigma2: scale * rectangle.sigma2,
      alpha: (isFlipped ? -rectangle.alpha : rectangle.alpha) + angle)
  }

  /// The canvas's RGB pixels changed: bilinear, what would lie outside mirrored at the edges.
  package func apply(to pixels: [UInt8], _ size: PixelSize) -> [UInt8] {
    precondition(pixels.count == 3 * size.area, "three bytes a pixel")
    let (width, height) = (size.width, size.height)
    var rgb = [UInt8](repeating: 0, count: pixels.count)
    // The map is affine, so one step to the right is the same everywhere.
    let unit = Point(x: 2 / Double(width), y: 2 / Double(height))
    func place(_ point: Point) -> Point {
      Point(x: (point.x + 1) / unit.x - 0.5, y: (point.y + 1) / unit.y - 0.5)
    }
    for row in 0..<height {
      let v = (Double(row) + 0.5) * unit.y - 1
      let start = place(origin(of: Point(x: unit.x / 2 - 1, y: v)))
      let step = place(origin(of: Point(x: unit.x * 1.5 - 1, y: v))) - start
      for column in 0..<width {
        let from = start + step * Double(column)
        let left = from.x.rounded(.down)
        let top = from.y.rounded(.down)
        let (x0, x1) = (mirrored(Int(left), width), mirrored(Int(left) + 1, width))
        let (y0, y1) = (mirrored(Int(top), height), mirrored(Int(top) + 1, height))
        let (fx, fy) = (from.x - left, from.y - top)
        for channel in 0..<3 {
          func value(_ x: Int, _ y: Int) -> Double { Double(pixels[3 * (y * width + x) + channel]) }
          let upper = value(x0, y0) * (1 - fx) + value(x1, y0) * fx
          let lower = value(x0, y1) * (1 - fx) + value(x1, y1) * fx
          rgb[3 * (row * width + column) + channel] = UInt8((upper * (1 - fy) + lower * fy).rounded())
        }
      }
    }
    return rgb
  }
}

/// A place on an axis of `count` pixels, mirrored at the ends with the end pixels repeated.
private func mirrored(_ place: Int, _ count: Int) -> Int {
  let period = 2 * count
  let rest = (place % period + period) % period
  return rest < count ? rest : period - 1 - rest
}

/// A changed copy of the canvas, on which the network should find the same subject.
package struct CanvasView: Sendable {
  package let name: String
  /// What the change does to places.
  package let similarity: ViewChange
  private let change: Change

  /// From RGB pixels, the canvas's size and a seed to RGB pixels.
  private typealias Change = @Sendable ([UInt8], PixelSize, UInt64) throws(ImagingError) -> [UInt8]

  /// The views every evaluation uses.
  package static let standard = [
    CanvasView("flip", ViewChange(isFlipped: true)),
    CanvasView("shift 10 %", ViewChange(shift: Point(x: 0.2, y: 0.2))),
    CanvasView("scale 0.8", ViewChange(scale: 0.8)),
    CanvasView("scale 1.25", ViewChange(scale: 1.25)),
    CanvasView("rotation 15", ViewChange(angle: .pi / 12)),
    CanvasView("rotation -15", ViewChange(angle: -.pi / 12)),
    CanvasView("JPEG 30", jpeg(quality: 30)),
    CanvasView("noise 10", noise(deviation: 10)),
  ]

  private init(_ name: String, _ similarity: ViewChange) {
    self.name = name
    self.similarity = similarity
    change = { (pixels, size, _) throws(ImagingError) in similarity.apply(to: pixels, size) }
  }

  private init(
    _ name: String, _ change: @escaping Change
  ) {
    self.name = name
    similarity = ViewChange()
    self.change = change
  }

  /// The view of a canvas, given by its RGB pixels. `seed` is the photograph's own.
  package func apply(to pixels: [UInt8], _ size: PixelSize, seed: UInt64) throws(ImagingError) -> [UInt8] {
    try change(pixels, size, seed)
  }

  private static func jpeg(quality: Int) -> Change {
    { (pixels, size, _) throws(ImagingError) in
      let picture = try PixelBuffer(size: size, rgb: pixels)
      let file = try ImageBytes(Encoder.encode(picture, EncodeOptions(format: .jpeg, quality: quality)))
      return try Decoder.decode(file, header: HeaderReader.read(file)).withBytes { Array($0) }
    }
  }

  /// Uniform noise of this standard deviation, in levels, on every value.
  private static func noise(deviation: Double) -> Change {
    { (pixels, _, seed) throws(ImagingError) in
      var generator = SplitMix(state: seed)
      let width = deviation * 12.0.squareRoot()
      return pixels.map { value in
        UInt8(min(max((Double(value) + width * (generator.unit() - 0.5)).rounded(), 0), 255))
      }
    }
  }
}
