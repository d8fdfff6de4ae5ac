import Foundation
import Manifests
import TestSupport
import Testing

@Suite struct EvaluateTests {
  /// Six photographs in two class folders, one of them broken, and boxes: the left half of each photograph.
  private func makeData(_ directory: TemporaryDirectory) throws {
    var boxes = "file,width,height,xmin,ymin,xmax,ymax\n"
    for (index, name) in ["tench/a", "tench/b", "goldfish/c", "goldfish/d", "goldfish/e"].enumerated() {
      try directory.put(picture(100 + 20 * index, 80, seed: index), at: "data/\(name).jpg")
      boxes += "\(name).jpg,50,40,0,0,25,40\n"
    }
    // A second box for the first photograph, as large as it is.
    boxes += "tench/a.jpg,50,40,0,0,50,40\n"
    try directory.put(picture(90, 90).prefix(700), at: "data/tench/broken.jpg")
    try directory.put("not a photograph", at: "data/tench/notes.txt")
    try directory.put(boxes, at: "data/boxes.csv")
  }

  private func evaluate(
    _ directory: TemporaryDirectory, _ arguments: [String] = [], data: String = "data",
    model: String = "default"
  ) throws -> Program.Result {
    try Program.run(
      ["evaluate", model, directory.file(data), "--progress", "none"] + arguments, directory: directory.path)
  }

