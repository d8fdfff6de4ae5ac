import Foundation
import TestSupport
import Testing

/// `bench` on two tiny photographs: the figures mean nothing, that they are there and fit together does.
@Suite struct BenchTests {
  private func report(_ arguments: [String]) throws -> [String: Any] {
    let result = try Program.run(["bench", "--rounds", "2", "--seconds", "0"] + arguments)
    #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
    let report = try JSONSerialization.jsonObject(with: Data(result.stdout)) as? [String: Any]
    return try #require(report)
  }

  private func part(_ name: String, _ report: [String: Any]) throws -> [String: Any] {
    try #require(report[name] as? [String: Any], "\(name)")
  }

  /// Two rounds, all above 0, and the upper of them as their median.
  private func expectRounds(_ name: String, of part: [String: Any]) throws {
    let rounds = try #require(part[name] as? [Double], "\(name)")
    #expect(rounds.count == 2 && rounds.allSatisfy { $0 > 0 })
    #expect(part["median_" + name] as? Double == rounds.max())
  }

  @Test func everyPartIsMeasured() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(640, 480, seed: 1), at: "in/a.jpg")
      try directory.put(picture(300, 400, seed: 2), at: "in/b.jpg")
      try directory.put(picture(300, 300, seed: 3).prefix(900), at: "in/broken.jpg")
      let report = try report([directory.file("in"), "--canvas", "64", "--jobs", "2", "--batch", "2"])
      #expect(report["schema"] as? String == "viewfinder/bench/1")
      #expect(try #require(report["gemm_gflops"] as? Double) > 0)
      let model = try part("model", report)
      #expect(model["name"] as? String == "lite0-rectangle" && (model["sha256"] as? String)?.count == 64)

      let network = try part("network", report)
      #expect(network["canvas"] as? [Int] == [64, 64] && network["jobs"] as? Int == 2)
      try expectRounds("images_per_second", of: network)
      let attention = try part("attention", network)
      let (whole, some) = (network["multiply_adds"] as? Int ?? 0, attention["multiply_adds"] as? Int ?? 0)
      #expect(0 < some && some < whole)
      #expect(network["logits"] == nil)

      let decode = try part("decode", report)
      #expect(decode["photographs"] as? Int == 2 && decode["failed"] as? Int == 1)
      try expectRounds("milliseconds", of: decode)
      try expectRounds("eighth_milliseconds", of: decode)
      let each = try #require(decode["each"] as? [[String: Any]])
      #expect(each.map { $0["megapixels"] as? Double } == [0.31, 0.12])
      #expect(each.map { $0["shrink"] as? Int } == [1, 1])

      let pipeline = try part("pipeline", report)
      #expect(pipeline["photographs"] as? Int == 3 && pipeline["ok"] as? Int == 2)
      try expectRounds("photographs_per_second", of: pipeline)
      #expect(try #require(pipeline["peak_rss_bytes"] as? Int) > 10_000_000)
      let stages = try part("stage_milliseconds", pipeline)
      #expect(Set(stages.keys) == ["read", "decode", "classify", "crop", "write"])

      let training = try part("training", report)
      #expect(training["batch"] as? Int == 2 && training["canvas"] as? [Int] == [64, 64])
      try expectRounds("images_per_second", of: training)
    }
  }

  @Test func oneCanvasGivesItsLogits() throws {
    try TemporaryDirectory.use { directory in
      let pixels = try directory.put((0..<3 * 64 * 64).map { UInt8($0 % 251) }, at: "canvas.rgb")
      let report = try report(["--network", "--canvas", "64", "--jobs", "1", "--pixels", pixels])
      #expect(report["decode"] == nil && report["pipeline"] == nil && report["training"] == nil)
      let logits = try #require(part("network", report)["logits"] as? [Double])
      #expect(logits.count == 1000 && Set(logits).count > 900)
      let other = try Program.run(["bench", "--network", "--canvas", "96", "--pixels", pixels])
      #expect(other.status == 78 && other.stdout.isEmpty)
    }
  }

  @Test(arguments: [["--decode"], ["--pipeline"], ["--rounds", "0"], ["--jobs", "0"], ["--batch", "0"]])
  func whatCannotBeMeasuredIsRefused(arguments: [String]) throws {
    let result = try Program.run(["bench"] + arguments)
    #expect(result.status == 64 && result.stdout.isEmpty)
  }

  @Test func withoutPhotographsThereIsNothingToDecode() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(64, 64).prefix(300), at: "in/broken.jpg")
      let broken = try Program.run(["bench", "--decode", directory.file("in"), "--rounds", "1"])
      #expect(broken.status == 66 && broken.stdout.isEmpty)
      let missing = try Program.run(["bench", "--pipeline", directory.file("nowhere")])
      #expect(missing.status == 66 && missing.stdout.isEmpty)
    }
  }
}
