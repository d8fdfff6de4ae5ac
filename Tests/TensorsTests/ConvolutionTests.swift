import Tensors
import TestSupport
import Testing

/// The fast convolutions against seven nested loops in double precision, with sentinels behind every map.
@Suite struct ConvolutionTests {
  struct Case: CustomTestStringConvertible {
    let input: MapShape
    let outputs: Int
    let walk: KernelWalk
    let activation: Activation
    let seed: UInt64
    var testDescription: String { "\(input) to \(outputs), \(walk), \(activation)" }
  }

  /// Random shapes, odd ones among them, and kernels larger than the map.
  static let cases: [Case] = {
    var generator = SeededGenerator(seed: 2)
    return (0..<60).compactMap { seed in
      let input = MapShape(
        height: .random(in: 1...15, using: &generator), width: .random(in: 1...15, using: &generator),
        channels: .random(in: 1...75, using: &generator))
      let kernel = [1, 2, 3, 3, 5, 5, 7].randomElement(using: &generator)!
      let padding: Padding = Bool.random(using: &generator) ? .same : .symmetric(kernel / 2)
      let walk = KernelWalk(kernel: kernel, stride: .random(in: 1...3, using: &generator), padding: padding)
      guard walk.output(of: input, channels: 1) != nil else { return nil }
      return Case(
        input: input, outputs: .random(in: 1...40, using: &generator), walk: walk,
        activation: Activation.allCases.randomElement(using: &generator)!, seed: UInt64(seed))
    }
  }()

  @Test(arguments: cases) func dense(_ test: Case) throws {
    var generator = SeededGenerator(seed: test.seed)
    let workspace = Workspace(guarding: true)
    let (kernel, inputs) = (test.walk.kernel, test.input.channels)
    let input = randomMap(test.input, in: workspace, &generator)
    let weight = randomTensor([test.outputs, kernel * kernel * inputs], scale: 0.3, &generator)
    let bias = randomTensor([test.outputs], &generator)
    let output = workspace.map(try #require(test.walk.output(of: test.input, channels: test.outputs)))
    input.convolution(
      PackedWeights(weight, bias: bias), walk: test.walk, activation: test.activation, workspace: workspace,
      into: output)

    let (naive, weights, biases) = (NaiveMap(input), weight.values, bias.values)
    let expected = convolve(test, naive) { y, x, c, top, left in
      var sum = Double(biases[c])
      for ky in 0..<kernel {
        for kx in 0..<kernel {
          for i in 0..<inputs {
            let tap = Double(weights[((c * kernel + ky) * kernel + kx) * inputs + i])
            sum += tap * naive.at(top + ky, left + kx, i)
          }
        }
      }
      return sum
    } shape: {
      output.shape
    }
    #expect(worstDifference(output, expected) < 1e-4)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: cases) func depthwise(_ test: Case) throws {
    var generator = SeededGenerator(seed: test.seed)
    let workspace = Workspace(guarding: true)
    let (kernel, channels) = (test.walk.kernel, test.input.channels)
    let input = randomMap(test.input, in: workspace, &generator)
    let weight = randomTensor([kernel, kernel, channels], &generator)
    let bias = randomTensor([channels], &generator)
    let output = workspace.map(try #require(test.walk.output(of: test.input, channels: channels)))
    input.depthwiseConvolution(
      PackedKernels(weight, bias: bias), walk: test.walk, activation: test.activation, workspace: workspace,
      into: output)

    let (naive, weights, biases) = (NaiveMap(input), weight.values, bias.values)
    let expected = convolve(test, naive) { y, x, c, top, left in
      var sum = Double(biases[c])
      for ky in 0..<kernel {
        for kx in 0..<kernel {
          sum += Double(weights[(ky * kernel + kx) * channels + c]) * naive.at(top + ky, left + kx, c)
        }
      }
      return sum
    } shape: {
      output.shape
    }
    #expect(worstDifference(output, expected) < 1e-5)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: cases) func pointwise(_ test: Case) {
    var generator = SeededGenerator(seed: test.seed)
    let workspace = Workspace(guarding: true)
    let inputs = test.input.channels
    let shape = MapShape(height: test.input.height, width: test.input.width, channels: test.outputs)
    let input = randomMap(test.input, in: workspace, &generator)
    let addend = test.seed.isMultiple(of: 2) ? randomMap(shape, in: workspace, &generator) : nil
    let weight = randomTensor([test.outputs, inputs], &generator)
    let bias = randomTensor([test.outputs], &generator)
    let output = workspace.map(shape)
    input.pointwiseConvolution(
      PackedWeights(weight, bias: bias), activation: test.activation, adding: addend, into: output)

    let (naive, weights, biases) = (NaiveMap(input), weight.values, bias.values)
    let added = addend.map { NaiveMap($0) }
    let expected = NaiveMap.make(shape) { y, x, c in
      let sum = (0..<inputs).reduce(Double(biases[c])) {
        $0 + Double(weights[c * inputs + $1]) * naive.at(y, x, $1)
      }
      return activate(sum + (added?.at(y, x, c) ?? 0), test.activation)
    }
    #expect(worstDifference(output, expected) < 1e-4)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  /// Places the kernel's corner for each output and activates what `sum` returns.
  private func convolve(
    _ test: Case, _ input: NaiveMap, sum: (_ y: Int, _ x: Int, _ c: Int, _ top: Int, _ left: Int) -> Double,
    shape: () -> MapShape
  ) -> NaiveMap {
    let walk = test.walk
    let above = zerosBefore(input.shape.height, kernel: walk.kernel, stride: walk.stride, padding: walk.padding)
    let before = zerosBefore(input.shape.width, kernel: walk.kernel, stride: walk.stride, padding: walk.padding)
    return NaiveMap.make(shape()) { y, x, c in
      activate(sum(y, x, c, y * walk.stride - above, x * walk.stride - before), test.activation)
    }
  }

  @Test func tensorflowPutsTheOddZeroLast() {
    // 6 cells, kernel 3, stride 2: one zero in all, behind the last cell. So output 0 starts at cell 0.
    let workspace = Workspace()
    let input = workspace.map(MapShape(height: 1, width: 6, channels: 1))
    for index in 0..<6 { input.values[index] = Float(index + 1) }
    let output = workspace.map(MapShape(height: 1, width: 3, channels: 1))
    // The map is one row high: only the kernel's middle row lies on it.
    let weight = Tensor(shape: [3, 3, 1], [0, 0, 0, 1, 10, 100, 0, 0, 0])
    input.depthwiseConvolution(
      PackedKernels(weight, bias: Tensor(shape: [1], [0])), walk: KernelWalk(kernel: 3, stride: 2),
      activation: .linear, workspace: workspace, into: output)
    #expect(Array(output.values) == [321, 543, 65])
  }

  @Test func kernelLargerThanTheMapHasNoOutput() {
    let walk = KernelWalk(kernel: 5, padding: .symmetric(1))
    #expect(walk.output(of: MapShape(height: 2, width: 9, channels: 1), channels: 1) == nil)
    #expect(walk.output(of: MapShape(height: 3, width: 9, channels: 1), channels: 1)?.height == 1)
  }
}
