import Tensors
import TestSupport
import Testing

/// The convolutions of an inverted residual in bands against the same three one after another: the bits are those.
@Suite struct InvertedResidualTests {
  struct Case: CustomTestStringConvertible {
    let input: MapShape
    let expansion: Int
    let outputs: Int
    let walk: KernelWalk
    let seed: UInt64
    var testDescription: String { "\(input) x \(expansion) to \(outputs), \(walk)" }
  }

  /// One band and many, with the last one shorter, and whatever chance brings.
  static let cases: [Case] = {
    var generator = SeededGenerator(seed: 12)
    func test(_ side: Int, _ channels: Int, _ expansion: Int, _ outputs: Int, _ walk: KernelWalk) -> Case {
      Case(
        input: MapShape(height: side, width: side, channels: channels), expansion: expansion, outputs: outputs,
        walk: walk, seed: UInt64(side))
    }
    let large = [
      test(112, 16, 6, 24, KernelWalk(kernel: 3, stride: 2)), test(57, 24, 6, 24, KernelWalk(kernel: 3)),
      test(56, 24, 6, 40, KernelWalk(kernel: 5, stride: 2)), test(14, 112, 6, 112, KernelWalk(kernel: 5)),
      test(61, 32, 1, 32, KernelWalk(kernel: 3, padding: .symmetric(1))),
    ]
    return large
      + (0..<40).compactMap { seed in
        let kernel = [1, 3, 3, 5, 5, 7].randomElement(using: &generator)!
        let zeros = Int.random(in: 0...kernel, using: &generator)
        let walk = KernelWalk(
          kernel: kernel, stride: .random(in: 1...3, using: &generator),
          padding: Bool.random(using: &generator) ? .same : .symmetric(zeros))
        let input = MapShape(
          height: .random(in: 1...70, using: &generator), width: .random(in: 1...40, using: &generator),
          channels: .random(in: 1...40, using: &generator))
        guard walk.output(of: input, channels: 1) != nil else { return nil }
        return Case(
          input: input, expansion: .random(in: 1...4, using: &generator),
          outputs: Bool.random(using: &generator) ? input.channels : 19, walk: walk, seed: 100 + UInt64(seed))
      }
  }()

  @Test(arguments: cases) func bandsDoNotShow(_ test: Case) throws {
    var generator = SeededGenerator(seed: test.seed)
    let workspace = Workspace(guarding: true)
    let channels = test.input.channels * test.expansion
    let wide = MapShape(height: test.input.height, width: test.input.width, channels: channels)
    let narrow = try #require(test.walk.output(of: wide, channels: test.outputs))
    func weights(_ outputs: Int, _ inputs: Int) -> PackedWeights {
      PackedWeights(
        randomTensor([outputs, inputs], scale: 0.3, &generator), bias: randomTensor([outputs], &generator))
    }
    let expand = test.expansion > 1 ? weights(channels, test.input.channels) : nil
    let kernels = PackedKernels(
      randomTensor([test.walk.kernel, test.walk.kernel, channels], &generator),
      bias: randomTensor([channels], &generator))
    let project = weights(test.outputs, channels)
    let input = randomMap(test.input, in: workspace, &generator)
    let addend = narrow == test.input ? input : nil

    let found = workspace.map(narrow)
    input.invertedResidual(
      expand: expand, depthwise: kernels, walk: test.walk, activation: .relu6, project: project, adding: addend,
      workspace: workspace, into: found)

    var widened = input
    if let expand {
      widened = workspace.map(wide)
      input.pointwiseConvolution(expand, activation: .relu6, into: widened)
    }
    let convolved = workspace.map(try #require(test.walk.output(of: wide, channels: channels)))
    widened.depthwiseConvolution(
      kernels, walk: test.walk, activation: .relu6, workspace: workspace, into: convolved)
    let expected = workspace.map(narrow)
    convolved.pointwiseConvolution(project, activation: .linear, adding: addend, into: expected)
    #expect(found.values.map(\.bitPattern) == expected.values.map(\.bitPattern))
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: [1, 15, 16, 17, 24, 25, 32, 40, 41, 56]) func weightsComeBack(outputs: Int) {
    var generator = SeededGenerator(seed: 3)
    let weight = randomTensor([outputs, 7], &generator)
    let packed = PackedWeights(weight, bias: randomTensor([outputs], &generator))
    for output in 0..<outputs {
      #expect(packed.weights(of: output) == Array(weight.values[(output * 7)..<(output * 7 + 7)]))
    }
  }
}
