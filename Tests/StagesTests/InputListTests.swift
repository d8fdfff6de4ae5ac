import Foundation
import Glibc
import Manifests
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct InputListTests {
  private func list(
    _ inputs: [String], _ change: (inout InputRequest) -> Void = { _ in }
  ) throws(InputError) -> InputList {
    var request = InputRequest()
    request.inputs = inputs.map { FilePath($0) }
    change(&request)
    return try InputList(request)
  }

  private func paths(_ inputs: [String], _ change: (inout InputRequest) -> Void = { _ in }) throws -> [String] {
    try list(inputs, change).files.map(\.path.string)
  }

  @Test func aWalkFindsFilesInTheOrderOfTheirBytes() throws {
    try TemporaryDirectory.use { directory in
      for name in ["b.jpg", "a/z.jpg", "a.jpg", "B.jpg", "a/b/c.txt", "é.jpg"] {
        try directory.put([1], at: name)
      }
      #expect(
        try paths([directory.path]) == ["B.jpg", "a.jpg", "a/b/c.txt", "a/z.jpg", "b.jpg", "é.jpg"])
      #expect(try paths([directory.path]) { $0.recursive = false } == ["B.jpg", "a.jpg", "b.jpg", "é.jpg"])
      #expect(try paths([directory.path]) { $0.limit = 2 } == ["B.jpg", "a.jpg"])
      #expect(try list([directory.path]).files.allSatisfy { !$0.isNamed && $0.trouble == nil })
    }
  }

  /// As `find .` names the directory it begins with.
  @Test(arguments: [".", "./", "a/.."]) func aDirectoryItselfHasAPathThatCanBeRemembered(name: String) throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "in/a/p.jpg")
      try directory.put(Array("\(name)\0a/p.jpg\0".utf8), at: "names")
      var request = InputRequest()
      request.root = FilePath(directory.file("in"))
      request.names = NameList(directory.file("names"), zeroTerminated: true)
      let list = try InputList(request)
      #expect(list.files.map(\.path.string) == [".", "a/p.jpg"])
      let run = RunDirectory(FilePath(directory.file("out")))
      withExtendedLifetime(try run.lock()) {}
      try run.begin(Album.state(list), list)
      #expect(run.earlier()?.list.files.map(\.path.string) == [".", "a/p.jpg"])
    }
  }

  @Test func hiddenFilesAndWhatIsNoFileAreSkipped() throws {
    try TemporaryDirectory.use { directory in
      for name in ["p.jpg", ".hidden.jpg", ".git/p.jpg", "sub/.p.jpg"] { try directory.put([1], at: name) }
      #expect(mkfifo(directory.file("pipe.jpg"), 0o600) == 0)
      try Self.makeSocket(directory.file("s.jpg"))
      #expect(try paths([directory.path]) == ["p.jpg"])
    }
  }

  @Test func linksToFilesAreFollowedAndLinksToDirectoriesAreNot() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "real/p.jpg")
      let links = [
        "file.jpg": "real/p.jpg", "folder": "real", "dangling.jpg": "nowhere", "loop.jpg": "loop.jpg",
        "up": "..",
        "device.jpg": "/dev/zero",
      ]
      for (name, target) in links { #expect(symlink(target, directory.file(name)) == 0) }
      // Broken links are listed: opening them says what is wrong.
      #expect(try paths([directory.path]) == ["dangling.jpg", "file.jpg", "loop.jpg", "real/p.jpg"])
      #expect(try paths([directory.file("folder")]) == ["p.jpg"], "an input that is a link is meant")
    }
  }

  @Test func theOutputDirectoryIsNotWalked() throws {
    try TemporaryDirectory.use { directory in
      for name in ["p.jpg", "out/crops/p.jpg", "deep/out/q.jpg"] { try directory.put([1], at: name) }
      #expect(
        try paths([directory.path]) { $0.output = FilePath(directory.file("deep/../out")) } == [
          "deep/out/q.jpg", "p.jpg",
        ])
      #expect(try paths([directory.path]) { $0.output = FilePath(directory.file("missing")) }.count == 3)
    }
  }

  @Test func anUnreadableDirectoryBecomesOneEntry() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "p.jpg")
      try directory.put([1], at: "locked/q.jpg")
      #expect(chmod(directory.file("locked"), 0) == 0)
      defer { chmod(directory.file("locked"), 0o700) }
      let files = try list([directory.path]).files
      if getuid() == 0 {
        #expect(
          files.map(\.path.string) == ["locked/q.jpg", "p.jpg"] && files.allSatisfy { $0.trouble == nil })
      } else {
        #expect(files.map(\.path.string) == ["locked", "p.jpg"])
        #expect(files[0].trouble?.reason == .unreadable && files[0].trouble?.detail.isEmpty == false)
        #expect(throws: InputError.self) { _ = try list([directory.file("locked")]) }
      }
    }
  }

  @Test func directoriesDeeperThanAPathCanBe() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "p.jpg")
      // Made step by step from inside: the whole path is longer than the system takes.
      let name = String(repeating: "d", count: 250)
      var descriptor = open(directory.path, O_RDONLY | O_DIRECTORY)
      for _ in 0..<18 {
        #expect(mkdirat(descriptor, name, 0o700) == 0)
        let next = openat(descriptor, name, O_RDONLY | O_DIRECTORY)
        close(descriptor)
        descriptor = next
      }
      close(descriptor)
      let files = try list([directory.path]).files
      #expect(files.count == 2 && files.filter { $0.trouble != nil }.count == 1)
      // What cannot be named from the top is removed from inside, too.
      let remover = Process()
      remover.executableURL = URL(fileURLWithPath: "/bin/rm")
      remover.arguments = ["-rf", directory.file(name)]
      try remover.run()
      remover.waitUntilExit()
    }
  }

  @Test func globsChoose() throws {
    try TemporaryDirectory.use { directory in
      for name in ["a.jpg", "b.JPG", "sub/c.jpg", "sub/d.png", "sub/deep/e.jpg"] {
        try directory.put([1], at: name)
      }
      func chosen(include: [String] = [], exclude: [String] = []) throws -> [String] {
        try paths([directory.path]) {
          $0.include = include
          $0.exclude = exclude
        }
      }
      #expect(try chosen(include: ["*.jpg"]) == ["a.jpg", "sub/c.jpg", "sub/deep/e.jpg"])
      #expect(
        try chosen(include: ["*.jpg", "*.png"], exclude: ["c.*"]) == ["a.jpg", "sub/d.png", "sub/deep/e.jpg"])
      #expect(try chosen(include: ["sub/*"]) == ["sub/c.jpg", "sub/d.png", "sub/deep/e.jpg"])
      #expect(try chosen(exclude: ["sub/**"]) == ["a.jpg", "b.JPG"])
      #expect(try chosen(include: ["[ab].*"]) == ["a.jpg", "b.JPG"])
      #expect(throws: InputError.none) { _ = try list([directory.path]) { $0.include = ["*.tif"] } }
    }
  }

  @Test func severalInputsKeepTheirNames() throws {
    try TemporaryDirectory.use { directory in
      for name in ["one/p.jpg", "two/p.jpg", "q.jpg", "other/one/p.jpg"] { try directory.put([1], at: name) }
      let inputs = ["two", "one", "q.jpg"].map { directory.file($0) }
      let list = try list(inputs)
      #expect(list.files.map(\.path.string) == ["one/p.jpg", "q.jpg", "two/p.jpg"])
      #expect(list.files.map(\.isNamed) == [false, true, false])
      #expect(list.roots.map(\.string) == inputs)
      #expect(try paths([directory.file("one/")]) == ["p.jpg"], "a single directory has no prefix")
      #expect(throws: InputError.sameName("one")) {
        _ = try self.list([directory.file("one"), directory.file("other/one")])
      }
      #expect(throws: InputError.sameName("one")) {
        _ = try self.list([directory.file("one"), directory.file("other/../one/.")])
      }
    }
  }

  @Test func namesNeedNotBeText() throws {
    try TemporaryDirectory.use { directory in
      let names: [[UInt8]] = [[0xFF, 0x31], [0xFE, 0x32]]
      for name in names {
        #expect(mkdir(directory.path + "/x", 0o700) == 0)
        try directory.put([1], atBytes: Array("x/p.jpg".utf8))
        #expect(
          filePath(name).withPlatformString {
            renameat(AT_FDCWD, directory.path + "/x", openDirectory(directory), $0)
          } == 0)
      }
      var request = InputRequest()
      request.inputs = names.map { FilePath(directory.path).pushing(filePath($0)) }
      let files = try InputList(request).files
      #expect(files.map(\.pathBytes) == names.reversed().map { $0 + Array("/p.jpg".utf8) })
    }
  }

  private func openDirectory(_ directory: TemporaryDirectory) -> Int32 {
    open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  @Test func listedNamesAreRelativeToTheRoot() throws {
    try TemporaryDirectory.use { directory in
      try directory.put([1], at: "a/p.jpg")
      let list = try list([]) {
        $0.root = FilePath(directory.path)
        $0.names = ["a/p.jpg", "missing.jpg", "line\nbreak.jpg", "./a/p.jpg", "a/p.jpg", "a//p.jpg"]
      }
      #expect(
        list.files.map(\.path.string) == ["a/p.jpg", "line\nbreak.jpg", "missing.jpg"], "each photograph once")
      #expect(list.files[0].location.string == directory.path + "/a/p.jpg")
      #expect(list.files.allSatisfy(\.isNamed) && list.roots == [FilePath(directory.path)])
    }
  }

  @Test func whatCannotBeReadIsSaid() throws {
    try TemporaryDirectory.use { directory in
      let missing = directory.file("missing")
      let error = #expect(throws: InputError.self) { _ = try list([missing]) }
      guard case .unreadable(let path, let reason)? = error else {
        Issue.record("another error")
        return
      }
      #expect(path.string == missing && reason == "No such file or directory")
      #expect(throws: InputError.none) { _ = try list([directory.path]) }
    }
  }

  private static func makeSocket(_ path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix(100)) }
    try #require(path.utf8.count <= 100)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
  }
}
