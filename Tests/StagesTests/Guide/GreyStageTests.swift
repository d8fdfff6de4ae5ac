import Imaging
import StageGraph
import Stages
import TestSupport
import Testing

@Suite struct GreyStageTests {
  @Test(arguments: zip([0, 0.5, 1], [[200, 100, 50], [162, 112, 87], [124, 124, 124]] as [[UInt8]]))
  func pixelsMoveTowardsTheirGrey(amount: Double, colour: [UInt8]) throws {
    try TemporaryDirectory.use { directory in
      var sample = try SingleStage.sample(file(waves(5, 4)), in: directory)
      let orange = try PixelBuffer(
        size: waves(5, 4).size, rgb: (0..<20).flatMap { _ in [200, 100, 50] as [UInt8] })
      sample.picture = Picture(orange)
      let stage = try SingleStage.make(GreyStage.self, ["amount": .number(amount)])
      #expect(try stage.compute(&sample, SingleStage.context) == .pass)
      #expect(sample.picture?.pixels.rgb == (0..<20).flatMap { _ in colour })
      #expect(orange.rgb.prefix(3) == [200, 100, 50], "pixels at hand are shared")
    }
  }
}
