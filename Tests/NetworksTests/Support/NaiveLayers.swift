import Foundation
import Networks
import Tensors
import TestSupport

/// Parameters made up as they are asked for, the same for the same name.
enum SyntheticParameters {
  static func make(seed: UInt64) -> Parameters {
    Parameters(origin: "synthetic") { name, shape in tensor(name, shape, seed: seed) }
  }

  static func tensor(_ name: String, _ shape: [Int], seed: UInt64) -> Tensor {
    var hash = seed
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var generator = SeededGenerator(seed: hash)
    let range: ClosedRange<Float> = name.hasSuffix("running_var") ? 0.2...2 : -0.5...0.5
    return Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in .random(in: range, using: &generator) })
  }
}

/// What each layer should compute, in double precision, from the stored parameters: batch normalisation is not folded,
/// sums are plain loops. The second implementation that judges the first.
struct NaiveLayers {
  struct Map {
    var shape: MapShape
    var values: [Double]
    subscript(_ y: Int, _ x: Int, _ c: Int) -> Double {
      guard (0..<shape.height).contains(y), (0..<shape.width).contains(x) else { return 0 }
      return values[(y * shape.width + x) * shape.channels + c]
    }
  }

  let seed: UInt64
  let sources: [String: Map]
  /// Parameters that differ from the synthetic ones.
  var changes: [String: [Double]] = [:]

  /// The output of the layer a configuration describes; nil for a kind not known here.
  func run(_ configuration: any LayerConfiguration, _ input: Map) -> Map? {
    switch configuration {
    case let layer as Convolution.Configuration: convolve(input, layer)
    case let layer as DepthwiseConvolution.Configuration: convolve(input, layer)
    case let layer as InvertedResidual.Configuration: block(input, layer)
    case is GlobalPooling.Configuration: pool(input)
    case let layer as Linear.Configuration:
      convolve(
        input,
        .init(weight: layer.prefix + ".weight", offset: .bias(layer.prefix + ".bias"), outputs: layer.outputs),
        rank: 2)
    case is Dropout.Configuration: input
    case let layer as RectangularAttention.Configuration: attend(input, layer)
    case let layer as PositionwiseAttention.Configuration: attend(input, layer)
    case let layer as SpatialGate.Configuration: gate(input, layer)
    default: nil
    }
  }

  private func numbers(_ name: String, _ shape: [Int]) -> [Double] {
    changes[name] ?? SyntheticParameters.tensor(name, shape, seed: seed).values.map(Double.init)
  }

  private func make(_ height: Int, _ width: Int, _ channels: Int, _ value: (Int, Int, Int) -> Double) -> Map {
    let shape = MapShape(height: height, width: width, channels: channels)
    return Map(
      shape: shape,
      values: (0..<shape.count).map { value($0 / channels / width, $0 / channels % width, $0 % channels) })
  }

  /// Bias or batch normalisation of each channel, then the activation.
  private func finish(_ map: Map, _ offset: Offset, _ activation: Activation) -> Map {
    let channels = map.shape.channels
    var apply: (Double, Int) -> Double = { value, _ in value }
    switch offset {
    case .none: break
    case .bias(let name):
      let bias = numbers(name, [channels])
      apply = { $0 + bias[$1] }
    case .batchNorm(let prefix, let epsilon):
      let (gamma, beta) = (numbers(prefix + ".weight", [channels]), numbers(prefix + ".bias", [channels]))
      let (mean, variance) = (
        numbers(prefix + ".running_mean", [channels]), numbers(prefix + ".running_var", [channels])
      )
      apply = { gamma[$1] * ($0 - mean[$1]) / (variance[$1] + epsilon).squareRoot() + beta[$1] }
    }
    return make(map.shape.height, map.shape.width, channels) { y, x, c in
      let value = apply(map[y, x, c], c)
      return switch activation {
      case .linear: value
      case .relu: max(0, value)
      case .relu6: min(6, max(0, value))
      }
    }
  }

  private func corner(_ length: Int, _ output: Int, _ walk: KernelWalk) -> Int {
    switch walk.padding {
    case .symmetric(let zeros): zeros
    case .same: max(0, (output - 1) * walk.stride + walk.kernel - length) / 2
    }
  }