  private func object(_ result: Program.Result) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(result.stdout)) as? [String: Any], "\(result.stderr)")
  }

  private func value(_ any: Any?, _ path: String...) -> Double? {
    (path.reduce(any) { ($0 as? [String: Any])?[$1] } as? NSNumber)?.doubleValue
  }

  @Test func figuresAreThoseOfTheData() throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      let options = ["--boxes", "data/boxes.csv", "--format", "json", "--details", "details.csv"]
      let result = try evaluate(directory, options + ["--jobs", "2"])
      #expect(result.status == 0)
      #expect(result.stderr.contains("not readable: tench/broken.jpg: "))
      let report = try object(result)
      #expect(report["schema"] as? String == "viewfinder/evaluation/1")
      #expect(value(report, "photographs") == 5 && value(report, "labels", "photographs") == 5)
      #expect((report["failures"] as? [Any])?.count == 1)
      let sections = try #require(report["boxes"] as? [[String: Any]])
      #expect(sections.map { value($0, "photographs") } == [5, 4])
      let rows = try #require(sections[0]["rows"] as? [[String: Any]])
      let whole = try #require(rows.first { $0["name"] as? String == "whole frame" })
      // Half the frame four times, all of it once.
      #expect(value(whole, "mean_iou", "value") == 0.6)
      #expect(value(whole, "iou_at_least", "0.7", "value") == 0.2)
      // The left half has 20 % outside the middle on three sides: .35 x .7 common.
      let middle = try #require(rows.first { $0["name"] as? String == "middle 70 %" })
      let half = 0.245 / (0.5 + 0.49 - 0.245)
      #expect(approximately(value(middle, "mean_iou", "value") ?? 0, (4 * half + 0.49) / 5, tolerance: 1e-5))
      #expect((report["views"] as? [Any])?.count == 8)

      let details = try String(decoding: directory.contents("details.csv"), as: UTF8.self)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      // The sentence on the broken one may hold commas, in quotes.
      #expect(details.count == 7 && details.count { $0.count == 15 } >= 6)
      #expect(details.dropFirst().map { String($0[0]) }.sorted().first == "goldfish/c.jpg")
      let overlaps = details.dropFirst().compactMap { Double($0[13]) }
      let hull = try #require(rows.first { $0["name"] as? String == "rectangle's hull" })
      #expect(overlaps.count == 5)
      #expect(abs(overlaps.reduce(0, +) / 5 - (value(hull, "mean_iou", "value") ?? 0)) < 1e-4)

      // The same, whatever the cores, and the same again.
      let single = try evaluate(directory, options + ["--jobs", "1"])
      #expect(single.stdout == result.stdout)
    }
  }

  @Test func textIsForPeople() throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      let result = try evaluate(directory, ["--boxes", "data/boxes.csv", "--no-views", "--quiet"])
      #expect(result.status == 0 && result.stderr.isEmpty)
      for words in [
        "top-1", "calibration error", "rectangle's hull", "whole frame", "best here", "irregularity",
      ] {
        #expect(result.output.contains(words), "\(words)")
      }
      #expect(!result.output.contains("JPEG 30"))
      #expect(result.lines.allSatisfy { $0.last != " " })
    }
  }

  @Test func listsAndClassTables() throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      try directory.put(
        "file,kind,number,split\ntench/a.jpg,fish,0,x\ngoldfish/c.jpg,gold,1,x\ngoldfish/d.jpg,gold,1,y\n",
        at: "data/list.csv")
      try directory.put("folder,imagenet_index\nfish,0\ngold,1\n", at: "classes.csv")
      func top1(_ arguments: [String]) throws -> Double? {
        let result = try evaluate(
          directory, ["--where", "split=x", "--no-views", "--format", "json"] + arguments, data: "data/list.csv"
        )
        let report = try object(result)
        #expect(value(report, "photographs") == 2)
        return value(report, "labels", "negative_log_likelihood", "value")
      }
      let byIndex = try #require(try top1(["--label-index", "number"]))
      #expect(try top1(["--label", "kind", "--classes", "classes.csv"]) == byIndex)
    }
  }

  /// Position-wise attention has all figures of an attention but those of a rectangle.
  @Test func attentionWithoutARectangleIsAttentionStill() throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      let learned = try Program.run(
        [
          "train", directory.file("data"), "--output", directory.file("m.safetensors"), "--architecture",
          "small",
          "--attention", "positionwise", "--learn", "everything", "--canvas", "48", "--epochs", "1",
          "--hold-out", "0",
        ], directory: directory.path)
      #expect(learned.status == 0, "\(learned.stderr)")
      let report = try object(evaluate(directory, ["--format", "json", "--no-views"], model: "m.safetensors"))
      #expect(value(report, "labels", "plain_top1", "value") != nil)
      #expect(value(report, "labels", "attention_gain", "value") != nil)
      let maps = try #require(report["maps"] as? [[String: Any]])
      #expect(maps.map { $0["name"] as? String } == ["attention", "class activation"])
      #expect(report["rectangles"] == nil)
      let card = try Program.run(["models", directory.file("m.safetensors")])
      #expect(card.lines.contains { $0.hasPrefix("attention     positionwise after ") }, "\(card.output)")
      let shipped = try Program.run(["models", "default"])
      #expect(shipped.lines.contains { $0.hasPrefix("attention     rectangle after ") }, "\(shipped.output)")
    }
  }

  @Test func aNetworkWithoutAttentionHasLabelsAndBaselines() throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      try directory.makeModel(kind: nil)
      let options = ["--boxes", "data/boxes.csv", "--format", "json", "--canvas", "96"]
      let plain = try object(evaluate(directory, options, model: "plain.safetensors"))
      #expect(value(plain, "labels", "top1", "value") != nil && plain["rectangles"] == nil)
      #expect(value(plain, "labels", "plain_top1", "value") == nil)
      #expect(value(plain, "model", "canvas", "width") == 96)
      let section = try #require((plain["boxes"] as? [[String: Any]])?.first)
      let rows = try #require(section["rows"] as? [[String: Any]])
      #expect(
        rows.map { $0["name"] as? String } == [
          "whole frame", "middle 70 %", "activation's moments", "activation > 0.20", "activation, best",
        ])
      #expect(rows.allSatisfy { $0["lead"] == nil } && section["center_inside"] == nil)
      let views = try #require(plain["views"] as? [[String: Any]])
      #expect(views.count == 8 && views.allSatisfy { $0["iou"] == nil && $0["label_kept"] != nil })
      // The baselines of the attentive network are those of the plain one.
      let attentive = try object(evaluate(directory, options))
      let others = try #require((attentive["boxes"] as? [[String: Any]])?.first?["rows"] as? [[String: Any]])
      #expect(others.count == 7)
      for row in rows {
        let other = others.first { $0["name"] as? String == row["name"] as? String }
        #expect(value(row, "mean_iou", "value") == value(other, "mean_iou", "value"))
      }
    }
  }

  @Test(arguments: [
    ("usage", ["--every", "0"], 64, "--every"),
    ("usage", ["--restore-size"], 64, "--boxes, which is missing"),
    ("usage", ["--canvas", "8"], 64, "--canvas"),
    ("usage", ["--where", "split"], 64, "split"),
    ("usage", ["--no-labels", "--no-views"], 64, "nothing to measure"),
    ("folder", ["--where", "a=b"], 65, "needs a list"),
    ("subset", ["--subset", "test"], 66, "has no folder 'test'"),
    ("boxes", ["--boxes", "nothing.csv"], 66, "nothing.csv"),
    (
      "boxes", ["--boxes", "data/boxes.csv", "--box-columns", "body"], 65,
      "boxes.csv:1: has no column 'body_xmin'"
    ),
    ("boxes", ["--boxes", "data/boxes.csv", "--root", "elsewhere"], 65, "--root says"),
    ("boxes", ["--boxes", "data/boxes.csv", "--restore-size"], 65, "orig_width"),
    ("classes", ["--classes", "data/boxes.csv"], 65, "has no column 'folder'"),
    ("details", ["--no-views", "--details", "none/at/all.csv"], 73, "none"),
  ])
  func wrongWishes(name: String, arguments: [String], status: Int, message: String) throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      let result = try evaluate(directory, arguments)
      #expect(result.status == Int32(status), "\(result.stderr)")
      #expect(result.stderr.contains(message) && result.output.isEmpty, "\(result.stderr)")
    }
  }

  @Test func wrongInputs() throws {
    try TemporaryDirectory.use { directory in
      try makeData(directory)
      try directory.put("x", at: "empty/tench/notes.txt")
      try directory.put("x", at: "broken/tench/a.jpg")
      try directory.put("x", at: "strange/no such fish/a.jpg")
      try directory.put("file,label\na.jpg\n", at: "short.csv")
      for (data, model, status, message) in [
        ("nothing", "default", 66, "no such folder or list"), ("empty", "default", 66, "holds no photographs"),
        ("broken", "default", 66, "none of the 1 photographs can be read"),
        ("strange", "default", 65, "'no such fish' is none of the model's 1000 labels"),
        ("short.csv", "default", 65, "short.csv:2: has 1 fields"),
        ("data", "nothing", 78, "no model 'nothing'"),
        ("data", "short.csv.safetensors", 78, "no model"),
      ] {
        let result = try evaluate(directory, ["--no-views"], data: data, model: model)
        #expect(result.status == Int32(status) && result.output.isEmpty, "\(data)")
        #expect(result.stderr.contains(message), "\(result.stderr)")
      }
    }
  }
}
