import Networks
import TestSupport

typealias Rectangle = RectangleParameters<Double>

extension RectangleParameters {
  /// The five numbers in the order of the paper: mu1, mu2, sigma1, sigma2, alpha.
  var list: [Scalar] { [mu1, mu2, sigma1, sigma2, alpha] }

  init(_ list: some Collection<Scalar>) {
    let list = Array(list)
    self.init(mu1: list[0], mu2: list[1], sigma1: list[2], sigma2: list[3], alpha: list[4])
  }
}

/// Rectangles at the ends of their ranges, and some in between.
let rectangleCases: [Rectangle] = {
  var generator = SeededGenerator(seed: 7)
  let ends: [Rectangle] = [
    [0, 0, 1.1, 1.1, 0], [0.1, -0.15, 0.45, 0.25, 0.4], [0.3, 0.2, 0.12, 0.12, 0.7],
    [-0.9, 0.9, 0.02, 0.5, -0.78],
    [0, 0, 3, 0.05, 1.5], [1, -1, 0.2, 0.2, 3.1],
  ].map { Rectangle($0) }
  let random = (0..<20).map { _ in
    Rectangle(
      mu1: .random(in: -1...1, using: &generator), mu2: .random(in: -1...1, using: &generator),
      sigma1: .random(in: 0.05...1.2, using: &generator), sigma2: .random(in: 0.05...1.2, using: &generator),
      alpha: .random(in: -1.6...1.6, using: &generator))
  }
  return ends + random
}()

/// The derivative of `function` by each of the five numbers, by central differences.
func centralDifferences(
  _ function: (Rectangle) -> Double, at rectangle: Rectangle, step: Double = 1e-6
) -> [Double] {
  (0..<5).map { index in
    func moved(_ by: Double) -> Double {
      var list = rectangle.list
      list[index] += by
      return function(Rectangle(list))
    }
    return (moved(step) - moved(-step)) / (2 * step)
  }
}
