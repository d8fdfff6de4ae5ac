import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct UndoTests {
  private func moved(_ body: (Album, _ before: [String: [UInt8]]) throws -> Void) throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg", "sub/deep/c.jpg")
      try album.directory.put("settings".utf8, at: "in/a.xmp")
      try album.directory.put("film".utf8, at: "in/sub/deep/c.MOV")
      let before = try album.directory.files(below: "in")
      try album.run(sorting("move", "sorted/{reldir}/x/{stem}-1.{ext}"))
      #expect(try album.directory.files(below: "in").isEmpty)
      try body(album, before)
    }
  }

  @Test func everythingComesBackByteForByte() throws {
    try moved { album, before in
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 3 && outcome.left.isEmpty)
      #expect(try album.directory.files(below: "in") == before)
      #expect(try album.outputs().isEmpty)
      #expect(!album.exists("out/sorted"), "directories that are empty again go")
      #expect(album.exists("out/manifest-undone.jsonl") && !album.exists("out/manifest.jsonl"))
      #expect(RunDirectory(album.output).earlier() == nil, "nothing continues an undone run")
      // It can be run anew.
      try album.run(sorting("move"))
      #expect(try album.directory.files(below: "in").isEmpty)
    }
  }

  @Test func aRunThatMovedNothingStaysAsItIs() throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg")
      try album.run(sorting("copy"))
      let before = try album.directory.files(below: "out")
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(!outcome.hadMoves && outcome.restored == 0 && outcome.left.isEmpty)
      #expect(try album.directory.files(below: "out") == before)
      #expect(RunDirectory(album.output).earlier() != nil, "it can be resumed")
    }
  }

  /// A manifest may come from anywhere; what it names elsewhere is nobody's to move.
  @Test func nothingOutsideOfTheRunIsMoved() throws {
    try moved { album, _ in
      try album.directory.put(album.photograph("a.jpg"), at: "mine.jpg")
      let text = String(decoding: try album.contents("out/manifest.jsonl"), as: UTF8.self)
      let changed = text.replacing(#""path":"sorted/x/a-1.jpg""#, with: #""path":"../mine.jpg""#)
      #expect(changed != text)
      try album.directory.put(changed.utf8, at: "out/manifest.jsonl")
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.left.map(\.path) == ["a.jpg"] && album.exists("mine.jpg"))
    }
  }

  @Test func aFileThatWasChangedIsLeftAndNamed() throws {
    try moved { album, before in
      let edited = try album.photograph("a.jpg") + [1]
      try album.directory.put(edited, at: "out/sorted/x/a-1.jpg")
      try album.directory.put([5], at: "out/sorted/sub/deep/x/mine.txt")
      var outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 2 && outcome.left.map(\.path) == ["sorted/x/a-1.jpg"])
      #expect(try album.outputs() == ["sorted/sub/deep/x/mine.txt", "sorted/x/a-1.jpg", "sorted/x/a-1.xmp"])
      #expect(try album.contents("out/sorted/x/a-1.jpg") == edited)
      #expect(album.exists("out/manifest.jsonl"))
      // Once that is mended, the same again brings the rest.
      try album.directory.put(album.photograph("a.jpg"), at: "out/sorted/x/a-1.jpg")
      outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.left.isEmpty)
      #expect(try album.directory.files(below: "in") == before)
      #expect(try album.outputs() == ["sorted/sub/deep/x/mine.txt"])
      #expect(album.exists("out/manifest-undone.jsonl"))
    }
  }

  @Test func aMovedFileThatIsGoneIsNamed() throws {
    try moved { album, _ in
      try album.remove("out/sorted/x/b-1.jpg")
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 2 && outcome.left.map(\.path) == ["sorted/x/b-1.jpg"])
    }
  }

  @Test func anOldPlaceThatIsTakenIsNotOverwritten() throws {
    try moved { album, before in
      let other = try album.photograph("taken later")
      try album.directory.put(other, at: "in/b.jpg")
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 2 && outcome.left.map(\.path) == ["sorted/x/b-1.jpg"])
      #expect(try album.contents("in/b.jpg") == other)
      #expect(try album.contents("out/sorted/x/b-1.jpg") == before["b.jpg"])
    }
  }

  /// The sidecar alone is in the way: the photograph is back, and a second attempt ends the work.
  @Test func aSidecarThatIsInTheWayCanBeMended() throws {
    try moved { album, before in
      try album.directory.put("new settings".utf8, at: "in/a.xmp")
      var outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 2 && outcome.left.count == 1)
      #expect(try album.contents("in/a.xmp") == Array("new settings".utf8))
      try album.remove("in/a.xmp")
      outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.left.isEmpty)
      #expect(try album.directory.files(below: "in") == before)
      #expect(!album.exists("out/sorted"))
    }
  }

  /// One that was killed between its two names is in both places.
  @Test func aFileInBothPlacesIsPutBack() throws {
    try moved { album, before in
      try album.link("out/sorted/x/a-1.jpg", to: "in/a.jpg")
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 3 && outcome.left.isEmpty)
      #expect(try album.directory.files(below: "in") == before)
    }
  }

  @Test func directoriesOfTheOriginalsAreMadeAgain() throws {
    try moved { album, before in
      try album.remove("in/sub")
      #expect(try Undo(manifest: album.manifest).run().left.isEmpty)
      #expect(try album.directory.files(below: "in") == before)
    }
  }

  @Test(arguments: ["copy", "hardlink", "symlink"])
  func whatWasNotMovedStays(mode: String) throws {
    try Album.use { album in
      try album.add("a.jpg")
      try album.run(sorting(mode))
      let before = try album.directory.files(below: "in")
      let outcome = try Undo(manifest: album.manifest).run()
      #expect(outcome.restored == 0 && outcome.left.isEmpty)
      #expect(try album.outputs() == ["sorted/a.jpg"] && album.directory.files(below: "in") == before)
    }
  }

  @Test func aPhotographThatFailedElsewhereWasNeverTakenAway() throws {
    try Album.use { album in
      let whole = try file(waves(200, 200))
      try album.directory.put(whole.prefix(whole.count / 2), at: "in/torn.jpg")
      let before = try album.directory.files(below: "in")
      try album.run(sorting("move") + [stage("decode", after: [0])])
      #expect(try Undo(manifest: album.manifest).run().left.isEmpty)
      #expect(try album.directory.files(below: "in") == before)
    }
  }

  @Test func aRunThatIsUnderWayIsNotUndone() throws {
    try moved { album, _ in
      let lock = try RunDirectory(album.output).lock()
      #expect(throws: ManifestError.inUse(album.manifest)) { try Undo(manifest: album.manifest).run() }
      #expect(try album.directory.files(below: "in").isEmpty)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func withoutItsFolderNothingCanBeUndone() throws {
    try moved { album, _ in
      try album.remove("out/.viewfinder/files")
      #expect(throws: ManifestError.self) { try Undo(manifest: album.manifest) }
    }
    #expect(throws: ManifestError.self) { try Undo(manifest: "/nowhere/manifest.jsonl") }
  }
}
