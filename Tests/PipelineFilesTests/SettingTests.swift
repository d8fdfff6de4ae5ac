import PipelineFiles
import StageGraph
import Testing

@Suite struct SettingTests {
  private let file = pipeline(
    "use: read", "use: decode", "{use: crop, with: {margin: 5%}}",
    "{use: write, id: crops.not, with: {path: '{stem}.jpg'}}"
  ).replacing("crops.not", with: "crops")

  @Test func theGrammar() {
    #expect(Setting("crop.margin=5%").map { [$0.stage, $0.option, $0.value] } == ["crop", "margin", "5%"])
    #expect(
      Setting("w.path=a.b/{stem}=x.jpg").map { [$0.stage, $0.option, $0.value] } == [
        "w", "path", "a.b/{stem}=x.jpg",
      ])
    #expect(Setting("w.path=")?.value == "")
    for text in ["", "crop", "crop.margin", "margin=5", "=5", ".=5", ".margin=5", "crop.=5", "=crop.margin"] {
      #expect(Setting(text) == nil, "\(text)")
    }
  }

  @Test func settingsWinOverTheFile() throws {
    let spec = try read(
      file, settings: ["crop.margin=7%", "crops.quality=50", "crop.longest=none", "crop.source=centre,whole"])
    #expect(spec.stages[2].options.number("margin") == 0.07)
    #expect(spec.stages[2].options.list("source") == ["centre", "whole"])
    #expect(spec.stages[3].options.integer("quality") == 50)
    #expect(
      try read(file, settings: ["crop.margin=1%", "crop.margin=2%"]).stages[2].options.number("margin") == 0.02)
  }

  @Test func theLimitsCanBeSet() throws {
    let spec = try read(file, settings: ["limits.timeout=7", "limits.pixels=1000"])
    #expect(spec.limits.number("timeout") == 7)
    #expect(spec.limits.integer("pixels") == 1000)
    #expect(
      complaints(file, settings: ["limits.pixel=3", "limits.timeout=soon"]) == [
        "--set limits.timeout: error: 'soon' is not a number",
        "--set limits.pixel: error: limits has no option 'pixel'; did you mean 'pixels'?",
      ])
  }

  @Test func noneUnsetsAnOption() throws {
    let set = pipeline("use: read", "use: decode", "{use: crop, with: {longest: 100}}")
    #expect(try read(set, settings: ["crop.longest=none"]).stages[2].options.optionalInteger("longest") == nil)
  }

  @Test func theManifestCanBeSetThoughTheFileDoesNotNameIt() throws {
    #expect(try read(file, settings: ["manifest.format=json"]).stages.last?.options.text("format") == "json")
  }

  @Test func aSettingCanGiveARequiredOption() throws {
    let file = pipeline("use: read", "use: decode", "use: write")
    #expect(complaints(file).count == 1)
    #expect(try read(file, settings: ["write.path={stem}.png"]).stages[2].options.text("path") == "{stem}.png")
  }

  @Test func aSettingOfAConditionIsReadAsOne() throws {
    let file = pipeline("use: read", "use: decode", "use: classify", "{use: filter, with: {keep: 'width > 1'}}")
    #expect(
      try read(file, settings: ["filter.keep=score > 0.5"]).stages[3].options.text("keep") == "score > 0.5")
    #expect(
      complaints(file, settings: ["filter.keep=scroe > 0.5"])
        == ["--set filter.keep: error: condition: unknown fact 'scroe'; did you mean 'score'?"])
    let early = pipeline(
      "use: read", "{use: filter, with: {keep: 'width > 1'}}", "use: decode", "use: classify")
    #expect(
      complaints(early, settings: ["filter.keep=score > 0.5"]).first?.contains("'filter' needs score") == true,
      "the facts of the setting count, not those of the file")
  }

  @Test(arguments: [
    ("cop.margin=1", "--set cop.margin: error: no stage 'cop' in this pipeline; did you mean 'crop'?"),
    (
      "write.quality=1",
      "--set write.quality: error: no stage 'write' in this pipeline; there are read, decode, crop, crops, manifest"
    ),
    ("crop.margn=1", "--set crop.margn: error: stage 'crop' has no option 'margn'; did you mean 'margin'?"),
    ("crop.margin=lots", "--set crop.margin: error: 'lots' is not a number"),
    ("crop.margin=600%", "--set crop.margin: error: 600% is not in 0...5"),
    (
      "crop.source=center",
      "--set crop.source: error: 'center' is not one of rectangle, attention, centre, whole; did you mean 'centre'?"
    ),
    ("crop.source=", "--set crop.source: error: the list is empty"),
    (
      "crops.path=x.jpg",
      "--set crops.path: error: 'x.jpg' is not a path template: without {stem} or {name} all would get one name"
    ),
  ])
  func wrongSettings(setting: String, message: String) {
    #expect(complaints(file, settings: [setting]) == [message])
  }

  @Test func errorsOfTheFileAndOfSettingsComeTogether() {
    let wrong = pipeline("use: read", "use: decode", "{use: crop, with: {margin: many}}")
    #expect(
      complaints(wrong, settings: ["crop.aspect=x"]) == [
        "--set crop.aspect: error: 'x' is not a ratio: write width:height, or free",
        "5:32: error: 'margin': 'many' is not a number",
      ])
  }
}
