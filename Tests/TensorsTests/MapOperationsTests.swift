import Tensors
import TestSupport
import Testing

@Suite struct MapOperationsTests {
  static let shapes = [(1, 1, 1), (1, 7, 3), (7, 7, 320), (14, 13, 17), (5, 2, 64)].map {
    MapShape(height: $0.0, width: $0.1, channels: $0.2)
  }

  @Test(arguments: shapes) func mean(_ shape: MapShape) {
    var generator = SeededGenerator(seed: 3)
    let workspace = Workspace(guarding: true)
    let input = randomMap(shape, in: workspace, &generator)
    let output = workspace.map(MapShape(height: 1, width: 1, channels: shape.channels))
    input.mean(into: output)
    let naive = NaiveMap(input)
    let expected = NaiveMap.make(output.shape) { _, _, c in
      stride(from: c, to: shape.count, by: shape.channels).reduce(0) { $0 + naive.values[$1] }
        / Double(shape.positions)
    }
    #expect(worstDifference(output, expected) < 1e-6)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: shapes) func scaleByPosition(_ shape: MapShape) {
    var generator = SeededGenerator(seed: 4)
    let workspace = Workspace(guarding: true)
    let input = randomMap(shape, in: workspace, &generator)
    let factors = randomMap(
      MapShape(height: shape.height, width: shape.width, channels: 1), in: workspace, &generator)
    let output = workspace.map(shape)
    input.scale(byPosition: factors.values, into: output)
    for index in output.values.indices {
      #expect(output.values[index] == input.values[index] * factors.values[index / shape.channels])
    }
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: shapes, [(1, 1), (14, 14), (3, 8)]) func resample(_ shape: MapShape, to size: (Int, Int)) {
    var generator = SeededGenerator(seed: 5)
    let workspace = Workspace(guarding: true)
    let input = randomMap(shape, in: workspace, &generator)
    let output = workspace.map(MapShape(height: size.0, width: size.1, channels: shape.channels))
    input.resample(into: output)
    // Tents of width one cell around each source cell; what would fall off the map falls on its edge.
    let naive = NaiveMap(input)
    let expected = NaiveMap.make(output.shape) { y, x, c in
      let v = (Double(y) + 0.5) * Double(shape.height) / Double(size.0) - 0.5
      let u = (Double(x) + 0.5) * Double(shape.width) / Double(size.1) - 0.5
      var sum = 0.0
      for row in -1...shape.height {
        for column in -1...shape.width {
          let weight = max(0, 1 - abs(v - Double(row))) * max(0, 1 - abs(u - Double(column)))
          sum += weight * naive.at(min(max(row, 0), shape.height - 1), min(max(column, 0), shape.width - 1), c)
        }
      }
      return sum
    }
    #expect(worstDifference(output, expected) < 1e-5)
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test(arguments: [1, 15, 16, 17, 224]) func normalise(width: Int) {
    let workspace = Workspace(guarding: true)
    let map = workspace.map(MapShape(height: 1, width: width, channels: 3))
    let rgb = (0..<width * 3).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let mean: [Float] = [127, 100, 3.5]
    let scale: [Float] = [128, 57.25, 0.3]
    map.normalise(rgb: rgb.span, mean: mean, scale: scale)
    for index in map.values.indices {
      #expect(map.values[index] == (Float(rgb[index]) - mean[index % 3]) / scale[index % 3])
    }
    workspace.reset()
    #expect(!workspace.isDamaged)
  }

  @Test func everyHalfPrecisionNumberIsWidenedExactly() {
    let bits = (0...UInt16.max).map { $0 }
    var widened = [Float](repeating: 0, count: bits.count)
    widened.withUnsafeMutableBufferPointer { HalfPrecision.widen(bits, into: $0) }
    let wrong = bits.filter { half in
      let (found, expected) = (widened[Int(half)], Float(Float16(bitPattern: half)))
      return expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern
    }
    #expect(wrong.isEmpty)
  }
}
