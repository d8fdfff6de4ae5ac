import Foundation
import Manifests
import Stages
import SystemPackage
import TestSupport
import Testing

/// Archives among the inputs of a run.
@Suite struct ArchiveListTests {
  private func archive(_ make: (inout TarMaking) -> Void) -> [UInt8] {
    var archive = TarMaking()
    make(&archive)
    archive.end()
    return archive.bytes
  }

  private func list(
    _ inputs: [String], _ change: (inout InputRequest) -> Void = { _ in }
  ) throws(InputError) -> InputList {
    var request = InputRequest()
    request.inputs = inputs.map { FilePath($0) }
    change(&request)
    return try InputList(request)
  }

  /// Each file as `path`, with what is wrong with it behind a colon.
  private func lines(_ list: InputList) -> [String] {
    list.files.map { file in
      String(decoding: file.pathBytes, as: UTF8.self) + (file.trouble.map { ": \($0.reason.rawValue)" } ?? "")
    }
  }

  @Test func anArchiveStandsForItsMembers() throws {
    try TemporaryDirectory.use { directory in
      let bytes = archive {
        $0.add("b.jpg", [2])
        $0.add("./sub//a.jpg", [1, 1])
        $0.add("/absolute.jpg", [3])
        $0.add("b.json", [4])
        $0.add("b.xmp", [6])
        $0.add("by content", [0xFF, 0xD8, 0xFF, 0xE0])
        $0.add("sub/", []) { $0.flag = UInt8(ascii: "5") }
        for hidden in [".hidden.jpg", "sub/._a.jpg", ".git/c.jpg"] { $0.add(hidden, [5]) }
      }
      let path = try directory.put(bytes, at: "in/set-0.tar")
      let list = try list([path])
      #expect(
        lines(list) == [
          "set-0.tar/absolute.jpg", "set-0.tar/b.jpg", "set-0.tar/b.xmp", "set-0.tar/by content",
          "set-0.tar/sub/a.jpg",
        ])
      #expect(list.files.allSatisfy { $0.location.string == path && !$0.isNamed && $0.member != nil })
      #expect(
        try list.files.map { try $0.place.contents() } == [[3], [2], [6], [0xFF, 0xD8, 0xFF, 0xE0], [1, 1]])
      #expect(list.roots.map(\.string) == [path])
      #expect(list.files.map(\.isLikelyPicture) == [true, true, false, false, true])
    }
  }

  @Test func whereArchivesAreLookedInto() throws {
    try TemporaryDirectory.use { directory in
      let bytes = archive {
        $0.add("a.jpg", [1])
        $0.add("b.png", [2])
      }
      for name in ["in/x.tar", "in/sub/Y.TAR", "other/x.tar"] { try directory.put(bytes, at: name) }
      try directory.put([1], at: "in/p.jpg")
      let root = directory.file("in")
      #expect(try lines(list([root])) == ["p.jpg", "sub/Y.TAR", "x.tar"], "a walk takes files as they are")
      #expect(try lines(list([root]) { $0.include = ["*.tar"] }) == ["x.tar/a.jpg", "x.tar/b.png"])
      #expect(
        try lines(
          list([root]) {
            $0.include = ["*.tar", "*.jpg", "sub/*.TAR"]
            $0.exclude = ["b.*"]
          }) == ["p.jpg", "sub/Y.TAR/a.jpg", "x.tar/a.jpg"])
      #expect(
        try lines(list([root + "/x.tar", root + "/sub/Y.TAR", root + "/sub"])) == [
          "Y.TAR/a.jpg", "Y.TAR/b.png", "sub/Y.TAR", "x.tar/a.jpg", "x.tar/b.png",
        ])
      #expect(throws: InputError.sameName("x.tar")) {
        _ = try self.list([root + "/x.tar", directory.file("other/x.tar")])
      }
      let named = try list([]) {
        $0.root = FilePath(root)
        $0.names = ["sub/../x.tar", "sub/Y.TAR", "p.jpg", "missing.tar", "sub"]
        $0.include = ["*.jpg"]
      }
      #expect(lines(named) == ["missing.tar", "p.jpg", "sub", "sub/Y.TAR/a.jpg", "x.tar/a.jpg"])
      #expect(named.files.map(\.isNamed) == [true, true, true, false, false])
    }
  }

  @Test func namesThatLeadElsewhereAreRefusedAndNotLost() throws {
    try TemporaryDirectory.use { directory in
      let bytes = archive {
        $0.add("../../etc/p.jpg", [1])
        $0.add("a/../b.jpg", [2])
        $0.add("..", [3])
        $0.add("./", [4]) { $0.name = Array(".".utf8) }
        $0.add("/", [5]) { $0.name = [] }
        $0.addPax([("path", "zero\u{0}.jpg")])
        $0.add("x", [6])
        $0.add("good.jpg", [7])
      }
      let list = try list([directory.put(bytes, at: "x.tar")])
      #expect(
        lines(list) == [
          "x.tar/..: unreadable", "x.tar/../../etc/p.jpg: unreadable", "x.tar/_: unreadable",
          "x.tar/a/../b.jpg: unreadable", "x.tar/good.jpg", "x.tar/zero: unreadable",
        ])
    }
  }

  @Test func ofOneNameTheLastCountsAsWhenUnpacked() throws {
    try TemporaryDirectory.use { directory in
      let bytes = archive {
        $0.add("a.jpg", [1])
        $0.add("b.jpg", [2])
        $0.add("./a.jpg", [3])
      }
      let list = try list([directory.put(bytes, at: "x.tar")])
      #expect(lines(list) == ["x.tar/a.jpg", "x.tar/b.jpg"])
      #expect(try list.files.map { try $0.place.contents() } == [[3], [2]])
    }
  }

  @Test func linksAreNoPhotographs() throws {
    try TemporaryDirectory.use { directory in
      let bytes = archive {
        $0.add("a.jpg", [1])
        $0.add("hard.jpg", []) { $0.flag = UInt8(ascii: "1") }
        $0.add("soft.jpg", []) { $0.flag = UInt8(ascii: "2") }
        $0.add("soft", []) { $0.flag = UInt8(ascii: "2") }
      }
      let list = try list([directory.put(bytes, at: "x.tar")])
      #expect(lines(list) == ["x.tar/a.jpg", "x.tar/hard.jpg: unreadable", "x.tar/soft.jpg: unreadable"])
      #expect(list.files[1].trouble?.detail == "it is a hard link in an archive, which is not followed")
    }
  }

  @Test func aDamagedArchiveHasARecordOfItsOwnBesideItsMembers() throws {
    try TemporaryDirectory.use { directory in
      var damaged = TarMaking()
      damaged.add("a.jpg", [1])
      damaged.add("b.jpg", [2]) { $0.error = 1 }
      damaged.end()
      var cut = TarMaking()
      cut.add("a.jpg", [1])
      cut.add("b.json", [UInt8](repeating: 2, count: 4000))
      for (name, bytes) in [
        "damaged.tar": damaged.bytes, "cut.tar": Array(cut.bytes.dropLast(1000)), "empty.tar": [],
        "garbage.tar": Array("this is no archive".utf8) + [UInt8](repeating: 7, count: 600),
        "nothing.tar": [UInt8](repeating: 0, count: 10240),
      ] { try directory.put(bytes, at: name) }
      let names = ["damaged", "cut", "empty", "garbage", "nothing"].map { directory.file($0 + ".tar") }
      let list = try list(names)
      #expect(
        lines(list) == [
          "cut.tar/a.jpg", "cut.tar/b.json: truncated", "damaged.tar: corrupt", "damaged.tar/a.jpg",
          "empty.tar: truncated", "garbage.tar: corrupt",
        ])
      #expect(throws: InputError.none) { _ = try self.list([directory.file("nothing.tar")]) }
    }
  }

  @Test(arguments: [
    ("x.tar.gz", [0x1F, 0x8B, 8]), ("x.tgz", [0x1F, 0x8B, 8]), ("x.tar", [0x1F, 0x8B, 8]),
    ("x.tar.zst", [0x28, 0xB5, 0x2F, 0xFD]), ("x.TXZ", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
    ("x.tar.bz2", Array("BZh91AY".utf8)),
  ])
  func aCompressedArchiveSaysWhatToDo(name: String, bytes: [UInt8]) throws {
    try TemporaryDirectory.use { directory in
      let list = try list([directory.put(bytes, at: name)])
      #expect(lines(list) == ["\(name): blocked_format"])
      #expect(list.files[0].trouble?.detail.contains("unpack it first with `") == true)
    }
  }

  @Test func whatAFileIsItsContentSays() throws {
    try TemporaryDirectory.use { directory in
      let photograph = try file(waves(40, 30))
      try directory.put(photograph, at: "p.tar")
      try directory.put([0x1F, 0x8B, 8], at: "x.gz")
      let list = try list([directory.file("p.tar"), directory.file("x.gz")])
      #expect(lines(list) == ["p.tar", "x.gz"])
      #expect(list.files.allSatisfy { $0.isNamed && $0.member == nil })
    }
  }

  @Test func aFrozenListKnowsMembersAndTroubles() throws {
    try TemporaryDirectory.use { directory in
      var cut = TarMaking()
      cut.add("a.jpg", [1]) { $0.modified = [UInt8](repeating: 0xFF, count: 12) }
      cut.addPax([("path", "tab\tand\nline.jpg")])
      cut.add("x", [2])
      cut.add("b.jpg", [UInt8](repeating: 2, count: 4000))
      let path = try directory.put(cut.bytes.dropLast(3000), at: "x.tar")
      let list = try list([path, directory.put([1], at: "p.jpg")])
      #expect(list.files.count == 4)
      let run = RunDirectory(FilePath(directory.file("out")))
      let lock = try run.lock()
      try run.begin(Album.state(list), list)
      let back = try #require(run.earlier()?.list)
      #expect(back.files == list.files)
      #expect(try back.files[1].place.contents() == [1], "\(lines(back))")
      withExtendedLifetime(lock) {}
    }
  }
}
