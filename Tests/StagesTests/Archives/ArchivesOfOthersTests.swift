import Foundation
import Stages
import SystemPackage
import TestSupport
import Testing

/// Archives that other programs write: GNU tar and Python's tarfile, in every dialect they have. What is read must be what was packed.
@Suite struct ArchivesOfOthersTests {
  /// Names that need what each dialect has for long and odd names, and contents around the size of a block.
  private static let names: [String] = {
    let long = String(repeating: "n", count: 120)
    let folders = (0..<4).map { String(repeating: "\($0)", count: 40) }.joined(separator: "/")
    return [
      "a.jpg", "blank name.jpg", "ü.jpg", "sub/b.jpg", long + ".jpg", folders + "/c.jpg",
      folders + "/" + long + ".jpg",
    ]
  }()

  private func pack(_ directory: TemporaryDirectory, names: [String]) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for (index, name) in names.enumerated() {
      let length = [0, 1, 511, 512, 513, 1024, 5000][index % 7]
      contents[name] = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }
      try directory.put(contents[name]!, at: "in/" + name)
    }
    return contents
  }

  private func check(_ archive: String, holds contents: [String: [UInt8]]) throws {
    var request = InputRequest()
    request.inputs = [FilePath(archive)]
    let list = try InputList(request)
    #expect(list.files.allSatisfy { $0.trouble == nil })
    let found = try list.files.map { ($0.path.string, try $0.place.contents()) }
    #expect(
      Dictionary(uniqueKeysWithValues: found)
        == Dictionary(uniqueKeysWithValues: contents.map { ("x.tar/" + $0, $1) }))
  }

  private func run(_ command: [String], in directory: TemporaryDirectory) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(command[0]) failed")
  }

  @Test(arguments: ["v7", "oldgnu", "gnu", "ustar", "pax"]) func tar(dialect: String) throws {
    try TemporaryDirectory.use { directory in
      // Before pax and GNU there was no way to write a long component down.
      let names = ["v7", "ustar"].contains(dialect) ? Array(Self.names.prefix(4)) : Self.names
      let contents = try pack(directory, names: names)
      try run(["tar", "--create", "--file=x.tar", "--format=\(dialect)", "--directory=in", "."], in: directory)
      try check(directory.file("x.tar"), holds: contents)
    }
  }

  @Test func tarAppends() throws {
    try TemporaryDirectory.use { directory in
      var contents = try pack(directory, names: Self.names)
      try run(["tar", "--create", "--file=x.tar", "--directory=in", "."], in: directory)
      contents["a.jpg"] = [7, 7, 7]
      try directory.put(contents["a.jpg"]!, at: "in/a.jpg")
      try run(["tar", "--append", "--file=x.tar", "--directory=in", "./a.jpg"], in: directory)
      try check(directory.file("x.tar"), holds: contents)
    }
  }

  @Test(arguments: ["USTAR", "GNU", "PAX"]) func tarfile(dialect: String) throws {
    try TemporaryDirectory.use { directory in
      let names = dialect == "USTAR" ? Array(Self.names.prefix(4)) : Self.names
      let contents = try pack(directory, names: names)
      let script = """
        import sys, tarfile
        with tarfile.open("x.tar", "w", format=getattr(tarfile, sys.argv[1] + "_FORMAT")) as archive:
            for name in sys.argv[2:]:
                info = archive.gettarinfo("in/" + name, name)
                info.mtime = 1700000000.5 if sys.argv[1] == "PAX" else -1 if sys.argv[1] == "GNU" else 0
                info.uid = 2 ** 31 if sys.argv[1] != "USTAR" else 0
                with open("in/" + name, "rb") as file:
                    archive.addfile(info, file)
        """
      try run(["python3", "-c", script, dialect] + names, in: directory)
      try check(directory.file("x.tar"), holds: contents)
    }
  }
}
