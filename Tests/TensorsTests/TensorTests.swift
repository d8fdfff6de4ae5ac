import Tensors
import Testing

@Suite struct TensorTests {
  @Test func keepsShapeAndValues() {
    let tensor = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])
    #expect(tensor.values == [1, 2, 3, 4, 5, 6])
    #expect(tensor.reshaped([3, 2]).shape == [3, 2])
    #expect(tensor.reshaped([6]).values == tensor.values)
    tensor.withValues { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
  }

  @Test func emptyAndScalar() {
    #expect(Tensor(shape: [0, 4], []).values.isEmpty)
    #expect(Tensor(shape: [], [7]).values == [7])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func findsWhatIsNotFinite(_ value: Float) {
    #expect(Tensor(shape: [2], [1, 2]).isFinite)
    #expect(!Tensor(shape: [2], [1, value]).isFinite)
  }
}
