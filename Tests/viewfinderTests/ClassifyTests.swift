import Foundation
import Manifests
import TestSupport
import Testing

@Suite struct ClassifyTests {
  @Test func stdoutIsJSONLinesAndNothingElse() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let result = try Program.run(["classify", directory.file("in"), "--top", "3"])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stdout.last == 10)
      let lines = result.stdout.split(separator: 10, omittingEmptySubsequences: false).dropLast().map {
        Array($0)
      }
      #expect(lines.count == 5)
      #expect(try judge(lines, by: Schemas.record).allSatisfy { $0 == "ok" })
      let records = try lines.map { try JSONDecoder().decode(Record.self, from: Data($0)) }
      #expect(Set(records.map(\.path)) == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg", "sub/broken.jpg"])
      for record in records where record.status == .ok {
        let scores = try #require(record.predictions?.map(\.score))
        #expect(
          scores.count == 3 && scores == scores.sorted(by: >) && scores.allSatisfy { (0...1).contains($0) })
        #expect(record.rectangle != nil && record.outputs.isEmpty && record.decodes == 1)
      }
      #expect(result.stderr.contains("4 ok"))
    }
  }

  @Test func quietSaysNothing() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(80, 60), at: "p.jpg")
      let result = try Program.run(["classify", directory.file("p.jpg"), "--quiet"])
      #expect(result.status == 0 && result.stderr.isEmpty && result.lines.count == 1)
    }
  }

  @Test func theRecordsAreTheSameWhateverTheJobs() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(6)
      func lines(_ jobs: String) throws -> [String] {
        let result = try Program.run(["classify", directory.file("in"), "--jobs", jobs])
        return result.lines.map { String($0).replacing(/"milliseconds":\{[^}]*\}/, with: "") }.sorted()
      }
      let one = try lines("1")
      #expect(one.count == 7)
      #expect(try lines("2") == one && lines("4") == one)
    }
  }

  @Test func theCanvasCanBeAnotherThanTheCards() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(320, 240), at: "p.jpg")
      let classify = ["classify", directory.file("p.jpg")]
      func record(_ options: [String]) throws -> [String: Any] {
        let result = try Program.run(classify + options)
        #expect(result.status == 0, "\(result.stderr)")
        let record = try JSONSerialization.jsonObject(with: Data(result.stdout)) as? [String: Any]
        return try #require(record)
      }
      func scores(_ record: [String: Any]) throws -> [Double] {
        try #require(record["predictions"] as? [[String: Any]]).compactMap { $0["score"] as? Double }
      }
      let own = try record([])
      #expect(try scores(record(["--canvas", "288"])) == scores(own))
      let wide = try record(["--canvas", "320x240"])
      #expect(try scores(wide) != scores(own))
      let hull = try #require((wide["rectangle"] as? [String: Any])?["hull"] as? [String: Double])
      #expect(hull["x"]! + hull["width"]! <= 320 && hull["y"]! + hull["height"]! <= 240)

      let wrong = try Program.run(classify + ["--canvas", "12"])
      #expect(wrong.status == 64 || wrong.status == 65)
      #expect(wrong.stderr.contains("like 288"), "\(wrong.stderr)")

      let file = """
        version: 1
        stages:
          - use: read
          - use: decode
          - use: classify
            with: {canvas: 224}
          - use: manifest
        """
      try directory.put(file, at: "small.yaml")
      let small = try Program.run(
        ["run", directory.file("small.yaml"), directory.file("p.jpg"), "-o", directory.file("out")])
      #expect(small.status == 0, "\(small.stderr)")
    }
  }

  @Test func aModelCanBeAFileOrBeFoundByName() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(80, 60), at: "p.jpg")
      let shipped = Program.repository + "/Sources/viewfinder/Resources/models/lite0-rectangle.safetensors"
      try FileManager.default.copyItem(atPath: shipped, toPath: directory.file("mine.safetensors"))
      let arguments = ["classify", directory.file("p.jpg"), "--model"]
      #expect(try Program.run(arguments + [shipped]).status == 0)
      #expect(try Program.run(arguments + ["mine"]).status == 78)
      #expect(
        try Program.run(arguments + ["mine"], environment: ["VIEWFINDER_MODELS": directory.path]).status == 0)
    }
  }
}
