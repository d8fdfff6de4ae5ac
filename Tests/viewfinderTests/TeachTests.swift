import Foundation
import TestSupport
import Testing

/// `teach` on the built program: rounds of boxes and trainings between them.
@Suite struct TeachTests {
  private func makeClasses(_ directory: TemporaryDirectory) throws {
    for index in 0..<6 {
      try directory.put(picture(90 + index, 70, seed: index), at: "data/smooth/\(index).jpg")
      try directory.put(picture(20, 16, seed: 40 + index), at: "data/small/\(index).jpg")
    }
    try directory.put(picture(90, 90).prefix(700), at: "data/small/broken.jpg")
  }

  private func run(_ directory: TemporaryDirectory, _ arguments: [String]) throws -> Program.Result {
    try Program.run(arguments, directory: directory.path)
  }

  private static let training = [
    "--epochs", "2", "--batch", "4", "--hold-out", "0", "--canvas", "48", "--overwrite",
  ]

  @Test func roundsFollowEachOther() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      let started = try run(
        directory,
        [
          "train", "data", "--output", "m.safetensors", "--architecture", "small", "--learn", "everything",
          "--attention", "rectangle",
        ] + Self.training)
      #expect(started.status == 0, "\(started.stderr)")

      let first = try run(directory, ["teach", "data", "--model", "m.safetensors", "--output", "0.csv"])
      #expect(first.status == 0, "\(first.stderr)")
      #expect(first.stderr.contains("skipped: ") && first.stderr.contains("broken.jpg"))
      #expect(first.stderr.contains("12 boxes") && first.output.isEmpty)
      let rows = String(decoding: try directory.contents("0.csv"), as: UTF8.self).split(separator: "\n")
      #expect(rows.count == 13 && rows[0] == "file,xmin,ymin,xmax,ymax" && rows[1].hasPrefix("small/0.jpg,"))

      // The names mean the same to `train`, wherever the table lies.
      try directory.put("{\"losses\": {\"classification\": 0}}", at: "settings.json")
      try directory.put(directory.contents("0.csv"), at: "elsewhere/0.csv")
      let learned = try run(
        directory,
        [
          "train", "data/../data/", "--output", "r.safetensors", "--model", "m.safetensors", "--keep-classes",
          "--learn",
          "attention", "--settings", "settings.json", "--teacher", "elsewhere/0.csv",
        ] + Self.training)
      #expect(learned.status == 0, "\(learned.stderr)")
      let curve = String(decoding: try directory.contents("r.safetensors.csv"), as: UTF8.self)
      #expect(curve.hasPrefix("step,epoch,rate,loss,teacher,"))

      // Without labels, too; and the classes stay those of the model.
      let unlabelled = try run(
        directory,
        [
          "train", "data/small", "--output", "u.safetensors", "--model", "m.safetensors", "--no-labels",
          "--learn",
          "attention", "--settings", "settings.json", "--teacher", "elsewhere/0.csv", "--root", "data",
        ] + Self.training)
      #expect(unlabelled.status == 0, "\(unlabelled.stderr)")
      let card = try run(directory, ["models", "u.safetensors", "--labels"])
      #expect(card.output.contains("small") && card.output.contains("smooth"), "\(card.output)")
      // A table of other photographs teaches nothing.
      try directory.put("file,xmin,ymin,xmax,ymax\nother.jpg,0,0,1,1\n", at: "other.csv")
      try directory.put("file,xmin,ymin,xmax,ymax\nsmall/0.jpg,10,10,90,80\n", at: "pixels.csv")
      for (table, words) in [("other.csv", "no box for any"), ("pixels.csv", "shares of the photograph")] {
        let refused = try run(
          directory,
          ["train", "data", "--output", "x.safetensors", "--model", "m.safetensors", "--teacher", table]
            + Self.training)
        #expect(refused.status == 65 && refused.stderr.contains(words), "\(refused.stderr)")
      }

      let later = [
        "teach", "data", "--model", "m.safetensors", "--rectangle", "r.safetensors", "--margin", "1.25",
        "--blend", "--merge", "0.csv", "--seed", "7",
      ]
      let one = try run(directory, later + ["--output", "1.csv", "--jobs", "1", "--quiet"])
      #expect(one.status == 0 && one.stderr.isEmpty, "\(one.stderr)")
      #expect(try run(directory, later + ["--output", "2.csv", "--jobs", "3"]).status == 0)
      #expect(try directory.contents("1.csv") == directory.contents("2.csv"))
      #expect(try directory.contents("1.csv") != directory.contents("0.csv"))
    }
  }

  @Test func mistakesAreNamed() throws {
    try TemporaryDirectory.use { directory in
      try makeClasses(directory)
      try directory.put("file,xmin\n", at: "half.csv")
      try directory.put("here already", at: "there.csv")
      let cases: [(arguments: [String], status: Int32, words: String)] = [
        (["data", "--output", "there.csv"], 73, "--overwrite"),
        (["data", "--output", "nowhere/b.csv"], 73, "cannot be written"),
        (["data", "--output", "b.csv"], 65, "none of the model's 1000 labels"),
        (["data", "--output", "b.csv", "--margin", "1.2"], 64, "--rectangle"),
        (["data", "--output", "b.csv", "--canvas", "4"], 64, "--canvas"),
        (["data", "--output", "b.csv", "--model", "unknown"], 78, "viewfinder models"),
        (["data", "--output", "b.csv", "--no-labels", "--merge", "half.csv"], 65, "no column 'ymin'"),
        (["missing", "--output", "b.csv"], 66, "no such folder"),
      ]
      for (arguments, status, words) in cases {
        let result = try run(directory, ["teach"] + arguments)
        #expect(result.status == status, "\(arguments): \(result.stderr)")
        #expect((result.stderr + result.output).contains(words), "\(arguments): \(result.stderr)")
      }
      #expect(!directory.exists("b.csv"))
      #expect(try directory.contents("there.csv") == Array("here already".utf8))
    }
  }
}
