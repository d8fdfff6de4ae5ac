import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// Photographs that failed, put aside.
@Suite struct QuarantineTests {
  private func stages(read: StageSpec.ErrorPolicy, decode: StageSpec.ErrorPolicy) -> [StageSpec] {
    [stage("read", after: [], onError: read), stage("decode", after: [0], onError: decode)]
  }

  /// A good photograph, one that fails when it is decoded, and one that no stage ever sees.
  private func use(_ body: (Album) throws -> Void) throws {
    try Album.use { album in
      try album.add("good.jpg")
      let whole = try file(waves(200, 200))
      try album.directory.put(whole.prefix(whole.count / 2), at: "in/sub/torn.jpg")
      try album.directory.put("text".utf8, at: "in/text.jpg")
      try body(album)
    }
  }

  @Test func thePipelineWishesItStageByStage() throws {
    try use { album in
      let records = try album.run(stages(read: .record, decode: .quarantine))
      #expect(records["sub/torn.jpg"]?.reason == .truncated && records["text.jpg"]?.reason == .notImage)
      #expect(
        try album.outputs() == ["quarantine/sub/torn.jpg", "quarantine/sub/torn.jpg.reason.txt"])
      #expect(try album.contents("out/quarantine/sub/torn.jpg") == album.contents("in/sub/torn.jpg"))
      let reason = String(decoding: try album.contents("out/quarantine/sub/torn.jpg.reason.txt"), as: UTF8.self)
      #expect(reason == "truncated: \(records["sub/torn.jpg"]?.detail ?? "?")\n")
      #expect(records.values.allSatisfy { $0.outputs.isEmpty }, "what is put aside is no output")
    }
  }

  /// A header that cannot be read is the business of `read`, the first stage.
  @Test func whatFailsBeforeTheFirstStageBelongsToIt() throws {
    try use { album in
      try album.run(stages(read: .quarantine, decode: .record))
      #expect(try album.outputs() == ["quarantine/text.jpg", "quarantine/text.jpg.reason.txt"])
    }
  }

  /// 255 bytes are a name; with what is put behind it, it would be none.
  @Test func longNamesAreCut() throws {
    try Album.use { album in
      let name = String(repeating: "長", count: 83) + ".jpg"
      try album.directory.put("no picture".utf8, at: "in/" + name)
      let records = try album.run(stages(read: .quarantine, decode: .record))
      #expect(records[name]?.reason == .notImage && records[name]?.detail?.contains("aside") == false)
      let aside = try album.directory.files(below: "out/quarantine")
      #expect(aside.count == 2 && aside.keys.allSatisfy { $0.hasPrefix("長長長") && $0.contains(".jpg") })
    }
  }

  @Test func whatStandsThereIsNeverReplaced() throws {
    try Album.use { album in
      try album.directory.put("mine".utf8, at: "aside/text.jpg")
      try album.directory.put("no picture".utf8, at: "in/text.jpg")
      let aside = FilePath(album.directory.file("aside"))
      for round in 0..<2 {
        try album.run(stages(read: .record, decode: .record), quarantine: aside)
        let names = try album.directory.files(below: "aside")
        #expect(names["text.jpg"] == Array("mine".utf8))
        let added = names.keys.filter { $0 != "text.jpg" }.sorted()
        #expect(added.count == 2 && names[added[0]] == Array("no picture".utf8), "\(round): \(added)")
        try album.remove("out")
      }
    }
  }

  @Test func whatCannotBePutAsideSaysSo() throws {
    try Album.use { album in
      try album.add("good.jpg")
      try album.directory.put("no picture".utf8, at: "in/text.jpg/x.jpg")
      // A file is where a directory should be.
      try album.directory.put("mine".utf8, at: "out/quarantine/text.jpg")
      let records = try album.run(stages(read: .quarantine, decode: .record))
      #expect(records["text.jpg/x.jpg"]?.reason == .notImage)
      #expect(records["text.jpg/x.jpg"]?.detail?.contains("it could not be put aside") == true)
      #expect(records["good.jpg"]?.status == .ok && records.count == 2)
    }
  }

  @Test func nobodyWishesIt() throws {
    try use { album in
      try album.run(stages(read: .record, decode: .record))
      #expect(try album.outputs().isEmpty)
    }
  }

  @Test func theCommandLineTakesAll() throws {
    try use { album in
      let aside = FilePath(album.directory.file("aside"))
      try album.run(stages(read: .record, decode: .quarantine), quarantine: aside)
      #expect(try album.outputs().isEmpty)
      #expect(
        try album.directory.files(below: "aside").keys.sorted() == [
          "sub/torn.jpg", "sub/torn.jpg.reason.txt", "text.jpg", "text.jpg.reason.txt",
        ])
      #expect(album.exists("in/text.jpg") && album.exists("in/sub/torn.jpg"), "the originals stay")
    }
  }

  /// A failure that shows only when the outputs get their names is one all the same.
  @Test func collisionsArePutAsideToo() throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg")
      try album.directory.put([9], at: "out/sorted/a.jpg")
      let records = try album.run(sorting("copy"), quarantine: FilePath(album.directory.file("aside")))
      #expect(records["a.jpg"]?.reason == .collision)
      #expect(try album.directory.files(below: "aside").keys.sorted() == ["a.jpg", "a.jpg.reason.txt"])
    }
  }

  @Test func anOriginalThatIsGoneLeavesItsReason() throws {
    try Album.use { album in
      try album.add("a.jpg")
      try FileManager.default.createSymbolicLink(
        atPath: album.directory.file("in/gone.jpg"), withDestinationPath: "nowhere")
      try album.run(stages(read: .record, decode: .record), quarantine: FilePath(album.directory.file("aside")))
      #expect(try album.directory.files(below: "aside").keys.sorted() == ["gone.jpg.reason.txt"])
    }
  }

  @Test func oddNamesBecomeSafeOnes() throws {
    try Album.use { album in
      try album.add("good.jpg")
      try album.directory.put("text".utf8, at: "in/line\nbreak/\u{7f}.jpg")
      try album.directory.put([1], atBytes: Array("in/".utf8) + [0xFF] + Array(".jpg".utf8))
      try album.run(stages(read: .record, decode: .record), quarantine: FilePath(album.directory.file("aside")))
      let names = try album.directory.files(below: "aside").keys
      #expect(names.count == 4)
      for name in names { #expect(!name.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }) }
    }
  }

  @Test func twiceIsNoError() throws {
    try use { album in
      let specs = stages(read: .quarantine, decode: .quarantine)
      try album.run(specs)
      let before = try album.outputs()
      #expect(before.count == 4)
      try album.run(specs, resuming: album.plan(retrying: Set(ReasonCode.allCases)))
      #expect(try album.outputs() == before)
    }
  }
}
