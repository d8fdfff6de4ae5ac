import Geometry

/// Random geometry for property tests.
extension RandomNumberGenerator {
  mutating func point(in range: ClosedRange<Double>) -> Point {
    Point(x: .random(in: range, using: &self), y: .random(in: range, using: &self))
  }

  mutating func size(_ range: ClosedRange<Int>) -> PixelSize {
    PixelSize(width: .random(in: range, using: &self), height: .random(in: range, using: &self))
  }

  /// Five numbers as a network gives them, at times reaching beyond the canvas.
  mutating func canvasRectangle() -> CanvasRectangle {
    let center = point(in: -1.1...1.1)
    return CanvasRectangle(
      mu1: center.x, mu2: center.y, sigma1: .random(in: 0.02...1.1, using: &self),
      sigma2: .random(in: 0.02...1.1, using: &self),
      alpha: .random(in: -Double.pi / 4...Double.pi / 4, using: &self))
  }

  mutating func pixelBox(within size: PixelSize) -> PixelBox {
    let x = Int.random(in: 0..<size.width, using: &self)
    let y = Int.random(in: 0..<size.height, using: &self)
    return PixelBox(
      x: x, y: y, width: .random(in: 1...size.width - x, using: &self),
      height: .random(in: 1...size.height - y, using: &self))
  }
}

/// Numbers that break careless code.
let hostileNumbers: [Double] = [
  .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0, -0.0, Double(Int.max), Double(Int.min),
]
