import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct ResumePlanTests {
  /// Four photographs and two that cannot be read, sorted as copies.
  private func sorted(_ body: (Album) throws -> Void) throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg", "c/a.jpg", "d.jpg")
      try album.directory.put(Array("text".utf8), at: "in/text.jpg")
      try album.directory.put(album.photograph("t").prefix(30), at: "in/torn.jpg")
      try album.run(sorting("copy"))
      try body(album)
    }
  }

  private func paths(_ plan: ResumePlan) -> [String] { plan.done.map(\.text).sorted() }

  private static let all = ["a.jpg", "b.jpg", "c/a.jpg", "d.jpg", "text.jpg", "torn.jpg"]

  /// The plan keeps all but these, and so does the manifest.
  private func expectRedone(
    _ redone: [String], _ album: Album, retrying: Set<ReasonCode> = [],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let plan = try album.plan(retrying: retrying)
    let kept = Self.all.filter { !redone.contains($0) }
    #expect(paths(plan) == kept, sourceLocation: location)
    let records = try album.records()
    #expect(records.keys.sorted() == kept, sourceLocation: location)
    #expect(plan.counts.records == kept.count, sourceLocation: location)
    #expect(plan.counts.ok == records.values.count { $0.status == .ok }, sourceLocation: location)
    let outputs = records.values.flatMap(\.outputs).map {
      DestinationKey(album.output.appending(bytes: $0.file))
    }
    #expect(plan.destinations == Set(outputs), sourceLocation: location)
  }

  @Test func whatIsTrueStays() throws {
    try sorted { album in
      let before = try album.contents("out/manifest.jsonl")
      try expectRedone([], album)
      #expect(try album.contents("out/manifest.jsonl") == before)
      let plan = try album.plan()
      #expect(plan.counts.ok == 4 && plan.counts.failed == [.notImage: 1, .truncated: 1])
    }
  }

  @Test func aChangedPhotographIsDoneAgain() throws {
    try sorted { album in
      var bytes = try album.contents("in/a.jpg")
      bytes[bytes.count - 1] ^= 1
      try album.directory.put(bytes, at: "in/a.jpg")
      try album.directory.put(album.photograph("longer"), at: "in/b.jpg")
      try album.remove("in/d.jpg")
      try album.directory.put(album.photograph("whole now"), at: "in/torn.jpg")
      try expectRedone(["a.jpg", "b.jpg", "d.jpg", "torn.jpg"], album)
    }
  }

  @Test func aPhotographWhoseOutputIsNotWhatItWasIsDoneAgain() throws {
    try sorted { album in
      var bytes = try album.contents("out/sorted/a.jpg")
      bytes[0] ^= 1
      try album.directory.put(bytes, at: "out/sorted/a.jpg")
      try album.directory.put([], at: "out/sorted/b.jpg")
      try album.remove("out/sorted/c/a.jpg")
      try expectRedone(["a.jpg", "b.jpg", "c/a.jpg"], album)
    }
  }

  @Test func anOutputThatBecameADirectoryIsNoOutput() throws {
    try sorted { album in
      try album.remove("out/sorted/d.jpg")
      try FileManager.default.createDirectory(
        atPath: album.directory.file("out/sorted/d.jpg"), withIntermediateDirectories: false)
      try expectRedone(["d.jpg"], album)
    }
  }

  @Test func failuresAreRetriedByTheirReasonOnly() throws {
    try sorted { album in
      try expectRedone([], album, retrying: [.io, .corrupt])
      try expectRedone(["torn.jpg"], album, retrying: [.truncated])
    }
    try sorted { album in
      try expectRedone(["text.jpg", "torn.jpg"], album, retrying: Set(ReasonCode.allCases))
    }
  }

  @Test func aRecordOfAnUnknownFileGoes() throws {
    try sorted { album in
      var bytes = try album.contents("out/manifest.jsonl")
      bytes += Record(file: RecordPath("stranger.jpg"), outcome: .failed(.io, detail: nil)).line
      try album.directory.put(bytes, at: "out/manifest.jsonl")
      try expectRedone([], album)
    }
  }

  @Test func aTornLineIsNoRecord() throws {
    try sorted { album in
      let bytes = try album.contents("out/manifest.jsonl")
      let last = try #require(bytes.dropLast().lastIndex(of: 10))
      let path = try #require(try Manifest.read(album.manifest).records.last?.path)
      try album.directory.put(bytes.prefix(last + 20), at: "out/manifest.jsonl")
      try expectRedone([path], album)
    }
  }

  /// Of two records of one photograph one stays: the one that is true.
  @Test(arguments: [false, true])
  func aPhotographHasOneRecord(trueOneFirst: Bool) throws {
    try sorted { album in
      let records = try Manifest.read(album.manifest).records
      let good = try #require(records.first { $0.path == "a.jpg" })
      var stale = good
      stale.outputs[0].sha256 = String(repeating: "0", count: 64)
      var lines = trueOneFirst ? [good, stale, good] : [stale, good, good]
      for record in records where record.path != good.path { lines.append(record) }
      try album.directory.put(lines.flatMap(\.line), at: "out/manifest.jsonl")
      try expectRedone([], album)
      #expect(try album.records()["a.jpg"]?.line == good.line)
    }
  }

  @Test func longManifestsAreJudgedAlikeByAnyNumberOfThreads() throws {
    try Album.use { album in
      let names = (0..<700).map { String(format: "%03d.jpg", $0) }
      for name in names { try album.directory.put(name.utf8, at: "in/" + name) }
      let list = try album.list()
      let runDirectory = RunDirectory(album.output)
      withExtendedLifetime(try runDirectory.lock()) {}
      try runDirectory.begin(Album.state(list), list)
      // Every third record is of another hash.
      let records = try names.enumerated().map { index, name in
        let bytes = try album.contents("in/" + name)
        let hash = index % 3 == 0 ? Hashing.sha256([]) : Hashing.sha256(bytes)
        return Record(
          file: RecordPath(name), outcome: .failed(.corrupt, detail: nil),
          input: InputRecord(bytes: bytes.count, sha256: hash))
      }
      let kept = names.enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
      for jobs in [1, 2, 7] {
        try album.directory.put(records.flatMap(\.line), at: "out/manifest.jsonl")
        let plan = try album.plan(jobs: jobs)
        #expect(paths(plan) == kept && plan.counts.failed == [.corrupt: kept.count])
        #expect(try Manifest.read(album.manifest).records.map(\.path) == kept)
      }
    }
  }

  @Test func aResumedRunDoesWhatIsLeftAndNothingElse() throws {
    try sorted { album in
      try album.remove("out/sorted/b.jpg")
      let kept = try Manifest.read(album.manifest).records.filter { $0.path != "b.jpg" }.map(\.line)
      let before = FileFingerprint(album.output.appending("sorted/a.jpg"))
      let records = try album.run(sorting("copy"), resuming: album.plan())
      #expect(records.count == Self.all.count && records["b.jpg"]?.status == .ok)
      #expect(try album.contents("out/sorted/b.jpg") == album.photograph("b.jpg"))
      #expect(FileFingerprint(album.output.appending("sorted/a.jpg")) == before)
      #expect(try Manifest.read(album.manifest).records.prefix(kept.count).map(\.line) == kept)
    }
  }
}

