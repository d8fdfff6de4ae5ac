import Networks
import TestSupport
import Testing

@Suite struct MomentsHeadTests {
  @Test func agreesWithTheReference() throws {
    let file = try Fixtures.window.get()
    let evidence = try file.doubles("moments.evidence")
    let weights = try file.doubles("moments.weight")
    let (thetas, gradients) = both(CellGrid(rows: 14, columns: 14), evidence, weights)
    #expect(deviation(thetas, try file.doubles("moments.theta")) < 1e-9)
    #expect(deviation(gradients, try file.doubles("moments.grad_evidence")) < 1e-9)

    let (singleThetas, singleGradients) = both(
      CellGrid(rows: 14, columns: 14), evidence.map(Float.init), weights.map(Float.init))
    #expect(deviation(singleThetas.map(Double.init), try file.doubles("moments.theta")) < 1e-4)
    #expect(deviation(singleGradients.map(Double.init), try file.doubles("moments.grad_evidence")) < 1e-4)
  }

  private func both<Scalar: RealScalar>(
    _ grid: CellGrid<Scalar>, _ evidence: [Scalar], _ weights: [Scalar]
  ) -> (thetas: [Scalar], gradients: [Scalar]) {
    let head = MomentsHead(grid: grid, leastSize: 0.12)
    var thetas: [Scalar] = []
    var gradients: [Scalar] = []
    for index in 0..<evidence.count / 196 {
      let logits = Array(evidence[(index * 196)..<((index + 1) * 196)])
      thetas += head.rectangle(of: logits.span).list
      let upstream = RectangleParameters<Scalar>(weights[(index * 5)..<(index * 5 + 5)])
      gradients += gradient(head, logits, upstream).logits
    }
    return (thetas, gradients)
  }

  private func gradient<Scalar: RealScalar>(
    _ head: MomentsHead<Scalar>, _ logits: [Scalar], _ upstream: RectangleParameters<Scalar>
  ) -> (logits: [Scalar], logGains: [Scalar]) {
    var result = [Scalar](repeating: 0, count: logits.count)
    let gains = result.withUnsafeMutableBufferPointer {
      head.gradient(at: logits.span, upstream: upstream, into: $0)
    }
    return (result, [gains.logGain1, gains.logGain2])
  }

  /// Evidence that is the window of a known rectangle, so that gradients are tested for tiny, full and turned ones.
  private func evidence(of rectangle: Rectangle, rows: Int, columns: Int) -> [Double] {
    let window = RectangleWindow<Double>(grid: CellGrid(rows: rows, columns: columns), sharpness: 6)
    return [Double](unsafeUninitializedCapacity: rows * columns) { buffer, used in
      buffer.initialize(repeating: 0)
      window.evaluate(rectangle, into: buffer)
      used = rows * columns
    }.map { 5 * $0 }
  }

