import Foundation
import Manifests
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct RunDirectoryTests {
  @Test func oneRunAtATime() throws {
    try TemporaryDirectory.use { directory in
      let run = RunDirectory(FilePath(directory.file("a/b/out")))
      var lock: RunDirectory.Lock? = try run.lock()
      let error = #expect(throws: FileError.self) { try run.lock() }
      #expect(error?.operation == .lock && error?.errno == .wouldBlock)
      #expect(lock != nil)
      lock = nil
      withExtendedLifetime(try run.lock()) {}
    }
  }

  @Test func shardsShareItAndKeepOthersOut() throws {
    try TemporaryDirectory.use { directory in
      let run = RunDirectory(FilePath(directory.file("out")))
      var shards: [RunDirectory.Lock] = try [run.lock(isShared: true), run.lock(isShared: true)]
      #expect(throws: FileError.self) { try run.lock() }
      #expect(shards.count == 2)
      shards = []
      let whole = try run.lock()
      #expect(throws: FileError.self) { try run.lock(isShared: true) }
      withExtendedLifetime(whole) {}
    }
  }

  /// What another shard is writing at the moment stays.
  @Test func aShardClearsAwayItsOwnOnly() throws {
    try TemporaryDirectory.use { directory in
      let own = ["out/.vf-00003-0123456789", "out/x/y/.vf-00003-ffffffffff"]
      let others = [
        "out/.vf-00004-0123456789", "out/x/.vf-0123456789abcdef", "out/x/y/p.jpg",
        "out/x/.vf-00003-01234567890",
      ]
      for name in own + others { try directory.put([1], at: name) }
      let run = RunDirectory(FilePath(directory.file("out")))
      run.removeLeftovers(TemporaryNames(of: try #require(Shard(3, of: 5))))
      #expect(try directory.files(below: "out").keys.map { "out/" + $0 }.sorted() == others.sorted())
    }
  }

  @Test func aPlaceThatTakesNoDirectoryIsAnError() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "file")
      for place in [directory.file("file"), directory.file("file/below"), "/proc/viewfinder/out"] {
        #expect(throws: FileError.self, "\(place)") { try RunDirectory(FilePath(place)).lock() }
      }
    }
  }

  @Test func theStateComesBack() throws {
    try Album.use { album in
      try album.add("a.jpg", "b/c.jpg")
      let run = RunDirectory(album.output)
      let lock = try run.lock()
      #expect(run.earlier() == nil)
      let list = try album.list()
      let state = RunDirectory.State(
        pipeline: "5f", models: ["default": "00", "b": "1/\"\n"], inputs: list.roots.map(\.string))
      try run.begin(state, list)
      let earlier = try #require(run.earlier())
      #expect(earlier.state == state && earlier.list.files == list.files && earlier.list.roots == list.roots)
      // A later run replaces it.
      let other = RunDirectory.State(pipeline: "6a", models: [:], inputs: [])
      try run.begin(other, list)
      #expect(run.earlier()?.state == other)
      run.forget()
      #expect(run.earlier() == nil)
      withExtendedLifetime(lock) {}
    }
  }

  @Test(arguments: ["", "{}", "[", #"{"pipeline":1,"models":{},"inputs":[]}"#])
  func aDamagedStateIsNone(text: String) throws {
    try Album.use { album in
      try album.add("a.jpg")
      let run = RunDirectory(album.output)
      let lock = try run.lock()
      try run.begin(Album.state(album.list()), album.list())
      try album.directory.put(text.utf8, at: "out/.viewfinder/run.json")
      #expect(run.earlier() == nil)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func leftoversGoAndNothingElse() throws {
    try TemporaryDirectory.use { directory in
      let leftovers = [
        "out/.vf-0123456789abcdef", "out/x/y/.vf-ffffffffffffffff", "out/.viewfinder/.vf-00000000000000aa",
      ]
      let others = [
        "out/.vf-0123456789abcde", "out/.vf-0123456789abcdeg", "out/.vf-0123456789ABCDEF", "out/x/.hidden",
        "out/x/vf-0123456789abcdef", "out/x/y/p.jpg", "elsewhere/.vf-0123456789abcdef",
        "out/x/.vf-0123456789abcdef.jpg",
      ]
      for name in leftovers + others { try directory.put([1], at: name) }
      try FileManager.default.createSymbolicLink(
        atPath: directory.file("out/link"), withDestinationPath: directory.file("elsewhere"))
      let run = RunDirectory(FilePath(directory.file("out")))
      let lock = try run.lock()
      run.removeLeftovers()
      withExtendedLifetime(lock) {}
      let left = try directory.files(below: ".").keys.filter { !$0.hasSuffix("/lock") }
      #expect(left.sorted() == others.sorted())
    }
  }
}

/// The list of files that a run was frozen to, as bytes.
@Suite struct FrozenListTests {
  private func frozen(_ directory: TemporaryDirectory, _ list: InputList) throws -> InputList? {
    let run = RunDirectory(FilePath(directory.file("out")))
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    try run.begin(Album.state(list), list)
    return run.earlier()?.list
  }

  @Test func namesMayBeAnyBytes() throws {
    try TemporaryDirectory.use { directory in
      var random = SeededGenerator(seed: 11)
      for _ in 0..<60 {
        let length = Int.random(in: 1...40, using: &random)
        let name = (0..<length).map { _ in UInt8.random(in: 1...255, using: &random) }.map {
          $0 == 0x2F ? 0x5F : $0
        }
        try directory.put([1], atBytes: [UInt8(ascii: "n")] + name)
      }
      try directory.put([1], at: "line\nbreak")
      var request = InputRequest()
      request.inputs = [FilePath(directory.path)]
      request.output = FilePath(directory.file("out"))
      let list = try InputList(request)
      #expect(list.files.count == 61)
      let back = try #require(try frozen(directory, list))
      #expect(back.files == list.files && back.roots == list.roots)
      #expect(back.files.map(\.pathBytes) == list.files.map(\.pathBytes))
    }
  }

  @Test func whatWasNamedAndWhatCouldNotBeReadStaySo() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "in/a.jpg")
      var request = InputRequest()
      request.names = ["a.jpg", "missing", "sub/b"]
      request.root = FilePath(directory.file("in"))
      let named = try InputList(request)
      let back = try #require(try frozen(directory, named))
      #expect(back.files == named.files && back.files.allSatisfy { $0.isNamed && $0.trouble == nil })
    }
  }

  /// Made by hand, as a directory cannot be made unreadable for root.
  @Test func aDirectoryThatCouldNotBeReadStillSaysSo() throws {
    try Album.use { album in
      try album.add("a.jpg")
      _ = try frozen(album.directory, album.list())
      let text = "wa\0/in/a\0nb\0/in/b\0xunreadable\tno way in\td\0/in/d\0"
      try album.directory.put(text.utf8, at: "out/.viewfinder/files")
      let files = try #require(RunDirectory(album.output).earlier()?.list.files)
      #expect(files.map(\.path) == ["a", "b", "d"] && files.map(\.location) == ["/in/a", "/in/b", "/in/d"])
      #expect(files.map(\.isNamed) == [false, true, false])
      #expect(files.map(\.trouble) == [nil, nil, .init(.unreadable, "no way in")])
    }
  }

  @Test(arguments: [
    "wa\0/in/a", "wa\0", "wa\0/in/a\0wb\0", "\0\0", "w\0/in/a\0", "wa\0\0", "za\0/in/a\0", "garbage", "\0",
    "xa\0/in/a\0", "xodd\tno\ta\0/in/a\0", "ma\0/in/a\0", "m0,5,0,1\ta\0/in/a\0", "m600,512,0,1\ta\0/in/a\0",
    "m512,600,0\ta\0/in/a\0", "m512,600,0,-1\ta\0/in/a\0", "m512,600,0,1\t\0/in/a\0",
  ])
  func garbageIsNoList(text: String) throws {
    try Album.use { album in
      try album.add("a.jpg")
      _ = try frozen(album.directory, album.list())
      try album.directory.put(text.utf8, at: "out/.viewfinder/files")
      #expect(RunDirectory(album.output).earlier() == nil)
    }
  }
}
