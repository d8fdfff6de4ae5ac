import Foundation
import Geometry
import Networks
import Tensors
import TestSupport
import Testing

/// Losses on rectangles against second implementations in double precision, and their gradients against those's finite differences.
@Suite struct RectangleLossTests {
  typealias Numbers = [Double]

  private static let rectangles: [Numbers] = {
    var generator = SeededGenerator(seed: 8)
    func number(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }
    return (0..<200).map { _ in
      [number(-0.8...0.8), number(-0.8...0.8), number(0.1...1), number(0.1...1), number(-0.78...0.78)]
    }
  }()

  private static let targets: [Numbers] = Array(rectangles.reversed())

  /// Checks value and gradient of a loss on all rectangles; `naive` is the second implementation.
  private func check(
    _ record: (Tape, Variable) -> Variable, against naive: (Int, Numbers) -> Numbers
  ) throws {
    let tape = Tape()
    let rectangles = Self.rectangles
    let input = tape.input(count: rectangles.count, shape: Tape.rectangleShape, isDifferentiable: true) {
      values in
      for (index, number) in rectangles.joined().enumerated() { values[index] = Float(number) }
    }
    let output = record(tape, input)
    var generator = SeededGenerator(seed: 3)
    let pull = (0..<output.values.count).map { _ in Double.random(in: -1...1, using: &generator) }
    tape.goBack(from: [(tape.weightedSum(output, pull.map(Float.init)), 1)])
    let gradient = try #require(input.gradient)
    let size = output.shape.count
    for (index, numbers) in rectangles.enumerated() {
      let expected = naive(index, numbers)
      for k in 0..<size {
        let found = Double(output.values[index * size + k])
        #expect(abs(found - expected[k]) < 1e-4)
      }
      func loss(_ numbers: Numbers) -> Double {
        zip(naive(index, numbers), pull[(index * size)...]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      for k in 0..<5 {
        var (up, down) = (numbers, numbers)
        up[k] += 1e-6
        down[k] -= 1e-6
        let slope = (loss(up) - loss(down)) / 2e-6
        let found = Double(gradient[5 * index + k])
        #expect(abs(found - slope) < 1e-3 * max(1, abs(slope)), "\(index), \(k)")
      }
    }
  }

  @Test func area() throws {
    try check({ $0.area(of: $1) }, against: { _, r in [r[2] * r[3]] })
  }

  @Test func distanceAllowsForExchangedAxesAndSquares() throws {
    let targets = Self.targets.map { RectangleParameters($0) }
    try check(
      { $0.distance(of: $1, to: targets) },
      against: { index, r in
        let t = Self.targets[index]
        func distance(_ s1: Double, _ s2: Double, _ angle: Double) -> Double {
          let w = pow((s1 - s2) / (s1 + s2), 2)
          let centre: Double = pow(r[0] - t[0], 2) + pow(r[1] - t[1], 2)
          let size: Double = pow(log(r[2] / s1), 2) + pow(log(r[3] / s2), 2)
          return centre + size + w * (1 - cos(2 * (r[4] - angle)))
        }
        return [min(distance(t[2], t[3], t[4]), distance(t[3], t[2], t[4] + .pi / 2))]
      })
  }

  @Test func hullLossIsThatOfBoxes() throws {
    let boxes = Self.targets.map { RectangleParameters([$0[0] / 2, $0[1] / 2, $0[2] / 2, $0[3] / 2, 0]) }
    try check(
      { $0.hullLoss(of: $1, to: boxes) },
      against: { index, r in
        let t = Self.targets[index].map { $0 / 2 }
        let (c, s) = (abs(cos(r[4])), abs(sin(r[4])))
        let (hx, hy) = (c * r[2] + s * r[3], s * r[2] + c * r[3])
        let a = [r[0] - hx, r[1] - hy, r[0] + hx, r[1] + hy]
        let b = [t[0] - t[2], t[1] - t[3], t[0] + t[2], t[1] + t[3]]
        let commonX: Double = max(0, min(a[2], b[2]) - max(a[0], b[0]))
        let commonY: Double = max(0, min(a[3], b[3]) - max(a[1], b[1]))
        let inter = commonX * commonY
        let union: Double = 4 * hx * hy + 4 * t[2] * t[3] - inter
        let spanX: Double = max(a[2], b[2]) - min(a[0], b[0])
        let spanY: Double = max(a[3], b[3]) - min(a[1], b[1])
        let span = spanX * spanY
        var edges = 0.0
        for k in 0..<4 { edges += abs(min(1, max(-1, a[k])) - b[k]) / 4 }
        let giou: Double = inter / union - (span - union) / span
        return [1 - giou + edges / 2]
      })
  }

  @Test func rectanglesReturnFromTheirViews() throws {
    var generator = SeededGenerator(seed: 4)
    let views = Self.rectangles.map { _ in
      CanvasSimilarity(
        rho: .random(in: 0.6...1.6, using: &generator), phi: .random(in: -0.4...0.4, using: &generator),
        tau: Point(
          x: .random(in: -0.3...0.3, using: &generator), y: .random(in: -0.3...0.3, using: &generator)),
        flips: .random(using: &generator))
    }
    try check(
      { $0.rectanglesOnCanvas($1, seenThrough: views) },
      against: { index, r in
        let view = views[index]
        let (x, y) = ((r[0] - view.tau.x) / view.rho, (r[1] - view.tau.y) / view.rho)
        let (c, s, m) = (cos(view.phi), sin(view.phi), view.flips ? -1.0 : 1)
        return [m * (c * x + s * y), c * y - s * x, r[2] / view.rho, r[3] / view.rho, m * (r[4] - view.phi)]
      })
    // And the law that says how they went there.
    for (numbers, view) in zip(Self.rectangles, views) {
      let rectangle = CanvasRectangle(
        mu1: numbers[0], mu2: numbers[1], sigma1: numbers[2], sigma2: numbers[3], alpha: numbers[4])
      let seen = view.rectangle(rectangle)
      let tape = Tape()
      let input = tape.input(count: 1, shape: Tape.rectangleShape) { values in
        RectangleParameters([seen.mu1, seen.mu2, seen.sigma1, seen.sigma2, seen.alpha]).write(to: values)
      }
      let back = tape.rectanglesOnCanvas(input, seenThrough: [view]).values.map(Double.init)
      let turn = (back[4] - numbers[4]).remainder(dividingBy: .pi)
      for k in 0..<4 { #expect(abs(back[k] - numbers[k]) < 1e-5) }
      #expect(abs(turn) < 1e-5)
    }
  }
}

extension RectangleParameters where Scalar == Float {
  fileprivate init(_ numbers: [Double]) {
    self.init(
      mu1: Float(numbers[0]), mu2: Float(numbers[1]), sigma1: Float(numbers[2]), sigma2: Float(numbers[3]),
      alpha: Float(numbers[4]))
  }
}