/// Records of originals that were moved: the only copy of a photograph is at stake.
@Suite struct ResumedMoveTests {
  private func moved(_ body: (Album) throws -> Void) throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg")
      try album.directory.put(Array("settings".utf8), at: "in/a.xmp")
      try album.run(sorting("move"))
      try body(album)
    }
  }

  @Test func aMoveIsDone() throws {
    try moved { album in
      let plan = try album.plan()
      #expect(plan.done.count == 2 && plan.counts.ok == 2)
      #expect(try album.outputs() == ["sorted/a.jpg", "sorted/a.xmp", "sorted/b.jpg"])
    }
  }

  /// The record was written, and then the power went.
  @Test func whatAMovePromisedIsFinished() throws {
    try moved { album in
      try album.link("out/sorted/a.jpg", to: "in/a.jpg")
      try album.link("out/sorted/a.xmp", to: "in/a.xmp")
      // A copy, as a move to another disk leaves it.
      try album.directory.put(album.contents("out/sorted/b.jpg"), at: "in/b.jpg")
      #expect(try album.plan().done.count == 2)
      #expect(try album.directory.files(below: "in").isEmpty)
      #expect(try album.outputs() == ["sorted/a.jpg", "sorted/a.xmp", "sorted/b.jpg"])
    }
  }

  @Test func aNewPhotographAtTheOldPlaceIsNeverRemoved() throws {
    try moved { album in
      let other = try album.photograph("another picture, taken later")
      try album.directory.put(other, at: "in/a.jpg")
      try album.directory.put(Array("other settings".utf8), at: "in/a.xmp")
      let plan = try album.plan()
      #expect(
        try album.directory.files(below: "in") == ["a.jpg": other, "a.xmp": Array("other settings".utf8)])
      _ = try album.run(sorting("move"), resuming: plan)
      let everything = try album.directory.files(below: ".").values
      #expect(try everything.contains(other) && everything.contains(album.photograph("a.jpg")))
    }
  }

  /// Nothing can be done again with a photograph that is no longer there; its record still says where it went.
  @Test func aMovedPhotographThatWasEditedKeepsItsRecord() throws {
    try moved { album in
      let edited = try album.photograph("a.jpg") + [1]
      try album.directory.put(edited, at: "out/sorted/a.jpg")
      try album.remove("out/sorted/b.jpg")
      let records = try album.run(sorting("move"), resuming: album.plan())
      #expect(records["a.jpg"]?.status == .ok && records["a.jpg"]?.outputs.first?.placed == .move)
      #expect(try album.contents("out/sorted/a.jpg") == edited)
      #expect(records["b.jpg"]?.outputs.first?.placed == .move)
    }
  }

  /// One killed before its record was written stands in both places, and is moved again.
  @Test func aMoveWithoutARecordIsDoneAgain() throws {
    try moved { album in
      try album.link("out/sorted/a.jpg", to: "in/a.jpg")
      try album.link("out/sorted/a.xmp", to: "in/a.xmp")
      let lines = try Manifest.read(album.manifest).records.filter { $0.path != "a.jpg" }.flatMap(\.line)
      try album.directory.put(lines, at: "out/manifest.jsonl")
      let records = try album.run(sorting("move"), resuming: album.plan())
      #expect(records["a.jpg"]?.status == .ok && records["a.jpg"]?.outputs.first?.sidecars.count == 1)
      #expect(try album.directory.files(below: "in").isEmpty)
      #expect(try album.outputs() == ["sorted/a.jpg", "sorted/a.xmp", "sorted/b.jpg"])
    }
  }
}
