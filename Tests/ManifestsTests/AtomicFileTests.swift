import Foundation
import Manifests
import SystemPackage
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  @Test func writesAndReplaces() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("out.bin")
      try AtomicFile.write([1, 2, 3], to: path)
      try AtomicFile.write([4], to: path)
      #expect(try contents(of: path) == [4])
      #expect(try directory.entries() == ["out.bin"])
    }
  }

  @Test func nothingShowsBeforeCommit() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("out.bin")
      try AtomicFile.write([1], to: path)
      do {
        let file = try AtomicFile(destination: path)
        try file.write([2, 2])
        #expect(try contents(of: path) == [1])
        #expect(AtomicFile.isTemporary(try #require(file.temporary.lastComponent?.string)))
        #expect(try directory.entries().count == 2)
      }
      #expect(try contents(of: path) == [1])
      #expect(try directory.entries() == ["out.bin"])
    }
  }

  @Test func takesTheLongestName() throws {
    try TemporaryDirectory.use { directory in
      let name = String(repeating: "n", count: 255)
      try AtomicFile.write([7], to: directory.filePath(name))
      #expect(try directory.entries() == [name])
    }
  }

  @Test func aDirectoryInTheWayIsAnErrorAndLeavesNothing() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("taken")
      try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
      let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: path) }
      #expect(error?.operation == .rename)
      #expect(error?.errno == .isDirectory)
      #expect(error?.stopsIntake == false)
      #expect(try directory.entries() == ["taken"])
    }
  }

  @Test func aMissingDirectoryIsAnError() throws {
    try TemporaryDirectory.use { directory in
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write([1], to: directory.filePath("absent/file"))
      }
      #expect(error?.errno == .noSuchFileOrDirectory)
    }
  }

  /// /proc refuses new files even to root, whom permissions do not stop.
  @Test func anUnwritableDirectoryIsAnError() {
    let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: "/proc/viewfinder") }
    #expect(error?.operation == .open)
  }

  @Test func aFullDiskStopsTheRun() {
    #expect(FileError(.write, "x", .noSpace).stopsIntake)
    #expect(FileError(.open, "x", .tooManyOpenFiles).stopsIntake)
    #expect(!FileError(.open, "x", .permissionDenied).stopsIntake)
  }

  @Test func aKillBeforeTheRenameLeavesTheOldFile() async throws {
    try await TemporaryDirectory.use { directory in
      let path = directory.filePath("out.bin")
      try AtomicFile.write([1], to: path)
      await #expect(processExitsWith: .signal(SIGKILL)) { [name = path.string as String] in
        let file = try AtomicFile(destination: FilePath(name))
        try file.write([2, 2])
        try file.sync()
        kill(getpid(), SIGKILL)
      }
      let entries = try directory.entries()
      #expect(try contents(of: path) == [1])
      #expect(entries.count == 2 && entries.filter(AtomicFile.isTemporary).count == 1)
    }
  }

  @Test func onlyOurTemporariesCountAsSuch() {
    for name in [".vf-", ".vf-0123456789abcde", ".vf-0123456789abcdeg", "vf-0123456789abcdef", "photo.jpg"] {
      #expect(!AtomicFile.isTemporary(name))
    }
    #expect(AtomicFile.isTemporary(".vf-0123456789abcdef"))
  }
}
