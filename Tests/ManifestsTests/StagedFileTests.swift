import Foundation
import Glibc
import Manifests
import SystemPackage
import TestSupport
import Testing

@Suite struct StagedFileTests {
  @Test func nothingHasItsNameBeforeTheCommit() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("a/b/out.bin")
      let file = try StagedFile(writing: [1, 2], for: path)
      #expect(file.destination == path && !exists(path))
      #expect(AtomicFile.isTemporary(try #require(file.temporary.lastComponent?.string)))
      try file.commit(replacing: false)
      try StagedFile.synchronizeNames(of: [file])
      #expect(try contents(of: path) == [1, 2])
      #expect(try names(below: directory) == ["a/b/out.bin"])
    }
  }

  @Test func discardingLeavesNothing() throws {
    try TemporaryDirectory.use { directory in
      let file = try StagedFile(writing: [1], for: directory.filePath("out.bin"))
      file.discard()
      file.discard()
      #expect(try directory.entries().isEmpty)
    }
  }

  @Test func anExclusiveCommitRefusesWhatIsThere() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("out.bin")
      try put([9], at: path)
      let file = try StagedFile(writing: [1], for: path)
      let error = #expect(throws: FileError.self) { try file.commit(replacing: false) }
      #expect(error?.errno == .fileExists && error?.stopsIntake == false)
      #expect(try contents(of: path) == [9])
      file.discard()
      #expect(try directory.entries() == ["out.bin"])
      // A link that leads nowhere is there too.
      let link = directory.filePath("link")
      try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "nowhere")
      let other = try StagedFile(writing: [1], for: link)
      #expect(throws: FileError.self) { try other.commit(replacing: false) }
      other.discard()
    }
  }

  @Test func aReplacingCommitReplaces() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("out.bin")
      try put([9], at: path)
      try StagedFile(writing: [1], for: path).commit(replacing: true)
      #expect(try contents(of: path) == [1] && directory.entries() == ["out.bin"])
    }
  }

  /// A rename between two names of one file does nothing and reports success.
  @Test func aReplacingCommitBetweenTwoNamesOfOneFileLeavesNoTemporary() throws {
    try TemporaryDirectory.use { directory in
      let (original, path) = (directory.filePath("original"), directory.filePath("out.bin"))
      try put([1], at: original)
      for placement in [Placement.hardlink, .move] {
        for _ in 0..<2 {
          try StagedFile(placing: original, by: placement, for: path).commit(replacing: true)
          #expect(try directory.entries() == ["original", "out.bin"])
          #expect(try contents(of: path) == [1])
        }
      }
    }
  }

  @Test(arguments: Placement.allCases)
  func aPlacedFileReadsAsTheOriginal(placement: Placement) throws {
    try TemporaryDirectory.use { directory in
      let (original, path) = (directory.filePath("original"), directory.filePath("a/out.bin"))
      try put(0...255, at: original)
      let time = timespec(tv_sec: 1_000_000_007, tv_nsec: 123_456_789)
      try #require(utimensat(AT_FDCWD, original.string, [time, time], 0) == 0)
      try StagedFile(placing: original, by: placement, for: path).commit(replacing: false)
      #expect(try contents(of: path) == Array(0...255))
      var status = stat()
      #expect(stat(path.string, &status) == 0)
      #expect(status.st_mtim.tv_sec == time.tv_sec && status.st_mtim.tv_nsec == time.tv_nsec)
      #expect(exists(original), "taking it away is the caller's")
      #expect(try names(below: directory) == ["a/out.bin", "original"])
    }
  }

  @Test(arguments: [Placement.copy, .hardlink, .move])
  func aMissingOriginalIsAnErrorAndLeavesNothing(placement: Placement) throws {
    try TemporaryDirectory.use { directory in
      let error = #expect(throws: FileError.self) {
        _ = try StagedFile(placing: directory.filePath("absent"), by: placement, for: directory.filePath("out"))
      }
      let entries = try directory.entries()
      #expect(error?.errno == .noSuchFileOrDirectory && entries.isEmpty)
    }
  }

  /// /dev/shm is another file system than that of most temporary directories: no link leads from one to the other.
  @Test(.enabled(if: areApart("/dev/shm", FileManager.default.temporaryDirectory.path)))
  func aMoveToAnotherFileSystemIsACopy() throws {
    try TemporaryDirectory.use { directory in
      let original = FilePath("/dev/shm/viewfinder-\(UUID().uuidString)")
      try put([1, 2, 3], at: original)
      defer { try? FileManager.default.removeItem(atPath: original.string) }
      let path = directory.filePath("out")
      try StagedFile(placing: original, by: .move, for: path).commit(replacing: false)
      #expect(try contents(of: path) == [1, 2, 3] && exists(original))
      #expect(throws: FileError.self) {
        _ = try StagedFile(placing: original, by: .hardlink, for: directory.filePath("link"))
      }
      #expect(try directory.entries() == ["out"])
    }
  }

  @Test func directoriesAreMadeAsDeepAsNeeded() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath((0..<60).map { "d\($0)" }.joined(separator: "/"))
      try makeDirectories(path)
      try makeDirectories(path)
      #expect(exists(path))
    }
  }

  /// The kernel refuses new directories there in its own ways; each attempt ends.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["/proc/viewfinder/a/b", "/proc/self/fd/viewfinder", "/dev/null/a/b", ""])
  func aPlaceThatTakesNoDirectoriesIsAnError(place: String) {
    #expect(throws: FileError.self) { try makeDirectories(FilePath(place)) }
  }

  @Test func aFileInTheWayIsAnError() throws {
    try TemporaryDirectory.use { directory in
      try put([1], at: directory.filePath("file"))
      let error = #expect(throws: FileError.self) { try makeDirectories(directory.filePath("file/a/b")) }
      #expect(error?.errno == .notDirectory && error?.operation == .makeDirectory)
      #expect(throws: FileError.self) { _ = try StagedFile(writing: [1], for: directory.filePath("file/out")) }
    }
  }

  private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

  private func names(below directory: TemporaryDirectory) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { name in
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: directory.file(name), isDirectory: &isDirectory)
      return !isDirectory.boolValue
    }.sorted()
  }
}

private func areApart(_ a: String, _ b: String) -> Bool {
  var (first, second) = (stat(), stat())
  return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev != second.st_dev
}
