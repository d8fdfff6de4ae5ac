import Foundation
import Manifests
import SystemPackage
import TestSupport
import Testing

@Suite struct RecordWriterTests {
  private let names = ["b", "a/c", "a", "Z", "é"]

  @Test func appendsLines() throws {
    try TemporaryDirectory.use { directory in
      let path = Manifest.path(in: FilePath(directory.path))
      var writer = try RecordWriter(path: path)
      try writer.append(Array(Samples.good.prefix(2)))
      try writer.append([])
      try writer.append(Array(Samples.good.dropFirst(2)))
      #expect(try contents(of: path) == Samples.good.flatMap(\.line))
      try writer.close()
      #expect(try Manifest.read(path).records.map(\.line) == Samples.good.map(\.line))
      #expect(try directory.entries() == ["manifest.jsonl"])
    }
  }

  @Test func refusesAManifestThatIsThere() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      try put("old\n".utf8, at: path)
      #expect(throws: ManifestError.exists(path)) { _ = try RecordWriter(path: path) }
      #expect(try contents(of: path) == Array("old\n".utf8))
      _ = try RecordWriter(path: path, existing: .replace)
      #expect(try contents(of: path).isEmpty)
    }
    try TemporaryDirectory.use { directory in
      let array = directory.filePath("manifest.json")
      try put("[\n]\n".utf8, at: array)
      let path = directory.filePath("manifest.jsonl")
      #expect(throws: ManifestError.exists(array)) { _ = try RecordWriter(path: path) }
      _ = try RecordWriter(path: path, existing: .replace)
      #expect(try directory.entries() == ["manifest.jsonl"])
    }
  }

  @Test func aSecondWriterIsKeptOut() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      var writer = try RecordWriter(path: path)
      try writer.append([Samples.full])
      #expect(throws: ManifestError.inUse(path)) { _ = try RecordWriter(path: path, existing: .replace) }
      try writer.append([Samples.full])
      #expect(try Manifest.read(path).records.count == 2)
    }
  }

  /// Records would go to a file without a name, and be lost without a word.
  @Test(arguments: [false, true])
  func aManifestThatWasDeletedTakesNoRecords(isReplaced: Bool) throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      var writer = try RecordWriter(path: path)
      try writer.append([Samples.full])
      try FileManager.default.removeItem(atPath: path.string)
      if isReplaced { try put("another's\n".utf8, at: path) }
      #expect(
        failure(of: &writer, appending: [Samples.full])
          == .file(FileError(.write, path, .noSuchFileOrDirectory)))
      #expect(failure(of: &writer, appending: []) == nil)
      #expect(try directory.entries() == (isReplaced ? ["manifest.jsonl"] : []))
    }
  }

  /// Cut at every byte of the last line, resuming always loses that line alone.
  @Test func resumesAfterATornLine() throws {
    let first = Samples.record("first").line
    let last = Record(file: RecordPath("last"), outcome: .failed(.timeout, detail: "decode")).line
    for cut in 0..<last.count {
      try TemporaryDirectory.use { directory in
        let path = directory.filePath("manifest.jsonl")
        try put(first + last.prefix(cut), at: path)
        let found = try Manifest.read(path)
        #expect(found.records.map(\.path) == ["first"])
        #expect(found.wholeBytes == first.count)
        var writer = try RecordWriter(path: path, existing: .resume)
        try writer.append([Samples.record("next")])
        #expect(try Manifest.read(path).records.map(\.path) == ["first", "next"])
      }
    }
  }

  /// A limit on the size of files stands for a full disk; it holds for a whole process, so one is spent on it.
  @Test func aBatchThatDoesNotFitLeavesNoTrace() async throws {
    try await TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      await #expect(processExitsWith: .success) { [name = path.string as String] in
        let path = FilePath(name)
        var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
        signal(SIGXFSZ, SIG_IGN)
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        var writer = try RecordWriter(path: path)
        try writer.append([Samples.record("fits")])
        let failure = failure(of: &writer, appending: (0..<9).map { Samples.record("\($0)") })
        #expect(failure == .file(FileError(.write, path, .fileTooLarge)))
        try writer.append([Samples.record("fits too")])
      }
      let written = try contents(of: path)
      #expect(written == Samples.record("fits").line + Samples.record("fits too").line)
    }
  }

  @Test func sortsByPathBytes() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      var writer = try RecordWriter(path: path, sorted: true)
      try writer.append(names.map(Samples.record))
      try writer.close()
      #expect(try Manifest.read(path).records.map(\.path) == ["Z", "a", "a/c", "b", "é"])
      #expect(try directory.entries() == ["manifest.jsonl"])
    }
  }

  @Test(arguments: [0, 1, 5])
  func writesAnArray(count: Int) throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      let array = directory.filePath("manifest.json")
      var writer = try RecordWriter(path: path, format: .array)
      try writer.append(names.prefix(count).map(Samples.record))
      #expect(try directory.entries() == ["manifest.jsonl"])
      try writer.close()
      #expect(try directory.entries() == ["manifest.json"])
      // Foundation's parser is the judge; our own line reader must agree.
      let judged = try JSONDecoder().decode([Record].self, from: Data(try contents(of: array)))
      #expect(judged.map(\.path) == Array(names.prefix(count)))
      #expect(try Manifest.read(array).records == judged)
    }
  }

  @Test func anArrayCanBeResumed() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      var first = try RecordWriter(path: path, format: .array)
      try first.append([Samples.record("one")])
      try first.close()
      var second = try RecordWriter(path: path, format: .array, sorted: true, existing: .resume)
      try second.append([Samples.record("another")])
      try second.close()
      #expect(try Manifest.read(directory.filePath("manifest.json")).records.map(\.path) == ["another", "one"])
      #expect(try directory.entries() == ["manifest.json"])
    }
  }

  @Test func rewritingDropsRecordsAndKeepsTheOthersByteForByte() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      try put(Samples.good.flatMap(\.line), at: path)
      try Manifest.rewrite(path, to: path, format: .lines) { $0.status != .failed }
      #expect(try contents(of: path) == Samples.good.filter { $0.status != .failed }.flatMap(\.line))
    }
  }

  @Test func longManifestsCrossReadBoundaries() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      let records = (0..<1500).map { Samples.record("\($0)-" + String(repeating: "p", count: $0 % 700)) }
      var writer = try RecordWriter(path: path)
      try writer.append(records)
      let found = try Manifest.read(path)
      #expect(found.records.map(\.path) == records.map(\.path))
      #expect(try contents(of: path).count == found.wholeBytes)
    }
  }

  @Test(arguments: ["nonsense\n", "{}\n", "[]\n", "{\"schema\":1}\n", "\u{0}\n", "null\n"])
  func aSpoiledLineNamesItsPlace(line: String) throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      try put(Samples.full.line + Array(line.utf8), at: path)
      let error = #expect(throws: ManifestError.self) { try Manifest.read(path) }
      #expect(error?.description.hasPrefix("\(path):2: ") == true, "\(String(describing: error))")
    }
  }

  @Test func hostileFilesAreTypedErrors() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      try put(repeatElement(UInt8(ascii: "["), count: 17 << 20), at: path)
      #expect(throws: ManifestError.self) { try Manifest.read(path) }
      try put(repeatElement(UInt8(ascii: "["), count: 1 << 20) + [UInt8(ascii: "\n")], at: path)
      #expect(throws: ManifestError.self) { try Manifest.read(path) }
      #expect(throws: ManifestError.self) { try Manifest.read(FilePath(directory.path)) }
      let fifo = directory.filePath("fifo")
      #expect(mkfifo(fifo.string, 0o600) == 0)
      #expect(throws: ManifestError.self) { try Manifest.read(fifo) }
    }
  }

  @Test func mutatedManifestsNeverTrap() throws {
    var random = SeededGenerator(seed: 2)
    let good = Samples.good.flatMap(\.line)
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("manifest.jsonl")
      for _ in 0..<300 {
        var bytes = good
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: .min ... .max, using: &random)
        }
        try put(bytes, at: path)
        if let found = try? Manifest.read(path) {
          #expect(found.wholeBytes <= bytes.count)
          _ = found.records.map(\.line)
        }
      }
    }
  }
}

private func failure(of writer: inout RecordWriter, appending records: [Record]) -> ManifestError? {
  do {
    try writer.append(records)
    return nil
  } catch {
    return error
  }
}
