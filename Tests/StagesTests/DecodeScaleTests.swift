import Geometry
import Imaging
import Networks
import StageGraph
import Stages
import Testing

/// `decode` takes the smallest scale that serves all who look at its pixels.
@Suite struct DecodeScaleTests {
  private typealias Given = [String: OptionValue]

  private let write: Given = ["path": .text("{stem}.jpg")]

  /// The size that `decode` hands on in this pipeline for a photograph of 1600 x 1200.
  private func size(_ stages: [StageSpec]) throws -> PixelSize {
    let bytes = try file(waves(1600, 1200))
    var sample = try sample(bytes)
    let decode = try graph(stages, setup()).nodes[1].stage
    _ = try decode.compute(&sample, StageContext(stage: "decode"))
    #expect(sample.decodes == 1 && sample.picture?.isWhole == true)
    return sample.picture!.pixels.size
  }

  private func expectSize(
    _ width: Int, _ height: Int, _ stages: [StageSpec], at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try size(stages) == PixelSize(width: width, height: height), sourceLocation: location)
  }

  @Test func writingAndCroppingWithoutASizeNeedAllPixels() throws {
    try expectSize(1600, 1200, chain(("write", write)))
    try expectSize(1600, 1200, chain(("crop", [:])))
  }

  @Test func aCropWithASizeNeedsTwoFifthsOfTheLongerSideAtThatSize() throws {
    for (longest, width, height) in [
      (80, 200, 150), (81, 400, 300), (160, 400, 300), (161, 800, 600), (321, 1600, 1200),
    ] {
      try expectSize(width, height, chain(("crop", ["longest": .integer(longest)])))
    }
  }

  @Test func whatStandsBehindACropDoesNotLookAtThePhotograph() throws {
    try expectSize(200, 150, chain(("crop", ["longest": .integer(80)]), ("write", write)))
    // But where the crop may be passed by, it does.
    let condition = try Condition("width > 10", known: Sample.factKinds)
    var stages = chain(("crop", ["longest": .integer(80)]), ("write", write))
    stages[2] = stage("crop", after: [1], ["longest": .integer(80)], when: condition)
    try expectSize(1600, 1200, stages)
  }

  @Test func theMostDemandingBranchDecides() throws {
    var stages = chain(("crop", ["longest": .integer(80)]), ("write", write))
    stages.append(stage("crop", id: "large", after: [1], ["longest": .integer(300)]))
    try expectSize(800, 600, stages)
    stages.append(stage("write", id: "whole", after: [1], write))
    try expectSize(1600, 1200, stages)
  }

  @Test func whoSeesNoPixelsAsksForNone() throws {
    try expectSize(200, 150, chain(("sort", [:])))
    try expectSize(200, 150, [stage("read", after: []), stage("decode", after: [0])])
  }

  @Test func theNetworkNeedsItsCanvas() throws {
    let size = try size(chain(("classify", [:])))
    let canvas = try TestModel.load().card.canvas.size
    #expect(size.width >= canvas.width && size.height >= canvas.height && size.width < 1600)
  }

  @Test func theTimeLimitEndsADecode() throws {
    let setup = setup(limits: ["timeout": .number(0.001)])
    var sample = try sample(file(waves(2000, 1500)))
    let decode = DecodeStage(stage("decode", after: [0]), setup)
    let failure = #expect(throws: StageFailure.self) {
      _ = try decode.compute(&sample, StageContext(stage: "decode"))
    }
    #expect(failure?.code == "timeout")
  }
}
