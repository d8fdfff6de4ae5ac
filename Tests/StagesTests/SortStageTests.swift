import Foundation
import Geometry
import Glibc
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct SortStageTests {
  @Test func aCopyIsTheFileWithItsTimeOfChange() throws {
    try Album.use { album in
      try album.add("a.jpg", "b/c.jpg")
      let time = Date(timeIntervalSince1970: 1_234_567_890)
      try FileManager.default.setAttributes(
        [.modificationDate: time], ofItemAtPath: album.directory.file("in/b/c.jpg"))
      let records = try album.run(sorting("copy"))
      #expect(try album.directory.files(below: "out/sorted") == album.directory.files(below: "in"))
      let copy = try #require(FileFingerprint(album.output.appending("sorted").appending("b/c.jpg")))
      #expect(copy.modified == 1_234_567_890)
      let output = try #require(records["b/c.jpg"]?.outputs.first)
      #expect(output.placed == .copy && output.crop == nil && output.width == 40 && output.height == 30)
      #expect(output.sha256 == records["b/c.jpg"]?.input?.sha256)
      #expect(output.bytes == records["b/c.jpg"]?.input?.bytes)
      // Another file: changing one leaves the other.
      try album.directory.put([1], at: "in/a.jpg")
      #expect(try album.contents("out/sorted/a.jpg") == album.photograph("a.jpg"))
    }
  }

  /// Programs write photographs and sidecars anew at any time: what was moved is then another file than what stands there.
  @Test(arguments: ["a.jpg", "a.xmp"]) func aFileThatIsWrittenAnewBeforeTheCommitStays(name: String) throws {
    try Album.use { album in
      try album.add("a.jpg")
      try album.directory.put("old".utf8, at: "in/a.xmp")
      let list = try album.list()
      let stages = sorting("move")
      var sample = Sample(file: list.files[0])
      for node in try graph(stages, setup(list.files, output: album.output)).nodes {
        if node.id == "read" {
          sample.fingerprint = FileFingerprint(sample.file.location)
          sample.header = try HeaderReader.read(ImageBytes(album.photograph("a.jpg")))
        }
        if node.id == "sort" { try node.stage.output(&sample, StageContext(stage: "sort")) }
      }
      let new = FilePath(album.directory.file("new"))
      try album.directory.put("new".utf8, at: "new")
      let place = album.directory.file("in/" + name)
      #expect(rename(new.string, place) == 0)
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: false)
      sink.absorb(.passed(sample))
      #expect(try sink.commit() == 1)
      try sink.close()
      #expect(records.all.first?.outcome.status == .failed && records.all.first?.reason == .changed)
      #expect(try album.contents("in/" + name) == Array("new".utf8))
      #expect(try album.outputs().isEmpty && album.exists("in/a.jpg") && album.exists("in/a.xmp"))
    }
  }

  @Test func aHardLinkIsTheSameFile() throws {
    try Album.use { album in
      try album.add("a.jpg")
      // What a symbolic link leads to is linked, not the link.
      try FileManager.default.createSymbolicLink(
        atPath: album.directory.file("in/link.jpg"), withDestinationPath: "a.jpg")
      let records = try album.run(sorting("hardlink"))
      let original = FileFingerprint(FilePath(album.directory.file("in/a.jpg")))
      for name in ["a.jpg", "link.jpg"] {
        #expect(FileFingerprint(album.output.appending("sorted").appending(name)) == original)
        #expect(records[name]?.outputs.first?.placed == .hardlink)
        let type = try FileManager.default.attributesOfItem(atPath: album.directory.file("out/sorted/" + name))
        #expect(type[.type] as? FileAttributeType == .typeRegular)
      }
    }
  }

  @Test func aSymbolicLinkIsAbsolute() throws {
    try Album.use { album in
      try album.add("a/b.jpg")
      let records = try album.run(sorting("symlink"))
      let target = try FileManager.default.destinationOfSymbolicLink(
        atPath: album.directory.file("out/sorted/a/b.jpg"))
      #expect(target == album.directory.file("in/a/b.jpg"))
      #expect(try album.contents("out/sorted/a/b.jpg") == album.photograph("a/b.jpg"))
      #expect(records["a/b.jpg"]?.outputs.first?.placed == .symlink)
      #expect(records["a/b.jpg"]?.outputs.first?.bytes == (try album.photograph("a/b.jpg").count))
      // A link that still leads to the photograph is believed by a resumed run.
      #expect(try album.plan().done.count == 1)
    }
  }

  /// The original goes with the commit, never before.
  @Test func aMoveTakesTheOriginalAwayWhenItsRecordIsSafe() throws {
    try Album.use { album in
      try album.add("a.jpg")
      try album.directory.put([7], at: "in/a.xmp")
      let list = try album.list()
      let node = try graph(sorting("move"), setup(list.files, output: album.output)).nodes[1]
      var sample = try read(list.files[0])
      try node.stage.output(&sample, StageContext(stage: "sort"))
      #expect(try album.directory.files(below: "in").count == 2)
      let failing = ManifestSink(RecordList(failing: true), replacesOutputs: false)
      failing.absorb(.passed(sample))
      #expect(throws: StageFailure.self) { _ = try failing.commit() }
      #expect(try album.directory.files(below: "in").count == 2, "no record, no removal")

      try node.stage.output(&sample, StageContext(stage: "sort"))
      let records = RecordList()
      let sink = ManifestSink(records, replacesOutputs: true)
      sample.outputs.removeFirst()
      sink.absorb(.passed(sample))
      #expect(try album.directory.files(below: "in").count == 2, "not committed yet")
      #expect(try sink.commit() == 1)
      #expect(try album.directory.files(below: "in").isEmpty)
      #expect(try album.outputs() == ["sorted/a.jpg", "sorted/a.xmp"])
      #expect(try album.contents("out/sorted/a.jpg") == album.photograph("a.jpg"))
      #expect(records.all.first?.outputs.first?.placed == .move)
    }
  }

  /// A sample as `read` leaves it.
  private func read(_ file: InputFile) throws -> Sample {
    var sample = Sample(file: file)
    sample.fingerprint = FileFingerprint(file.location)
    sample.header = try HeaderReader.read(ImageFile(path: Array(file.location.string.utf8)))
    sample.sha256 = try Hashing.sha256(ofFile: file.location)
    return sample
  }

  @Test func aPhotographThatFailsElsewhereKeepsItsOriginal() throws {
    try Album.use { album in
      try album.add("good.jpg")
      let whole = try file(waves(200, 200))
      try album.directory.put(whole.prefix(whole.count / 2), at: "in/torn.jpg")
      var stages = sorting("move")
      stages.append(stage("decode", after: [0]))
      let records = try album.run(stages)
      #expect(records["good.jpg"]?.status == .ok && records["torn.jpg"]?.reason == .truncated)
      #expect(try album.directory.files(below: "in").keys.sorted() == ["torn.jpg"])
      // It was placed by the branch that worked, and its record says so; the next run finishes nothing behind its back.
      #expect(records["torn.jpg"]?.outputs.map(\.path) == ["sorted/torn.jpg"])
      #expect(try album.plan().done.count == 2)
      #expect(try album.directory.files(below: "in").keys.sorted() == ["torn.jpg"])
    }
  }

  @Test(arguments: [(0.0, "cat/a.jpg"), (0.4, "cat/a.jpg"), (0.5, "unsure/a.jpg"), (1.0, "unsure/a.jpg")])
  func unsurePhotographsGoApart(minimum: Double, path: String) throws {
    try Album.use { album in
      try album.add("a.jpg")
      let list = try album.list()
      let more: [String: OptionValue] = ["min_score": .number(minimum), "unsure": .text("unsure/{name}")]
      let stages = [
        stage("read", after: []),
        stage("sort", after: [0], more.merging(["path": .text("{label}/{name}")]) { $1 }),
      ]
      let node = try graph(stages, setup(list.files, output: album.output)).nodes[1]
      var sample = try read(list.files[0])
      sample.predictions = [
        PredictionRecord(label: "cat", index: 1, score: 0.4),
        PredictionRecord(label: "dog", index: 2, score: 0.3),
      ]
      try node.stage.output(&sample, StageContext(stage: "sort"))
      #expect(sample.outputs.map(\.record.path) == [path])
      for output in sample.outputs { output.file.discard() }
    }
  }

  @Test func aPhotographThatChangedMeanwhileIsLeft() throws {
    try Album.use { album in
      try album.add("a.jpg")
      let list = try album.list()
      let node = try graph(sorting("move"), setup(list.files, output: album.output)).nodes[1]
      var sample = try read(list.files[0])
      try album.directory.put(album.photograph("another"), at: "in/a.jpg")
      let failure = #expect(throws: StageFailure.self) {
        try node.stage.output(&sample, StageContext(stage: "sort"))
      }
      #expect(failure?.code == "changed" && failure?.scope == .item && sample.outputs.isEmpty)
      try album.remove("in/a.jpg")
      #expect(throws: StageFailure.self) { try node.stage.output(&sample, StageContext(stage: "sort")) }
      #expect(!album.exists("out"), "nothing is made for it")
    }
  }

  @Test func aTakenPlaceFailsThePhotographAndKeepsItsOriginal() throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg")
      try album.directory.put([9], at: "out/sorted/a.jpg")
      let records = try album.run(sorting("move"))
      #expect(records["a.jpg"]?.reason == .collision && records["b.jpg"]?.status == .ok)
      #expect(try album.contents("out/sorted/a.jpg") == [9])
      #expect(try album.directory.files(below: "in").keys.sorted() == ["a.jpg"])
    }
  }
}
