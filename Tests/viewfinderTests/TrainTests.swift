import Foundation
import Manifests
import TestSupport
import Testing

/// `train` as people use it: two folders, one command, and the model in use.
@Suite struct TrainTests {
  /// Two classes that differ in what the pictures look like, and a broken file among them.
  private func makeClasses(_ directory: TemporaryDirectory) throws {
    for index in 0..<8 {
      try directory.put(picture(90 + index, 70, seed: index), at: "data/smooth/\(index).jpg")
      try directory.put(picture(20, 16, seed: 40 + index), at: "data/small/\(index).jpg")
    }
    try directory.put(picture(90, 90).prefix(700), at: "data/small/broken.jpg")
  }

  private func train(
    _ directory: TemporaryDirectory, to output: String, _ arguments: [String] = []
  ) throws -> Program.Result {
    try Program.run(
      ["train", directory.file("data"), "--output", directory.file(output)] + arguments,
      directory: directory.path)
  }

  /// A network small enough to be trained in a test.
  private static let small = [
    "--architecture", "small", "--learn", "everything", "--canvas", "48", "--epochs", "3", "--batch", "4",
    "--attention", "rectangle", "--hold-out", "4",
  ]

  @Test func twoFoldersOneCommandAndTheModelIsInUse() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let result = try train(directory, to: "mine.safetensors", ["--epochs", "10"])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stderr.contains("skipped: ") && result.stderr.contains("broken.jpg"))
      #expect(result.output.contains("top-1"))
      #expect(directory.exists("mine.safetensors.svg"))
      #expect(!directory.exists("mine.safetensors.training"))
      let rows = String(decoding: try directory.contents("mine.safetensors.csv"), as: UTF8.self).split(
        separator: "\n")
      #expect(rows[0].hasPrefix("step,epoch,rate,loss,classification,") && rows.count > 5)

      let used = try Program.run(
        [
          "classify", directory.file("data"), "--model", directory.file("mine.safetensors"), "--output",
          directory.file("out"),
        ], directory: directory.path)
      #expect(used.status == 0, "\(used.stderr)")
      let records = String(decoding: try directory.contents("out/manifest.jsonl"), as: UTF8.self)
      #expect(records.contains(#""label":"smooth""#) && records.contains(#""rectangle""#))

      let again = try train(directory, to: "mine.safetensors")
      #expect(again.status == 73 && again.stderr.contains("--overwrite"))
    }
  }

  @Test func killedInMidEpochItEndsWithTheSameBytes() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let whole = try train(directory, to: "whole.safetensors", Self.small + ["--name", "small"])
      #expect(whole.status == 0, "\(whole.stderr)")
      let command =
        ["train", directory.file("data"), "--output", directory.file("killed.safetensors"), "--name", "small"]
        + Self.small + ["--checkpoint-every", "0"]
      var kills = 0
      for _ in 0..<2 {
        let running = try Program.Running(command, directory: directory.path)
        let before = try? directory.contents("killed.safetensors.csv").count
        let went = running.waits {
          (try? directory.contents("killed.safetensors.csv").count) ?? 0 > (before ?? 0) + 60
        }
        guard went, !directory.exists("killed.safetensors") else { break }
        running.signal(SIGKILL)
        _ = try running.finish()
        kills += 1
      }
      #expect(kills > 0)
      let last = try Program.run(command, directory: directory.path)
      #expect(last.status == 0 && last.stderr.contains("goes on behind step"), "\(last.stderr)")
      #expect(try directory.contents("killed.safetensors") == directory.contents("whole.safetensors"))
      #expect(try directory.contents("killed.safetensors.csv") == directory.contents("whole.safetensors.csv"))
    }
  }

  /// The negative log-likelihood of the right classes, by `evaluate`.
  private func likelihood(_ model: String, _ directory: TemporaryDirectory) throws -> Double {
    let result = try Program.run(
      ["evaluate", directory.file(model), directory.file("data"), "--no-views", "--format", "json"],
      directory: directory.path)
    let document = try JSONSerialization.jsonObject(with: Data(result.stdout)) as? [String: Any]
    let labels = try #require(document?["labels"] as? [String: Any], "\(result.stderr)")
    return try #require((labels["negative_log_likelihood"] as? [String: Any])?["value"] as? Double)
  }

  /// The labels and rectangles of all photographs, and their scores.
  private func records(
    _ model: String, _ directory: TemporaryDirectory
  ) throws -> (found: [String], scores: [Double]) {
    let output = "out-" + model
    let result = try Program.run(
      [
        "classify", directory.file("data"), "--model", directory.file(model), "--output",
        directory.file(output), "--sorted",
      ], directory: directory.path)
    #expect(result.status == 0, "\(result.stderr)")
    let records = try directory.records(output).sorted { $0.path < $1.path }
    return (
      records.map { record in
        "\(record.path) \(record.predictions?.map(\.label) ?? []) \(record.rectangle.map { "\($0)" } ?? "none")"
      }, records.compactMap { $0.predictions?.first?.score }
    )
  }

  @Test func theScoresAreCalibratedByWhatIsHeldOut() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      // Some pictures are in the wrong folder: what is held out cannot all be right.
      for index in 0..<4 {
        try directory.put(picture(90 + index, 70, seed: index), at: "data/small/wrong\(index).jpg")
      }
      try directory.put(#"{"calibrate": false}"#, at: "raw.json")
      let settings = ["--epochs", "10", "--hold-out", "2"]
      let raw = try train(
        directory, to: "raw.safetensors", settings + ["--settings", directory.file("raw.json")])
      #expect(raw.status == 0 && !raw.stderr.contains("calibrated"), "\(raw.stderr)")
      let whole = try train(directory, to: "whole.safetensors", settings + ["--name", "same"])
      #expect(whole.status == 0 && whole.stderr.contains("calibrated by 10 photographs"), "\(whole.stderr)")

      // The same can be had afterwards, and is done once.
      let calibrate = ["--learn", "nothing", "--hold-out", "2", "--model"]
      let after = try train(
        directory, to: "after.safetensors", calibrate + [directory.file("raw.safetensors")])
      #expect(after.status == 0 && after.output.contains("top-1"), "\(after.stderr)")
      let again = try train(
        directory, to: "again.safetensors", calibrate + [directory.file("after.safetensors")])
      #expect(again.stderr.contains("logits x 1.000"), "\(again.stderr)")
      #expect(!directory.exists("after.safetensors.csv") && !directory.exists("after.safetensors.svg"))
      let all = try train(
        directory, to: "all.safetensors",
        ["--learn", "nothing", "--hold-out", "1", "--model", directory.file("raw.safetensors")])
      #expect(all.stderr.contains("calibrated by 20 photographs"), "\(all.stderr)")

      let (before, between) = (
        try records("raw.safetensors", directory), try records("after.safetensors", directory)
      )
      #expect(between.found == before.found && before.found.count == 21)
      #expect(between.scores != before.scores)
      #expect(try records("whole.safetensors", directory).scores == between.scores)
      #expect(try likelihood("after.safetensors", directory) < likelihood("raw.safetensors", directory))
      let cards = try ["raw", "after"].map { name in
        try Program.run(["models", directory.file("\(name).safetensors")]).lines.first {
          $0.hasPrefix("origin")
        }
      }
      #expect(cards[0] == cards[1] && cards[0] != nil)
    }
  }

  @Test func theCardSaysWhatItIsToldTo() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let words = ["--name", "mine", "--origin", "my own", "--licence", "CC0-1.0", "--terms", "all mine"]
      #expect(try train(directory, to: "named.safetensors", Self.small + words).status == 0)
      let card = try Program.run(["models", directory.file("named.safetensors")]).lines
      for (key, value) in [
        ("name", "mine"), ("origin", "my own"), ("licence", "CC0-1.0"), ("photographs", "all mine"),
      ] {
        #expect(card.contains { $0.hasPrefix(key + " ") && $0.hasSuffix("  " + value) }, "\(card)")
      }
    }
  }

  @Test func theAttentionLooksWhereItIsTold() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let look = Self.small + ["--look", "block1,block3", "--uprightness", "0.5"]
      #expect(try train(directory, to: "single.safetensors", look).status == 0)
      #expect(try train(directory, to: "half.safetensors", look + ["--half"]).status == 0)
      let sizes = try ["single", "half"].map { try directory.contents("\($0).safetensors").count }
      #expect(sizes[1] < sizes[0] * 2 / 3)

      let file = String(decoding: try directory.contents("half.safetensors"), as: UTF8.self)
      for member in [#"\"detail\":\"block1\""#, #"\"semantic\":\"block3\""#, #"\"uprightness\":0.5"#] {
        #expect(file.contains(member))
      }
      let (single, half) = (
        try records("single.safetensors", directory), try records("half.safetensors", directory)
      )
      #expect(single.scores.count == half.scores.count && single.scores.count > 0)
      for (a, b) in zip(single.scores, half.scores) { #expect(abs(a - b) < 0.02) }
    }
  }

  @Test func mistakesAreNamed() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let cases: [(arguments: [String], status: Int32, words: String)] = [
        (["--learn", "behind:nothing"], 64, "no layer is called so"),
        (["--augment", "much"], 64, "crop, none, similar"),
        (["--architecture", "large"], 64, "known are"),
        (["--attention", "gaze"], 64, "spatial-gate"),
        (["--look", "block1,"], 64, "--look"),
        (["--look", "block99"], 78, "block99"),
        (["--model", "unknown"], 78, "viewfinder models"),
        (["--settings", "missing.json"], 66, "cannot be read"),
        (["--keep-classes"], 65, "none of the model's 1000 labels"),
        (["--epochs", "0"], 64, "--epochs"),
        (["--learn", "nothing"], 65, "none of the model's 1000 labels"),
        (["--learn", "nothing", "--hold-out", "0"], 64, "--hold-out 0"),
        (["--learn", "nothing", "--architecture", "small"], 64, "--architecture"),
        (["--uprightness=-1"], 64, "--uprightness"), (["--uprightness", "nan"], 64, "--uprightness"),
        (["--architecture", "small", "--keep-classes"], 64, "--architecture"),
        (["--architecture", "small", "--classes", "classes.csv"], 64, "--architecture"),
        (["--no-labels"], 65, "losses.classification"),
        (["--learn", "nothing", "--no-labels"], 64, "--no-labels"),
      ]
      for (arguments, status, words) in cases {
        let result = try train(directory, to: "m.safetensors", arguments)
        #expect(result.status == status, "\(arguments): \(result.stderr)")
        #expect((result.stderr + result.output).contains(words), "\(arguments): \(result.stderr)")
      }
      #expect(!directory.exists("m.safetensors"))
    }
  }

  /// Settings that make no sense, for the network or for any: one line, and never a crash.
  @Test func settingsThatCannotBeAreRefused() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let none = ["--attention", "none"]
      let spread = ["--attention", "positionwise", "--learn", "both"]
      let cases: [(settings: String, arguments: [String], status: Int32, words: String)] = [
        (#"{"batch": 0}"#, [], 65, "batch is 0"), (#"{"epochs": 0}"#, [], 65, "epochs is 0"),
        (#"{"epochs": 9000000000000000000}"#, [], 65, "epochs is"), (#"{"batch": 1e99}"#, [], 65, "batch"),
        (#"{"keptViews": -1}"#, [], 65, "keptViews is -1"), (#"{"seed": -1}"#, [], 65, "seed"),
        (#"{"losses": {"area": -1}}"#, [], 65, "losses.area is -1"),
        (#"{"losses": {"area": 1e999}}"#, [], 65, "settings"), (#"{"epochs": 1.5}"#, [], 65, "epochs"),
        (#"{"schedule": {"rate": -1}}"#, [], 65, "schedule.rate is -1"),
        (#"{"optimiser": {"beta2": 1}}"#, [], 65, "optimiser.beta2 is 1"),
        (#"{"rates": {"layers": {"classifier": -1}}}"#, [], 65, "rates.layers.classifier is -1"),
        (#"{"rates": {"layers": {"classify": 1}}}"#, [], 65, "no layer 'classify'"),
        (#"{"rates": {"others": 0, "layers": {"pool": 1}}}"#, [], 65, "no layer learns"),
        (#"{"losses": {"classification": 0}}"#, [], 65, "nothing is learned"),
        (#"{"losses": {"teacher": 1}}"#, ["--learn", "both"], 64, "--teacher"),
        (#"{"losses": {"area": 1}}"#, [], 65, "no layer up to the attention learns"),
        (#"{"losses": {"equivariance": 1}}"#, ["--learn", "both"], 65, "--augment similar"),
        (#"{"losses": {"inside": 1}, "maskedLayer": "block99"}"#, [], 65, "'block99'"),
        (#"{"losses": {"outside": 1}, "maskedLayer": "classifier"}"#, [], 65, "in front of the attention"),
        (#"{"losses": {"outside": 1}, "maskedLayer": "input"}"#, [], 65, "in front of the attention"),
        (#"{"losses": {"agreement": 1}}"#, none, 65, "needs an attention"),
      ]
      let rectangles = ["teacher", "area", "equivariance", "inside", "outside"].flatMap { loss in
        [none, spread].map {
          (#"{"losses": {"\#(loss)": 1}}"#, $0, Int32(65), "losses.\(loss) needs a rectangle")
        }
      }
      for (settings, arguments, status, words) in cases + rectangles {
        try directory.put(settings, at: "settings.json")
        let result = try train(
          directory, to: "m.safetensors", ["--settings", directory.file("settings.json")] + arguments)
        #expect(!result.wasKilled && result.status == status, "\(settings) \(arguments): \(result.stderr)")
        #expect(result.stderr.contains(words), "\(settings) \(arguments): \(result.stderr)")
        if status == 65 { #expect(result.stderr.split(separator: "\n").count == 1, "\(result.stderr)") }
      }
      let nothing = try train(directory, to: "m.safetensors", none + ["--learn", "attention"])
      #expect(nothing.status == 64 && nothing.stderr.contains("no layer learns"), "\(nothing.stderr)")
      #expect(!directory.exists("m.safetensors"))
    }
  }

  @Test(arguments: ["positionwise", "spatial-gate"])
  func attentionsWithoutARectangleLearnToAgree(kind: String) throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      try directory.put(#"{"losses": {"agreement": 1}}"#, at: "settings.json")
      let result = try train(
        directory, to: "m.safetensors",
        Self.small + ["--attention", kind, "--settings", directory.file("settings.json")])
      #expect(result.status == 0, "\(result.stderr)")
      let header = String(decoding: try directory.contents("m.safetensors.csv"), as: UTF8.self).prefix {
        $0 != "\n"
      }
      #expect(header.contains(",classification,agreement,"))
      // An attention that is frozen is still compared with the network without it.
      let frozen = try train(
        directory, to: "frozen.safetensors",
        ["--epochs", "2", "--settings", directory.file("settings.json")])
      #expect(frozen.status == 0, "\(frozen.stderr)")
    }
  }

  /// Epochs have fewer batches where photographs are broken, and the schedule is gone through all the same.
  @Test func brokenPhotographsCostNoSteps() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      try directory.put(picture(90, 90).prefix(700), at: "data/smooth/broken.jpg")
      let result = try train(
        directory, to: "m.safetensors",
        Self.small + ["--batch", "6", "--epochs", "2", "--hold-out", "0", "--look", "input"])
      #expect(result.status == 0, "\(result.stderr)")
      let rows = String(decoding: try directory.contents("m.safetensors.csv"), as: UTF8.self).split(
        separator: "\n")
      #expect(rows.count == 1 + 2 * 3, "18 photographs, of which 16 can be shown, are 3 batches an epoch")
    }
  }

  /// Ten photographs hold out one, and that one is broken.
  @Test func aModelIsWrittenWithoutAnythingToJudgeItBy() throws {
    try TemporaryDirectory.use { directory in
      for index in 0..<9 {
        try directory.put(picture(60 + index, 50, seed: index), at: "data/\(index % 2)/\(index).jpg")
      }
      try directory.put(picture(90, 90).prefix(700), at: "data/1/z.jpg")
      let result = try train(directory, to: "m.safetensors", ["--epochs", "2"])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stderr.contains("not calibrated") && directory.exists("m.safetensors"))
    }
  }

  @Test func photographsThatCannotBeLearnedFromAreSaid() throws {
    try TemporaryDirectory.use { directory in
      for index in 0..<4 { try directory.put("no picture", at: "data/\(index % 2)/\(index).jpg") }
      for kept in [0, 2] {
        try directory.put(#"{"keptViews": \#(kept)}"#, at: "settings.json")
        let result = try train(
          directory, to: "m.safetensors", ["--settings", directory.file("settings.json"), "--quiet"])
        #expect(result.status == 66 && !result.wasKilled, "\(result.stderr)")
        #expect(result.stderr == "error: none of the photographs can be decoded\n")
      }
      // A batch that is larger than all there is, and a rate that no network survives.
      for index in 0..<4 {
        try directory.put(picture(60, 50, seed: index), at: "data/\(index % 2)/\(index).jpg")
      }
      let large = try train(directory, to: "m.safetensors", Self.small + ["--batch", "500"])
      #expect(large.status == 0, "\(large.stderr)")
      try directory.put(
        #"{"optimiser": {"kind": "sgd", "weightDecay": 1000}, "schedule": {"rate": 1000, "warmup": 0}}"#,
        at: "settings.json")
      let wild = try train(
        directory, to: "wild.safetensors",
        Self.small + ["--epochs", "30", "--quiet", "--settings", directory.file("settings.json")])
      #expect(wild.status == 65 && wild.stderr.hasPrefix("error: the loss became infinite"), "\(wild.stderr)")
    }
  }

  /// One kept view of a photograph is 1280 numbers here: what the layers in front of the classifier make of it.
  @Test(arguments: [("200K", 2, "2 of 4 views are kept"), ("20K", 0, "views are drawn anew in each epoch")])
  func keptViewsHaveRoomInMemory(memory: String, kept: Int, words: String) throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      try directory.put(#"{"keptViews": \#(kept)}"#, at: "settings.json")
      let options = ["--epochs", "4", "--name", "same", "--hold-out", "0"]
      let bounded = try train(directory, to: "bounded.safetensors", options + ["--memory", memory])
      #expect(bounded.status == 0 && bounded.stderr.contains(words), "\(bounded.stderr)")
      let asked = try train(
        directory, to: "asked.safetensors", options + ["--settings", directory.file("settings.json")])
      #expect(asked.status == 0 && !asked.stderr.contains("--memory"), "\(asked.stderr)")
      #expect(try directory.contents("bounded.safetensors") == directory.contents("asked.safetensors"))
      let wrong = try train(directory, to: "m.safetensors", ["--memory", "much"])
      #expect(wrong.status == 64 && wrong.stderr.contains("--memory"))
    }
  }
}