  struct Axes: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var upright = false
    var uprightness = 0.0
  }
  static let axes = [
    Axes(testDescription: "free"), Axes(testDescription: "upright", upright: true),
    Axes(testDescription: "pulled a little upright", uprightness: 0.01),
    Axes(testDescription: "pulled upright", uprightness: 0.3),
  ]

  @Test(arguments: rectangleCases, axes) func gradientIsThatOfTheRectangle(drawn: Rectangle, axes: Axes) {
    let step = 1e-6
    let upstream = Rectangle([0.7, -0.4, 0.9, -1.1, 0.6])
    let logits = evidence(of: drawn, rows: 6, columns: 9)
    func head(_ gain1: Double, _ gain2: Double) -> MomentsHead<Double> {
      MomentsHead(
        grid: CellGrid(rows: 6, columns: 9), leastSize: 0.12, gain1: gain1, gain2: gain2, upright: axes.upright,
        uprightness: axes.uprightness)
    }
    func rectangle(_ logits: [Double], _ gain1: Double, _ gain2: Double) -> Rectangle {
      head(gain1, gain2).rectangle(of: logits.span)
    }
    /// Half turns of the axis are no difference: the angle jumps by one where the axis stands upright.
    func slope(_ up: Rectangle, _ down: Rectangle) -> Double {
      var difference = zip(up.list, down.list).map { $0 - $1 }
      difference[4] = difference[4].remainder(dividingBy: .pi)
      return zip(difference, upstream.list).reduce(0) { $0 + $1.0 * $1.1 } / (2 * step)
    }
    let found = gradient(head(1.3, 0.8), logits, upstream)
    for index in logits.indices {
      var (up, down) = (logits, logits)
      up[index] += step
      down[index] -= step
      let expected = slope(rectangle(up, 1.3, 0.8), rectangle(down, 1.3, 0.8))
      #expect(approximately(found.logits[index], expected, tolerance: 1e-6))
    }
    let byGain1 = slope(rectangle(logits, 1.3 * (1 + step), 0.8), rectangle(logits, 1.3 * (1 - step), 0.8))
    let byGain2 = slope(rectangle(logits, 1.3, 0.8 * (1 + step)), rectangle(logits, 1.3, 0.8 * (1 - step)))
    #expect(approximately(found.logGains[0], byGain1, tolerance: 1e-6))
    #expect(approximately(found.logGains[1], byGain2, tolerance: 1e-6))
  }

  @Test func uprightnessTurnsWhatIsRoundAndLeavesWhatIsLong() {
    func alpha(_ sigma1: Double, _ sigma2: Double, uprightness: Double) -> Double {
      let logits = evidence(
        of: Rectangle([0, 0, sigma1, sigma2, 0.4]), rows: 28, columns: 28)
      return MomentsHead<Double>(
        grid: CellGrid(rows: 28, columns: 28), leastSize: 0.12, uprightness: uprightness
      ).rectangle(of: logits.span).alpha
    }
    func kept(_ sigma1: Double, _ sigma2: Double) -> Double {
      alpha(sigma1, sigma2, uprightness: 0.02) / alpha(sigma1, sigma2, uprightness: 0)
    }
    #expect(alpha(0.6, 0.5, uprightness: 0) > 0.3)
    #expect(kept(0.6, 0.5) < 0.2)
    #expect(kept(0.6, 0.15) > 0.6)
    #expect(kept(0.9, 0.1) > kept(0.6, 0.15))
  }

  @Test func anUprightRectangleHasTheMarginalSpreads() {
    let logits = evidence(of: Rectangle([0, 0, 0.3, 0.6, 0]), rows: 20, columns: 20)
    let grid = CellGrid<Double>(rows: 20, columns: 20)
    let upright = MomentsHead(grid: grid, leastSize: 0.12, upright: true).rectangle(of: logits.span)
    #expect(upright.alpha == 0 && upright.sigma1 < upright.sigma2)
    // The free one's first axis is the longer: a quarter turn of the same box.
    let free = MomentsHead(grid: grid, leastSize: 0.12).rectangle(of: logits.span)
    #expect(approximately(abs(free.alpha), .pi / 2, tolerance: 1e-6))
    #expect(abs(free.sigma1 - upright.sigma2) < 1e-3 && abs(free.sigma2 - upright.sigma1) < 1e-3)
  }

  @Test func findsTheRectangleTheEvidenceDraws() {
    // A hard box, painted densely: its second moments are those of a uniform density.
    let (size, sigma1, sigma2, alpha) = (240, 0.5, 0.2, 0.35)
    var logits: [Double] = []
    for row in 0..<size {
      for column in 0..<size {
        let u = (2 * Double(column) + 1) / Double(size) - 1 - 0.1
        let v = (2 * Double(row) + 1) / Double(size) - 1 + 0.2
        let t1 = 0.939372712847379 * u + 0.342897807455451 * v  // cos and sin of 0.35
        let t2 = 0.939372712847379 * v - 0.342897807455451 * u
        logits.append(abs(t1) < sigma1 && abs(t2) < sigma2 ? 0 : -50)
      }
    }
    let found = MomentsHead<Double>(grid: CellGrid(rows: size, columns: size), leastSize: 0.12).rectangle(
      of: logits.span)
    for (one, other) in zip(found.list, [0.1, -0.2, sigma1, sigma2, alpha]) { #expect(abs(one - other) < 5e-3) }
  }

  @Test func sizesNeverFallBelowTheLeast() {
    var logits = [Double](repeating: 0, count: 49)
    logits[10] = 100
    let head = MomentsHead<Double>(grid: CellGrid(rows: 7, columns: 7), leastSize: 0.12)
    let rectangle = head.rectangle(of: logits.span)
    #expect(rectangle.sigma1 == 0.12 && rectangle.sigma2 == 0.12)
    #expect(gradient(head, logits, Rectangle([0, 0, 1, 1, 0])).logits.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 3e38]) func extremeEvidenceNeverTraps(extreme: Float) {
    let head = MomentsHead<Float>(grid: CellGrid(rows: 3, columns: 3), leastSize: 0.12, uprightness: 0.1)
    for logits in [[Float](repeating: extreme, count: 9), [extreme] + [Float](repeating: 0, count: 8)] {
      _ = head.rectangle(of: logits.span)
      _ = gradient(head, logits, RectangleParameters([1, 1, 1, 1, 1]))
    }
  }
}
