import Foundation
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// Runs over photographs in archives.
@Suite struct ArchiveRunTests {
  private static func archive(_ album: Album, _ names: [String], more: (inout TarMaking) -> Void = { _ in })
    throws
  {
    var archive = TarMaking()
    for name in names { archive.add(name, try album.photograph(name)) }
    more(&archive)
    archive.end()
    try album.directory.put(archive.bytes, at: "in/x.tar")
  }

  /// Runs over the archive.
  private func run(_ album: Album, _ stages: [StageSpec], quarantine: FilePath? = nil) throws -> [String:
    Record]
  {
    try album.run(stages, from: ["in/x.tar"], quarantine: quarantine)
  }

  @Test func membersAreReadAsFilesAre() throws {
    try Album.use { album in
      try Self.archive(album, ["a.jpg", "sub/b.jpg"]) { archive in
        archive.add("a.json", Array("{}".utf8))
        archive.add("torn.jpg", try! Array(album.photograph("torn").prefix(300)))
        archive.add("link.jpg", []) { $0.flag = UInt8(ascii: "2") }
      }
      let records = try run(
        album, chain(("write", ["path": .text("w/{reldir}/{stem}.png")])))
      #expect(
        records.mapValues { $0.reason?.rawValue ?? "ok" } == [
          "x.tar/a.jpg": "ok", "x.tar/sub/b.jpg": "ok", "x.tar/torn.jpg": "truncated",
          "x.tar/link.jpg": "unreadable",
        ])
      let whole = try album.photograph("a.jpg")
      #expect(records["x.tar/a.jpg"]?.input?.bytes == whole.count)
      #expect(records["x.tar/a.jpg"]?.input?.sha256 == Hashing.sha256(whole))
      #expect(try album.outputs() == ["w/x.tar/a.png", "w/x.tar/sub/b.png"])
      // Nothing is left to do, and it is told by what is in the archive.
      #expect(try album.plan().done.count == 4)
    }
  }

  @Test func sortingCopiesMembersWithTheirSidecarsAndTimes() throws {
    try Album.use { album in
      try Self.archive(album, ["a.jpg", "b.jpg"]) { archive in
        archive.add("a.xmp", [1, 2, 3])
        archive.add("b.jpg.xmp", [4, 5])
      }
      let records = try run(album, sorting("copy", "sorted/{name}"))
      #expect(try album.outputs() == ["sorted/a.jpg", "sorted/a.xmp", "sorted/b.jpg", "sorted/b.jpg.xmp"])
      #expect(try album.contents("out/sorted/a.jpg") == album.photograph("a.jpg"))
      #expect(try album.contents("out/sorted/a.xmp") == [1, 2, 3])
      #expect(FileFingerprint(album.output.appending("sorted/a.jpg"))?.modified == 1_700_000_000)
      #expect(records["x.tar/a.jpg"]?.outputs.first?.sidecars.map(\.from.text) == ["x.tar/a.xmp"])
      #expect(try album.plan().done.count == 2)
    }
  }

  @Test(arguments: ["move", "hardlink", "symlink"]) func whatWouldChangeAnArchiveIsRefused(mode: String) throws
  {
    try Album.use { album in
      try Self.archive(album, ["a.jpg"])
      let list = try album.list(["in/x.tar"])
      let sort = sorting(mode)[1]
      #expect(
        SortStage.problem(sort, with: list.files)?.contains("cannot \(mode) photographs that are in an archive")
          == true)
      #expect(SortStage.problem(sorting("copy")[1], with: list.files) == nil)
      #expect(SortStage.problem(sort, with: try album.list(["in"]).files) == nil)
      // Should it come to that all the same, the archive stays as it is.
      let records = try run(album, sorting(mode))
      #expect(records["x.tar/a.jpg"]?.reason == .io)
      #expect(try album.exists("in/x.tar") && album.outputs().isEmpty)
    }
  }

  @Test func membersThatFailArePutAside() throws {
    try Album.use { album in
      try Self.archive(album, ["a.jpg"]) { archive in
        archive.add("../torn.jpg", [0xFF, 0xD8, 0xFF, 1])
        archive.add("no.jpg", Array("no picture".utf8))
      }
      _ = try run(album, sorting("copy"), quarantine: album.output.appending("q"))
      #expect(
        try album.outputs() == [
          "q/x.tar/_/torn.jpg.reason.txt", "q/x.tar/no.jpg", "q/x.tar/no.jpg.reason.txt", "sorted/x.tar/a.jpg",
        ])
      #expect(try album.contents("out/q/x.tar/no.jpg") == Array("no picture".utf8))
    }
  }

  @Test func anArchiveThatWasWrittenAnewIsNotReadAtOldPlaces() throws {
    try Album.use { album in
      try Self.archive(album, ["a.jpg", "b.jpg", "c.jpg"])
      _ = try run(album, sorting("copy"))
      // The first is as it was, the second another, the third elsewhere, all since the list was frozen.
      var archive = TarMaking()
      archive.add("a.jpg", try album.photograph("a.jpg"))
      archive.add("b.jpg", try album.photograph("another"))
      archive.add("more.jpg", try album.photograph("more.jpg"))
      archive.end()
      try album.directory.put(archive.bytes, at: "in/x.tar")
      let plan = try album.plan()
      #expect(plan.done.map(\.text) == ["x.tar/a.jpg"])
      let records = try album.run(sorting("copy"), from: ["in/x.tar"], resuming: plan)
      #expect(
        records.mapValues { $0.reason?.rawValue ?? "ok" } == [
          "x.tar/a.jpg": "ok", "x.tar/b.jpg": "changed", "x.tar/c.jpg": "changed",
        ])
      #expect(records["x.tar/b.jpg"]?.detail?.contains("begin a new run") == true)
    }
  }

  @Test func anEarlierRunsMembersAreFoundAgain() throws {
    try Album.use { album in
      try Self.archive(album, ["a.jpg", "b.jpg"])
      let records = try run(album, [stage("read", after: [])])
      let places = PhotographPlaces(beside: album.manifest)
      let place = try #require(places.places(of: records["x.tar/b.jpg"]!).first)
      #expect(place.exists)
      #expect(try place.contents() == album.photograph("b.jpg"))
      let list = try #require(EarlierRun(manifest: album.manifest).list())
      #expect(
        try list.files.map { try $0.place.contents() }
          == [album.photograph("a.jpg"), album.photograph("b.jpg")])
      try Self.archive(album, ["b.jpg"])
      #expect(!place.exists)
    }
  }
}
