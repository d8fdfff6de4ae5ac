import PipelineFiles
import StageGraph
import Testing

/// A stage with a list of values stands once for each, and so does what follows it alone.
@Suite struct SpreadingTests {
  private let start = ["use: read", "use: decode", "use: classify"]

  private func made(_ stages: String..., settings: [String] = []) throws -> PipelineSpec {
    try read("version: 1\nstages:\n" + (start + stages).map { "  - \($0)\n" }.joined(), settings: settings)
  }

  private func arrows(_ spec: PipelineSpec) -> [String] {
    spec.stages.map { stage in
      "\(stage.id) < " + stage.after.map { spec.stages[$0].id }.joined(separator: " ")
    }
  }

  @Test func eachValueHasAWayOfItsOwn() throws {
    let spec = try made(
      "{use: crop, with: {aspects: ['1:1', '16:9'], margin: 5%}}", "use: annotate",
      "{use: write, with: {path: 'c/{stem}-{aspect}.jpg'}}",
      "{use: write, id: all, after: classify, with: {path: '{stem}.jpg'}}",
      "{use: manifest, after: [write, all]}")
    #expect(
      arrows(spec) == [
        "read < ", "decode < read", "classify < decode", "crop-1x1 < classify", "crop-16x9 < classify",
        "annotate-1x1 < crop-1x1", "annotate-16x9 < crop-16x9", "write-1x1 < annotate-1x1",
        "write-16x9 < annotate-16x9", "all < classify", "manifest < write-1x1 write-16x9 all",
      ])
    #expect(spec.stages[3].options.text("aspect") == "1:1" && spec.stages[4].options.text("aspect") == "16:9")
    #expect(spec.stages[3].options.values["aspects"] == OptionValue.none)
    #expect(spec.stages[4].options.number("margin") == 0.05)
    #expect(spec.stages[7].options.text("path") == "c/{stem}-1x1.jpg")
    #expect(spec.stages[8].options.text("path") == "c/{stem}-16x9.jpg")
    #expect(try read(PipelineFile.write(spec, vocabulary: .test)) == spec)
  }

  @Test func aListOfOneIsALikewise() throws {
    let spec = try made(
      "{use: crop, with: {aspects: '1.91:1'}}", "{use: write, with: {path: '{aspect}/{stem}.jpg'}}")
    #expect(spec.stages.map(\.id).suffix(3) == ["crop-1-91x1", "write-1-91x1", "manifest"])
    #expect(spec.stages[4].options.text("path") == "1-91x1/{stem}.jpg")
  }

  @Test func theCommandLineMaySayIt() throws {
    let spec = try made(
      "use: crop", "{use: write, with: {path: '{stem}.jpg'}}",
      settings: ["crop.aspects=1:1,4:5", "crop.margin=0.3", "write.path={stem}-{aspect}.png"])
    #expect(
      spec.stages.map(\.id).dropFirst(3) == ["crop-1x1", "crop-4x5", "write-1x1", "write-4x5", "manifest"])
    #expect(spec.stages[4].options.number("margin") == 0.3)
    #expect(spec.stages[6].options.text("path") == "{stem}-4x5.png")
  }

  /// `{aspect}` is the ratio of the crop before, also of a single one, and through a join of its branches.
  @Test func aSingleAspectHasAName() throws {
    let spec = try made(
      "{use: crop, with: {aspect: '4:5'}}", "use: annotate",
      "{use: write, id: plain, after: crop, with: {path: 'p/{aspect}/{stem}.jpg'}}",
      "{use: sort, after: [annotate, plain], with: {path: 's/{aspect}/{name}'}}")
    #expect(
      spec.stages.map(\.id) == ["read", "decode", "classify", "crop", "annotate", "plain", "sort", "manifest"])
    #expect(spec.stages[5].options.text("path") == "p/4x5/{stem}.jpg")
    #expect(spec.stages[6].options.text("path") == "s/4x5/{name}")
    let free = try made("use: crop", "{use: write, with: {path: '{stem}-{aspect}.jpg'}}")
    #expect(free.stages[4].options.text("path") == "{stem}-free.jpg")
  }

  @Test(arguments: [
    (
      ["{use: crop, with: {aspects: ['1:1', '4:5', '16:9']}}", "{use: write, with: {path: '{stem}.jpg'}}"],
      "'write' would write the same file several times; put {aspect} into its 'path', "
        + "or let it follow a stage before those that stand for several values"
    ),
    (
      ["{use: crop, with: {aspects: ['1:1', '4:5'], aspect: '1:1'}}"],
      "'crop' has both 'aspect' and 'aspects'; give one of them"
    ),
    (
      [
        "{use: crop, with: {aspects: ['1:1', '4:5']}}",
        "{use: crop, id: again, with: {aspects: ['1:1', '4:5']}}",
      ],
      "'again' lists 'aspects' behind a stage that does too; let it follow what stands before both"
    ),
    (
      ["{use: crop, with: {aspects: ['1:1', wide]}}"],
      "'aspects': 'wide' is not a ratio: write width:height, or free"
    ),
  ])
  func whatCannotBe(stages: [String], message: String) {
    let text = "version: 1\nstages:\n" + (start + stages).map { "  - \($0)\n" }.joined()
    #expect(
      complaints(text).map { $0.split(separator: "error: ", maxSplits: 1).last.map(String.init) } == [message])
  }

  @Test func aHostileFileStaysSmall() {
    let ratios = (1...32).map { "'\($0):1'" }.joined(separator: ", ")
    let long = (0..<200).map { "  - {use: annotate, id: a\($0)}\n" }.joined()
    let text =
      "version: 1\nstages:\n" + start.map { "  - \($0)\n" }.joined()
      + "  - {use: crop, with: {aspects: [\(ratios)]}}\n" + long
    #expect(
      complaints(text).contains { $0.contains("more than 256 stages, each counted once for every value") })
  }
}
