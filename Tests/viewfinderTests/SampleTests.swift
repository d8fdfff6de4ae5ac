import Foundation
import Geometry
import Imaging
import Manifests
import TestSupport
import Testing

/// Every pipeline that ships, on the photographs that ship.
@Suite struct SampleTests {
  private static let photographs = Program.repository + "/samples/photos"

  @Test(arguments: RunTests.pipelines)
  func whatTheManifestSaysIsThere(name: String) throws {
    try TemporaryDirectory.use { directory in
      let result = try Program.run([
        "run", Program.repository + "/pipelines/" + name, Self.photographs, "--output", directory.file("out"),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      let records = try directory.records()
      #expect(records.count == 12 && records.count { $0.status == .failed } == 1)
      let broken = try #require(records.first { $0.path == "broken-truncated.jpg" })
      #expect(broken.reason == .truncated)
      let lines = try directory.contents("out/manifest.jsonl").split(separator: 10).map { Array($0) }
      #expect(try judge(lines, by: Schemas.record).allSatisfy { $0 == "ok" })

      var expected = try records.flatMap(\.outputs).map { output in
        try check(output, directory)
        return output.path
      }
      if name == "triage.yaml" {
        expected += ["quarantine/broken-truncated.jpg", "quarantine/broken-truncated.jpg.reason.txt"]
        let reason = try directory.contents("out/quarantine/broken-truncated.jpg.reason.txt")
        #expect(String(decoding: reason, as: UTF8.self) == "truncated: \(broken.detail ?? "?")\n")
      }
      #expect(try directory.results().keys.sorted() == expected.sorted())
      for record in records where record.status == .ok { try check(record, of: name) }
    }
  }

  /// By size and hash, and as a picture of the size that the record names.
  private func check(_ output: OutputRecord, _ directory: TemporaryDirectory) throws {
    let bytes = try directory.contents("out/" + output.path)
    #expect(output.bytes == bytes.count && output.sha256 == Hashing.sha256(bytes), "\(output.path)")
    let size = try HeaderReader.read(ImageBytes(bytes)).upright
    #expect(output.width == size.width && output.height == size.height, "\(output.path)")
    let target = try? FileManager.default.destinationOfSymbolicLink(
      atPath: directory.file("out/" + output.path))
    #expect((target != nil) == (output.placed == .symlink))
    if let target { #expect(target.hasPrefix(Self.photographs + "/")) }
  }

  private func check(_ record: Record, of name: String) throws {
    let outputs = record.outputs
    let frame = try #require(
      record.input.flatMap { input in input.width.flatMap { w in input.height.map { (w, $0) } } })
    for region in outputs.compactMap(\.crop?.rectangle) {
      for corner in region.corners.points {
        #expect(corner.x >= -0.01 && corner.x <= Double(frame.0) + 0.01, "\(record.path)")
        #expect(corner.y >= -0.01 && corner.y <= Double(frame.1) + 0.01, "\(record.path)")
      }
    }
    let best = record.predictions?.first
    switch name {
    case "annotate.yaml":
      #expect(outputs.count == 1 && outputs.allSatisfy { max($0.width, $0.height) <= 2048 })
    case "by-position.yaml":
      #expect(outputs.map(\.placed) == [.symlink])
      #expect(outputs.allSatisfy { $0.path.split(separator: "/").count == 3 })
    case "classify-only.yaml":
      #expect(outputs.isEmpty && record.predictions?.count == 5 && record.rectangle != nil)
    case "crop-and-sort.yaml":
      #expect(outputs.map(\.stage) == ["crops", "sort"] && outputs.map(\.placed) == [nil, .copy])
      #expect(outputs[1].sha256 == record.input?.sha256)
      #expect(outputs.allSatisfy { $0.path.contains("/\(best?.label ?? "?")/") })
      #expect(outputs[0].crop != nil && max(outputs[0].width, outputs[0].height) <= 1024)
    case "thumbnails.yaml":
      #expect(outputs.count == 1 && outputs.allSatisfy { $0.width == $0.height && $0.width <= 256 })
    case "triage.yaml":
      let isSure = (best?.score ?? 0) >= 0.5
      #expect(outputs.count == 1 && outputs.allSatisfy { $0.path.hasPrefix(isSure ? "sure/" : "look/") })
    case "two-branches.yaml":
      #expect(outputs.map(\.stage) == ["crops", "whole"])
      #expect(outputs[0].width == outputs[0].height && outputs[0].crop != nil && outputs[1].crop == nil)
      #expect(outputs[1].width == frame.0 && outputs[1].height == frame.1)
    default: Issue.record("say here what \(name) is for")
    }
  }
}