  private func convolve(_ input: Map, _ layer: Convolution.Configuration, rank: Int = 4) -> Map {
    let (kernel, inputs) = (layer.walk.kernel, input.shape.channels)
    let shape = layer.walk.output(of: input.shape, channels: layer.outputs)!
    let weight = numbers(
      layer.weight, rank == 2 ? [layer.outputs, inputs] : [layer.outputs, inputs, kernel, kernel])
    let top = corner(input.shape.height, shape.height, layer.walk)
    let left = corner(input.shape.width, shape.width, layer.walk)
    let sums = make(shape.height, shape.width, layer.outputs) { y, x, c in
      var sum = 0.0
      for i in 0..<inputs {
        for tap in 0..<kernel * kernel {
          sum +=
            weight[(c * inputs + i) * kernel * kernel + tap]
            * input[y * layer.walk.stride - top + tap / kernel, x * layer.walk.stride - left + tap % kernel, i]
        }
      }
      return sum
    }
    return finish(sums, layer.offset, layer.activation)
  }

  private func convolve(_ input: Map, _ layer: DepthwiseConvolution.Configuration) -> Map {
    let (kernel, channels) = (layer.walk.kernel, input.shape.channels)
    let shape = layer.walk.output(of: input.shape, channels: channels)!
    let weight = numbers(layer.weight, [channels, 1, kernel, kernel])
    let top = corner(input.shape.height, shape.height, layer.walk)
    let left = corner(input.shape.width, shape.width, layer.walk)
    let sums = make(shape.height, shape.width, channels) { y, x, c in
      (0..<kernel * kernel).reduce(0.0) { sum, tap in
        sum + weight[c * kernel * kernel + tap]
          * input[y * layer.walk.stride - top + tap / kernel, x * layer.walk.stride - left + tap % kernel, c]
      }
    }
    return finish(sums, layer.offset, layer.activation)
  }

  private func block(_ input: Map, _ layer: InvertedResidual.Configuration) -> Map {
    let names = layer.names
    func norm(_ step: InvertedResidual.Names.Step) -> Offset { .batchNorm(step.norm, epsilon: layer.epsilon) }
    var map = input
    if layer.expansion > 1 {
      map = convolve(
        map,
        .init(
          weight: names.expand.weight, offset: norm(names.expand),
          outputs: layer.expansion * input.shape.channels, activation: .relu6))
    }
    map = convolve(
      map,
      .init(
        weight: names.depthwise.weight, offset: norm(names.depthwise), walk: layer.walk, activation: .relu6))
    map = convolve(
      map, .init(weight: names.project.weight, offset: norm(names.project), outputs: layer.outputs))
    if layer.walk.stride == 1, map.shape == input.shape {
      map.values = zip(map.values, input.values).map { $0 + $1 }
    }
    return map
  }

  private func pool(_ input: Map) -> Map {
    make(1, 1, input.shape.channels) { _, _, c in
      stride(from: c, to: input.values.count, by: input.shape.channels).reduce(0) { $0 + input.values[$1] }
        / Double(input.shape.positions)
    }
  }

  /// The trunk's map: what it sees of the detail map, with the semantic one, in its surroundings.
  private func trunk(_ input: Map, _ layer: AttentionTrunk.Configuration) -> Map {
    let prefix = layer.prefix
    func convolution(_ name: String, _ map: Map, _ walk: KernelWalk = KernelWalk(kernel: 1)) -> Map {
      convolve(
        map,
        .init(
          weight: "\(prefix).\(name).weight",
          offset: .batchNorm("\(prefix).\(name)_bn", epsilon: layer.epsilon),
          outputs: layer.width, walk: walk))
    }
    var sum = convolution("detail", sources[layer.detail] ?? input)
    if let semantic = layer.semantic {
      let coarse = convolution("semantic", sources[semantic] ?? input)
      sum.values = zip(sum.values, enlarge(coarse, sum.shape).values).map { $0 + $1 }
    }
    let context = convolution(
      "context", finish(sum, .none, .relu), KernelWalk(kernel: 3, padding: .symmetric(1)))
    return finish(context, .none, .relu)
  }

  private func evidence(_ map: Map, _ prefix: String) -> Map {
    convolve(
      map, .init(weight: "\(prefix).evidence.weight", offset: .bias("\(prefix).evidence.bias"), outputs: 1))
  }

