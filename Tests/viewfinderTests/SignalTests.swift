import Foundation
import Glibc
import Manifests
import SystemPackage
import TestSupport
import Testing

/// Signals in the middle of a run.
@Suite(.serialized) struct SignalTests {
  /// More and larger photographs than can be done before the signal comes.
  private func start(_ directory: TemporaryDirectory, pipeline: String, size: Int) throws -> Program.Running {
    let bytes = try picture(size, size * 2 / 3)
    for index in 0..<400 { try directory.put(bytes, at: "in/\(index).jpg") }
    let file = try directory.put(pipeline, at: "p.yaml")
    return try Program.Running(
      ["run", file, directory.file("in"), "--output", directory.file("out"), "--jobs", "1"])
  }

  private func lines(_ directory: TemporaryDirectory) -> Int {
    ((try? directory.contents("out/manifest.jsonl")) ?? []).count { $0 == 10 }
  }

  private let small = """
    version: 1
    stages: [{use: read}, {use: decode}, {use: classify}, {use: write, with: {path: "w/{stem}.png"}}]
    """

  @Test(.timeLimit(.minutes(2)), arguments: [SIGINT, SIGTERM])
  func theFirstSignalDrains(signal: Int32) throws {
    try TemporaryDirectory.use { directory in
      let running = try start(directory, pipeline: small, size: 600)
      #expect(running.waits { lines(directory) > 0 }, "\(running.stderr)")
      running.signal(signal)
      let result = try running.finish()
      #expect(result.status == 75 && !result.wasKilled, "\(result.stderr)")
      #expect(result.stderr.contains(signal == SIGINT ? "SIGINT" : "SIGTERM"))
      #expect(result.stderr.contains("the same command again is safe"))

      let records = try Manifest.read(FilePath(directory.file("out/manifest.jsonl"))).records
      #expect((1..<400).contains(records.count), "the run ended before the signal came")
      for record in records {
        #expect(record.status == .ok && record.outputs.count == 1)
        for output in record.outputs {
          #expect(try Hashing.sha256(directory.contents("out/" + output.path)) == output.sha256)
        }
      }
      #expect(
        try directory.files(below: "out/w").count == records.count, "outputs without a record, or temporaries")
      let json =
        try JSONSerialization.jsonObject(with: Data(directory.contents("out/run.json"))) as? [String: Any]
      #expect(json?["complete"] as? Bool == false)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func theSecondSignalEndsAtOnce() throws {
    try TemporaryDirectory.use { directory in
      // Compressing so many pixels takes seconds: the first signal cannot have drained when the second comes.
      let large =
        "version: 1\nstages: [{use: read}, {use: decode}, {use: write, with: {path: \"w/{stem}.png\"}}]\n"
      let running = try start(directory, pipeline: large, size: 3000)
      #expect(running.waits { directory.exists("out/w") }, "\(running.stderr)")
      running.signal(SIGINT)
      #expect(running.waits { running.stderr.contains("once more ends at once") })
      running.signal(SIGINT)
      let result = try running.finish()
      #expect(result.status == 130 && !result.wasKilled, "\(result.stderr)")
      // What the manifest speaks of is there; the rest may be temporary.
      for record in try Manifest.read(FilePath(directory.file("out/manifest.jsonl"))).records {
        for output in record.outputs { #expect(directory.exists("out/" + output.path)) }
      }
    }
  }
}
