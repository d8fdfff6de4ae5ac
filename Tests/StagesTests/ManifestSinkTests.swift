import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct ManifestSinkTests {
  /// A sample with outputs staged below the directory, each of these bytes.
  private func sample(_ name: FilePath, outputs: [String: [UInt8]], in directory: TemporaryDirectory) throws
    -> Sample
  {
    var sample = Sample(file: InputFile(location: name, path: name, isNamed: true))
    for (path, bytes) in outputs.sorted(by: { $0.key < $1.key }) {
      let file = try StagedFile(writing: bytes, for: FilePath(directory.file(path)))
      let record = OutputRecord(
        stage: "w", file: RecordPath(path), width: 1, height: 1, bytes: bytes.count,
        sha256: Hashing.sha256(bytes))
      sample.outputs.append(PlannedOutput(file: file, record: record))
    }
    return sample
  }

  private func entries(_ directory: TemporaryDirectory) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted()
  }

  @Test func nothingHasItsNameBeforeTheCommit() throws {
    try TemporaryDirectory.use { directory in
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: false)
      sink.absorb(.passed(try sample("a", outputs: ["x/1.jpg": [1, 2]], in: directory)))
      sink.absorb(.passed(try sample("b", outputs: ["x/2.jpg": [3]], in: directory)))
      #expect(try directory.files(below: "x").keys.allSatisfy { !["1.jpg", "2.jpg"].contains($0) })
      #expect(records.all.isEmpty)
      #expect(try sink.commit() == 2)
      #expect(try directory.files(below: "x") == ["1.jpg": [1, 2], "2.jpg": [3]])
      #expect(records.all.map(\.path) == ["a", "b"] && records.all.allSatisfy { $0.status == .ok })
      #expect(sink.counts.ok == 2)
      #expect(try sink.commit() == 0)
      try sink.close()
    }
  }

  @Test func everyOutcomeHasARecord() throws {
    try TemporaryDirectory.use { directory in
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: false)
      let failure = StageFailure(code: "corrupt", detail: "row 7")
      sink.absorb(.failed(try sample("a", outputs: ["kept.jpg": [1]], in: directory), failure))
      sink.absorb(.dropped(try sample("b", outputs: [:], in: directory), reason: "filtered"))
      sink.absorb(
        .failed(try sample("c", outputs: [:], in: directory), StageFailure(code: "unheard of", detail: "?")))
      #expect(try sink.commit() == 3)
      #expect(
        records.all.map(\.outcome) == [
          .failed(.corrupt, detail: "row 7"), .skipped(.filtered, detail: nil), .failed(.internal, detail: "?"),
        ])
      // What other branches finished stays listed, and is there.
      #expect(records.all[0].outputs.map(\.path) == ["kept.jpg"])
      #expect(try entries(directory) == ["kept.jpg"])
      #expect(sink.counts.failed == [.corrupt: 1, .internal: 1] && sink.counts.skipped == [.filtered: 1])
    }
  }

  /// The host's troubles are no photograph's: it is done when the run goes on.
  @Test(arguments: [StageFailure.Scope.host, .run]) func whatConcernsTheHostLeavesNoRecord(
    scope: StageFailure.Scope
  ) throws {
    try TemporaryDirectory.use { directory in
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: false)
      let failure = StageFailure(code: "io", detail: "too many open files", scope: scope)
      sink.absorb(.failed(try sample("a", outputs: ["half/1.jpg": [1]], in: directory), failure))
      sink.absorb(.passed(try sample("b", outputs: ["half/2.jpg": [2]], in: directory)))
      #expect(try sink.commit() == 2)
      #expect(records.all.map(\.path) == ["b"])
      #expect(try directory.files(below: "half") == ["2.jpg": [2]])
      #expect(sink.counts.records == 1)
      sink.absorb(.failed(try sample("c", outputs: [:], in: directory), failure))
      #expect(try sink.commit() == 1)
    }
  }

  @Test func anOutputWhoseNameIsTakenFailsItsPhotographOnly() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([9], at: "taken.jpg")
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: false)
      sink.absorb(.passed(try sample("a", outputs: ["free.jpg": [1], "taken.jpg": [2]], in: directory)))
      sink.absorb(.passed(try sample("b", outputs: ["other.jpg": [3]], in: directory)))
      #expect(try sink.commit() == 2)
      #expect(records.all.map(\.status) == [.failed, .ok])
      #expect(records.all[0].reason == .collision && records.all[0].outputs.map(\.path) == ["free.jpg"])
      #expect(try directory.files(below: ".") == ["taken.jpg": [9], "free.jpg": [1], "other.jpg": [3]])
    }
  }

  @Test func overwritingReplacesWhatIsThere() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([9], at: "taken.jpg")
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: true)
      sink.absorb(.passed(try sample("a", outputs: ["taken.jpg": [2]], in: directory)))
      #expect(try sink.commit() == 1)
      #expect(records.all[0].status == .ok)
      #expect(try directory.files(below: ".") == ["taken.jpg": [2]])
    }
  }

  @Test func aManifestThatCannotBeWrittenEndsTheRunAndLeavesNoTemporaries() throws {
    try TemporaryDirectory.use { directory in
      let sink = ManifestSink(RecordList(failing: true), replacesOutputs: false)
      sink.absorb(.passed(try sample("a", outputs: ["1.jpg": [1]], in: directory)))
      let failure = #expect(throws: StageFailure.self) { _ = try sink.commit() }
      #expect(failure?.scope == .run && sink.counts.records == 0)
      // What arrives after that is never committed; its files go when the manifest is closed.
      sink.absorb(.passed(try sample("b", outputs: ["2.jpg": [2]], in: directory)))
      try sink.close()
      #expect(try entries(directory) == ["1.jpg"], "named before its record failed; a later run replaces it")
    }
  }

  /// Replacing is for files from before; two photographs of one run never replace each other.
  @Test(arguments: [false, true], [false, true])
  func twoPhotographsNeverHaveOnePlace(replacing: Bool, inOneGroup: Bool) throws {
    try TemporaryDirectory.use { directory in
      try directory.put([9], at: "x/1.jpg")
      if !replacing { try FileManager.default.removeItem(atPath: directory.file("x/1.jpg")) }
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: replacing)
      sink.absorb(.passed(try sample("a", outputs: ["x/1.jpg": [1]], in: directory)))
      if !inOneGroup { #expect(try sink.commit() == 1) }
      sink.absorb(.passed(try sample("b", outputs: ["x/1.jpg": [2]], in: directory)))
      _ = try sink.commit()
      #expect(records.all.map(\.reason) == [nil, .collision])
      #expect(try directory.files(below: ".") == ["x/1.jpg": [1]])
      #expect(sink.counts.ok == 1 && sink.counts.failed == [.collision: 1])
    }
  }

  @Test func aPlaceOfThePartThatStaysIsTaken() throws {
    try Album.use { album in
      try album.add("a.jpg")
      try album.run(sorting("copy"))
      let records = RecordList()
      let sink = ManifestSink(records, continuing: try album.plan(), replacesOutputs: true)
      sink.absorb(.passed(try sample("b", outputs: ["out/sorted/a.jpg": [2]], in: album.directory)))
      sink.absorb(.passed(try sample("c", outputs: ["out/sorted/c.jpg": [3]], in: album.directory)))
      #expect(try sink.commit() == 2)
      #expect(records.all.map(\.reason) == [.collision, nil])
      #expect(try album.contents("out/sorted/a.jpg") == album.photograph("a.jpg"))
      #expect(sink.counts.ok == 2 && sink.counts.failed == [.collision: 1], "what stays counts")
    }
  }
}