  private func attend(_ input: Map, _ layer: RectangularAttention.Configuration) -> Map {
    let map = trunk(input, layer.trunk)
    let prefix = layer.trunk.prefix
    let rectangle: Rectangle
    switch layer.head.kind {
    case .moments:
      let logits = evidence(map, prefix)
      let gains = numbers("\(prefix).log_gain", [2]).map { exp($0) }
      rectangle = MomentsHead<Double>(
        grid: CellGrid(rows: logits.shape.height, columns: logits.shape.width), leastSize: layer.head.leastSize,
        gain1: gains[0], gain2: gains[1], upright: layer.head.upright, uprightness: layer.head.uprightness
      ).rectangle(of: logits.values.span)
    case .flatten:
      let count = layer.head.upright ? 4 : 5
      let weight = numbers("\(prefix).rectangle.weight", [count, map.values.count])
      let raw = zip(0..<count, numbers("\(prefix).rectangle.bias", [count])).map { row, bias in
        map.values.indices.reduce(bias) { $0 + weight[row * map.values.count + $1] * map.values[$1] }
      }
      func size(_ x: Double) -> Double {
        layer.head.leastSize + (1.1 - layer.head.leastSize) * 4 * exp(x) / (1 + 4 * exp(x))
      }
      rectangle = Rectangle(
        mu1: tanh(raw[0]), mu2: tanh(raw[1]), sigma1: size(raw[2]), sigma2: size(raw[3]),
        alpha: count == 5 ? .pi / 4 * tanh(raw[4]) : 0)
    }
    var window = [Double](repeating: 0, count: input.shape.positions)
    window.withUnsafeMutableBufferPointer {
      RectangleWindow<Double>(
        grid: CellGrid(rows: input.shape.height, columns: input.shape.width), sharpness: layer.sharpness
      )
      .evaluate(rectangle, into: $0)
    }
    return weigh(input, by: window, layer.use)
  }

  private func attend(_ input: Map, _ layer: PositionwiseAttention.Configuration) -> Map {
    var factors = evidence(trunk(input, layer.trunk), layer.trunk.prefix)
    factors.values = factors.values.map { 1 / (1 + exp(-$0)) }
    return weigh(input, by: enlarge(factors, input.shape).values, layer.use)
  }

  private func gate(_ input: Map, _ layer: SpatialGate.Configuration) -> Map {
    let summary = make(input.shape.height, input.shape.width, 2) { y, x, c in
      let row = (0..<input.shape.channels).map { input[y, x, $0] }
      return c == 0 ? row.max()! : row.reduce(0, +) / Double(row.count)
    }
    let factors = convolve(
      summary,
      .init(
        weight: layer.prefix + ".gate.weight",
        offset: .batchNorm(layer.prefix + ".gate_bn", epsilon: layer.epsilon),
        outputs: 1, walk: KernelWalk(kernel: 7, padding: .symmetric(3))))
    return weigh(input, by: factors.values.map { 1 / (1 + exp(-$0)) }, .multiply)
  }

  private func weigh(_ input: Map, by factors: [Double], _ use: AttentionUse) -> Map {
    let (width, channels) = (input.shape.width, input.shape.channels)
    switch use {
    case .multiply:
      return make(input.shape.height, width, channels) { input[$0, $1, $2] * factors[$0 * width + $1] }
    case .residual:
      return make(input.shape.height, width, channels) {
        input[$0, $1, $2] * (1 + factors[$0 * width + $1]) / 2
      }
    case .pooling:
      let mass = factors.reduce(0, +)
      return make(1, 1, channels) { _, _, c in
        factors.indices.reduce(0) { $0 + factors[$1] * input.values[$1 * channels + c] } / mass
      }
    }
  }

  func enlarge(_ map: Map, _ size: MapShape) -> Map {
    func place(_ index: Int, _ length: Int, _ source: Int) -> (Int, Int, Double) {
      let position = max(0, (Double(index) + 0.5) * Double(source) / Double(length) - 0.5)
      let first = min(Int(position), source - 1)
      return (first, min(first + 1, source - 1), position - Double(first))
    }
    return make(size.height, size.width, map.shape.channels) { y, x, c in
      let (y0, y1, v) = place(y, size.height, map.shape.height)
      let (x0, x1, u) = place(x, size.width, map.shape.width)
      let (upper, lower) = (
        map[y0, x0, c] * (1 - u) + map[y0, x1, c] * u, map[y1, x0, c] * (1 - u) + map[y1, x1, c] * u
      )
      return upper * (1 - v) + lower * v
    }
  }
}
