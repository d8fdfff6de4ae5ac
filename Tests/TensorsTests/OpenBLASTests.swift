import Tensors
import Testing

@Suite struct OpenBLASTests {
  @Test func selfCheckIsSound() {
    #expect(OpenBLAS.selfCheck() < 1e-5)
    #expect(OpenBLAS.selfCheck() > 0)
  }

  @Test func saysWhatItIs() {
    #expect(OpenBLAS.configuration.contains("OpenBLAS"))
    #expect(!OpenBLAS.coreName.isEmpty)
  }

  @Test func rateIsPlausible() {
    #expect((0.1...10_000).contains(OpenBLAS.measuredRate(seconds: 0.01)))
  }
}
