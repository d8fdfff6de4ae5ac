import Tensors
import TestSupport

/// A feature map in double precision with nothing clever about it: the judge of the fast ones.
struct NaiveMap {
  let shape: MapShape
  var values: [Double]

  init(_ shape: MapShape, _ values: [Double]) {
    self.shape = shape
    self.values = values
  }

  init(_ map: FeatureMap) { self.init(map.shape, map.values.map(Double.init)) }

  /// A value, 0 off the map.
  func at(_ y: Int, _ x: Int, _ c: Int) -> Double {
    guard (0..<shape.height).contains(y), (0..<shape.width).contains(x) else { return 0 }
    return values[(y * shape.width + x) * shape.channels + c]
  }

  /// Calls `body` for each place of a map of that shape and makes the map of what it returns.
  static func make(_ shape: MapShape, _ body: (_ y: Int, _ x: Int, _ c: Int) -> Double) -> NaiveMap {
    var values: [Double] = []
    for y in 0..<shape.height {
      for x in 0..<shape.width { for c in 0..<shape.channels { values.append(body(y, x, c)) } }
    }
    return NaiveMap(shape, values)
  }
}

/// How many zeros stand before the first cell, written down from TensorFlow's documentation of SAME.
func zerosBefore(_ length: Int, kernel: Int, stride: Int, padding: Padding) -> Int {
  switch padding {
  case .symmetric(let zeros): return zeros
  case .same:
    let all = length % stride == 0 ? max(kernel - stride, 0) : max(kernel - length % stride, 0)
    return all / 2
  }
}

func activate(_ value: Double, _ activation: Activation) -> Double {
  switch activation {
  case .linear: value
  case .relu: max(value, 0)
  case .relu6: min(max(value, 0), 6)
  }
}

/// Values of order 1, small enough that sums stay near it.
func randomTensor(_ shape: [Int], scale: Float = 1, _ generator: inout SeededGenerator) -> Tensor {
  Tensor(
    shape: shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -scale...scale, using: &generator) })
}

func randomMap(_ shape: MapShape, in workspace: Workspace, _ generator: inout SeededGenerator) -> FeatureMap {
  let map = workspace.map(shape)
  for index in map.values.indices { map.values[index] = Float.random(in: -1...1, using: &generator) }
  return map
}

/// The largest difference between a computed map and the expected one, infinite where a NaN hides.
func worstDifference(_ found: FeatureMap, _ expected: NaiveMap) -> Double {
  guard found.shape == expected.shape else { return .infinity }
  return zip(found.values, expected.values).reduce(0) { worst, pair in
    let difference = abs(Double(pair.0) - pair.1)
    return difference.isFinite ? max(worst, difference) : .infinity
  }
}
