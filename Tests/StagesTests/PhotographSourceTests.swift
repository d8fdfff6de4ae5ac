import Foundation
import Glibc
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct PhotographSourceTests {
  /// How each file comes out, as `name: outcome`, and how many were ignored.
  private func outcomes(_ files: [InputFile], limits: [String: OptionValue] = [:]) throws -> (
    [String], ignored: Int
  ) {
    let source = PhotographSource(FileTable(files), limits: RunLimits(Options(RunLimits.schema, given: limits)))
    var lines: [String] = []
    while let outcome = try source.next() {
      let state =
        switch outcome {
        case .passed: "passed"
        case .dropped(_, let reason): "dropped \(reason)"
        case .failed(_, let failure): "failed \(failure.code)"
        }
      lines.append("\(outcome.item.file.path): \(state)")
    }
    return (lines, source.ignored)
  }

  @Test func whatIsAPictureIsToldByContentAndWhatClaimsToBeOneHasARecord() throws {
    try TemporaryDirectory.use { directory in
      let jpeg = try file(waves(32, 24))
      try directory.put(jpeg, at: "a.jpg")
      try directory.put(jpeg, at: "b.txt")
      try directory.put(Array("no picture".utf8), at: "c.jpg")
      try directory.put(Array("no picture".utf8), at: "d.txt")
      try directory.put([], at: "e.png")
      try directory.put([], at: "f")
      try directory.put(Array(jpeg.prefix(40)), at: "g.jpg")
      // The first bytes of JPEG 2000.
      try directory.put([0xFF, 0x4F, 0xFF, 0x51, 0, 0, 0, 0], at: "h.jp2")
      var request = InputRequest()
      request.inputs = [FilePath(directory.path)]
      let walked = try Array(InputList(request).files)
      let (lines, ignored) = try outcomes(walked)
      #expect(
        lines == [
          "a.jpg: passed", "b.txt: passed", "c.jpg: failed not_image", "e.png: failed not_image",
          "g.jpg: failed truncated",
          "h.jp2: failed blocked_format",
        ])
      #expect(ignored == 2)
      // Named explicitly, all have a record.
      let named = walked.map { InputFile(location: $0.location, path: $0.path, isNamed: true) }
      let (all, none) = try outcomes(named)
      #expect(all.count == 8 && none == 0)
      #expect(all.contains("d.txt: failed not_image") && all.contains("f: failed not_image"))
    }
  }

  @Test func limitsAreHeldAgainstTheHeader() throws {
    try TemporaryDirectory.use { directory in
      let path = FilePath(try directory.put(file(waves(100, 80)), at: "a.jpg"))
      let files = [InputFile(location: path, path: "a.jpg", isNamed: true)]
      #expect(try outcomes(files, limits: ["pixels": .integer(8000)]).0 == ["a.jpg: passed"])
      #expect(try outcomes(files, limits: ["pixels": .integer(7999)]).0 == ["a.jpg: failed too_large"])
      #expect(try outcomes(files, limits: ["bytes": .integer(100)]).0 == ["a.jpg: failed too_large"])
    }
  }

  @Test func whatCannotBeOpenedFails() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "folder.jpg/x")
      symlink("nowhere", directory.file("dangling.jpg"))
      symlink("loop.jpg", directory.file("loop.jpg"))
      mkfifo(directory.file("pipe.jpg"), 0o600)
      let names = ["missing.jpg", "folder.jpg", "dangling.jpg", "loop.jpg", "pipe.jpg"]
      let files = names.map {
        InputFile(location: FilePath(directory.file($0)), path: FilePath($0), isNamed: false)
      }
      #expect(try outcomes(files).0 == names.map { "\($0): failed unreadable" })
      let locked = InputFile(
        location: "x", path: "locked", isNamed: false, trouble: .init(.unreadable, "Permission denied"))
      #expect(try outcomes([locked]).0 == ["locked: failed unreadable"])
    }
  }

  @Test func theHeaderIsThatOfTheUprightPhotograph() throws {
    try TemporaryDirectory.use { directory in
      let path = FilePath(try directory.put(withOrientation(6, file(waves(60, 40))), at: "a.jpg"))
      let source = PhotographSource(
        [InputFile(location: path, path: "a.jpg", isNamed: true)], limits: RunLimits(Options(RunLimits.schema)))
      let sample = try #require(try source.next()?.item)
      #expect(sample.fact("width") == .number(40) && sample.fact("height") == .number(60))
      #expect(sample.fact("aspect") == .number(40.0 / 60) && sample.fact("format") == .text("jpeg"))
      #expect(sample.byteCost == sample.fingerprint?.size && sample.byteCost > 0)
    }
  }

  @Test func aFileThatChangesBeforeItIsReadFails() throws {
    try TemporaryDirectory.use { directory in
      let path = FilePath(try directory.put(file(waves(60, 40)), at: "a.jpg"))
      let source = PhotographSource(
        [InputFile(location: path, path: "a.jpg", isNamed: true)], limits: RunLimits(Options(RunLimits.schema)))
      var sample = try #require(try source.next()?.item)
      try directory.put(file(waves(60, 42)), at: "a.jpg")
      let read = ReadStage(stage("read", after: []), setup())
      let failure = #expect(throws: StageFailure.self) { try read.input(&sample, StageContext(stage: "read")) }
      #expect(failure?.code == "changed")
    }
  }
}
