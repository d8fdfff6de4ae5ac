import CKernels
import Tensors
import TestSupport
import Testing

/// The product and the depthwise row against plain loops, bit for bit: how rows and outputs are shared out must not show. On
/// a processor without FMA the bits differ by design, and the tests of convolutions are what remains.
@Suite(.enabled(if: fuses)) struct ProductTests {
  struct Case: CustomTestStringConvertible {
    let lines: Int
    let line: Int
    let segments: Int
    let length: Int
    let outputs: Int
    let adds: Bool
    let activation: Activation
    let seed: UInt64
    var testDescription: String {
      "\(lines) x \(line) rows of \(segments) x \(length) to \(outputs)\(adds ? " and a map" : ""), \(activation)"
    }
  }

  /// Every number of rows up to several tiles, every width of the last panel, more rows than a block has; then random ones.
  static let cases: [Case] = {
    var generator = SeededGenerator(seed: 7)
    func test(_ lines: Int, _ line: Int, _ segments: Int, _ length: Int, _ outputs: Int, _ seed: Int) -> Case {
      Case(
        lines: lines, line: line, segments: segments, length: length, outputs: outputs,
        adds: Bool.random(using: &generator), activation: Activation.allCases.randomElement(using: &generator)!,
        seed: UInt64(seed))
    }
    let rows = (1...30).map { test(1, $0, 1, 5, [16, 24, 40][$0 % 3], $0) }
    let outputs = (1...60).map { test(2, 7, 1, 9, $0, 100 + $0) }
    let large = [
      test(1, 500, 1, 700, 40, 200), test(1, 49, 1, 1152, 33, 201), test(1, 1, 1, 1280, 1000, 202),
      test(30, 31, 3, 9, 32, 203),
    ]
    let random = (0..<60).map {
      test(
        .random(in: 1...9, using: &generator), .random(in: 1...40, using: &generator),
        .random(in: 1...5, using: &generator), .random(in: 1...40, using: &generator),
        .random(in: 1...90, using: &generator), 300 + $0)
    }
    return rows + outputs + large + random
  }()

  /// Rows overlap, lines have gaps on both sides, and nothing but the results is written.
  @Test(arguments: cases) func product(_ test: Case) {
    var generator = SeededGenerator(seed: test.seed)
    let (inputs, outputs) = (test.segments * test.length, test.outputs)
    let rowStride = max(test.length - 1, 1)
    let segmentStride = rowStride * (test.line - 1) + test.length + 3
    let lineStride = segmentStride * 2
    let values = noise(lineStride * (test.lines - 1) + segmentStride * test.segments, &generator)
    let weight = noise(outputs * inputs, &generator)
    let bias = noise(outputs, &generator)
    let addend = test.adds ? noise(test.lines * test.line * outputs, &generator) : nil
    var packed = [Float](repeating: .nan, count: vf_packed_weights_count(inputs, outputs))
    vf_pack_weights(weight, inputs, 1, bias, inputs, outputs, &packed)
    let turned = (0..<inputs).flatMap { input in (0..<outputs).map { weight[$0 * inputs + input] } }
    var again = [Float](repeating: .nan, count: packed.count)
    vf_pack_weights(turned, 1, outputs, bias, inputs, outputs, &again)
    #expect(again == packed, "the same weights stored the other way round")

    let outputStride = test.line * outputs + 5
    var found = [Float](repeating: sentinel, count: test.lines * outputStride + 64)
    var expected = found
    values.withUnsafeBufferPointer {
      let rows = vf_rows(
        values: $0.baseAddress!, lines: test.lines, line: test.line, segments: test.segments,
        length: test.length, segment_stride: segmentStride, row_stride: rowStride, line_stride: lineStride)
      vf_product(rows, packed, outputs, addend, kernelActivation(test.activation), &found, outputStride)
    }
    for y in 0..<test.lines {
      for x in 0..<test.line {
        for o in 0..<outputs {
          var sum = bias[o]
          for i in 0..<inputs {
            let (segment, place) = i.quotientAndRemainder(dividingBy: test.length)
            let value = values[y * lineStride + x * rowStride + segment * segmentStride + place]
            sum = sum.addingProduct(value, weight[o * inputs + i])
          }
          if let addend { sum += addend[(y * test.line + x) * outputs + o] }
          expected[y * outputStride + x * outputs + o] = activate(sum, test.activation)
        }
      }
    }
    #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test func depthwiseRows() {
    var generator = SeededGenerator(seed: 8)
    for kernel in 1...6 {
      for stride in 1...3 {
        for width in 1...18 {
          let channels = Int.random(in: 1...45, using: &generator)
          let activation = Activation.allCases.randomElement(using: &generator)!
          let positions = (width - 1) * stride + kernel
          let input = (0..<kernel).map { _ in noise(positions * channels, &generator) }
          let weight = noise(kernel * kernel * channels, &generator)
          let bias = noise(channels, &generator)
          var packed = [Float](repeating: .nan, count: vf_packed_kernels_count(Int32(kernel), channels))
          vf_pack_kernels(weight, bias, Int32(kernel), channels, &packed)

          var found = [Float](repeating: sentinel, count: width * channels + 16)
          var expected = found
          let workspace = Workspace(guarding: true)
          let rows = input.map { row in
            let copy = workspace.floats(row.count)
            _ = copy.update(fromContentsOf: row)
            return UnsafePointer(copy.baseAddress!)
          }
          vf_depthwise_row(
            rows, Int32(kernel), Int32(stride), channels, packed, kernelActivation(activation), &found, width)
          for x in 0..<width {
            for c in 0..<channels {
              var sum = bias[c]
              for tap in 0..<kernel * kernel {
                let value = input[tap / kernel][(x * stride + tap % kernel) * channels + c]
                sum = sum.addingProduct(value, weight[tap * channels + c])
              }
              expected[x * channels + c] = activate(sum, activation)
            }
          }
          #expect(
            found.map(\.bitPattern) == expected.map(\.bitPattern),
            "kernel \(kernel), stride \(stride), \(width) x \(channels)")
        }
      }
    }
  }
}

/// Whether this processor multiplies and adds with one rounding, seen by a product that cancels all but its last bit.
private let fuses: Bool = {
  let value = 1 + Float.ulpOfOne
  let weights = PackedWeights(Tensor(shape: [1, 1], [value]), bias: Tensor(shape: [1], [-(value + .ulpOfOne)]))
  let workspace = Workspace()
  let map = workspace.map(MapShape(height: 1, width: 1, channels: 1))
  let result = workspace.map(map.shape)
  map.values[0] = value
  map.pointwiseConvolution(weights, activation: .linear, into: result)
  return result.values[0] != 0
}()

private let sentinel = Float(bitPattern: 0x7fc0_1234)

private func noise(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
  (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
}

private func activate(_ value: Float, _ activation: Activation) -> Float {
  switch activation {
  case .linear: value
  case .relu: max(value, 0)
  case .relu6: min(max(value, 0), 6)
  }
}

private func kernelActivation(_ activation: Activation) -> vf_activation {
  switch activation {
  case .linear: VF_LINEAR
  case .relu: VF_RELU
  case .relu6: VF_RELU6
  }
}
