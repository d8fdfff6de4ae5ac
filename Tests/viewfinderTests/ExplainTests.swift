import Foundation
import Geometry
import Imaging
import Manifests
import TestSupport
import Testing

/// What `viewfinder explain` says of one photograph, held against what a run does with it.
@Suite struct ExplainTests {
  private static let photograph = Program.repository + "/samples/photos/animals/friends-orientation6.jpg"

  @Test func itTellsTheStoryOfTheCropThatARunCuts() throws {
    try TemporaryDirectory.use { directory in
      let options = ["--aspect", "4:5", "--margin", "20%", "--headroom", "10%", "--longest", "300"]
      let run = try Program.run(
        ["crop", Self.photograph, "--output", directory.file("out")] + options)
      #expect(run.status == 0, "\(run.stderr)")
      let record = try #require(try directory.records().first)
      let explained = try Program.run(
        ["explain", Self.photograph, "--output", directory.file("why.png")] + options)
      #expect(explained.status == 0, "\(explained.stderr)")
      let text = explained.output
      let output = try #require(record.outputs.first)
      let box = try #require(output.crop?.box)
      #expect(
        text.contains(
          "cut \(box.width) x \(box.height) at \(box.x), \(box.y) as \(output.width) x \(output.height) pixels"),
        "\(text)")
      let hash = try #require(record.input?.sha256)
      #expect(text.contains(hash))
      #expect(text.contains("turned upright (EXIF orientation 6)"))
      for best in try #require(record.predictions) { #expect(text.contains(best.label), "\(best.label)") }
      for words in [
        "rectangle of use? yes", "with a margin of 20 %", "to the ratio 4:5", "other sources would give",
      ] {
        #expect(text.contains(words), "\(words) in \(text)")
      }
      let picture = try HeaderReader.read(ImageBytes(directory.contents("why.png"))).upright
      #expect(picture.longest > 1000)
    }
  }

  @Test func aPipelineFileIsExplainedWithItsFilter() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(
        """
        version: 1
        stages:
          - {use: read}
          - {use: decode}
          - {use: classify}
          - {use: filter, with: {keep: "score > 2"}}
          - {use: crop, id: square, with: {aspect: "1:1"}}
          - {use: write, with: {path: "{stem}.jpg"}}
        """, at: "pipeline.yaml")
      let result = try Program.run([
        "explain", Self.photograph, "--pipeline", directory.file("pipeline.yaml"),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(
        result.output.contains("ends here: score > 2") && !result.output.contains("square"), "\(result.output)")
      let passed = try Program.run([
        "explain", Self.photograph, "--pipeline", directory.file("pipeline.yaml"), "--set",
        "filter.keep=score >= 0", "--set", "square.source=centre",
      ])
      #expect(passed.status == 0, "\(passed.stderr)")
      #expect(
        passed.output.contains("around the centre") && passed.output.contains("not asked for by 'source'"))
      #expect(try directory.files(below: ".") == ["pipeline.yaml"], "nothing else is written")
    }
  }

  @Test func wrongUseIsAnsweredWithWhatToDo() throws {
    try TemporaryDirectory.use { directory in
      let broken = try directory.put("not a picture", at: "a.jpg")
      let there = try directory.put("mine", at: "there.png")
      for (arguments, status, words) in [
        ([], 64, "name one photograph"), ([broken, broken], 64, "name one photograph"),
        ([broken], 65, "not_image"), ([directory.file("none.jpg")], 66, "unreadable"),
        ([Self.photograph, "--output", there], 73, "--overwrite"),
        ([Self.photograph, "--output", directory.file("x.gif")], 64, ".png"),
        ([Self.photograph, "--set", "crop.margin=0"], 64, "--pipeline"),
      ] as [([String], Int32, String)] {
        let result = try Program.run(["explain"] + arguments)
        #expect(
          result.status == status && result.stderr.contains(words),
          "\(arguments): \(result.status) \(result.stderr)")
      }
      #expect(try directory.contents("there.png") == Array("mine".utf8))
    }
  }
}
