import Foundation
import Manifests
import SystemPackage
import TestSupport
import Testing

@Suite struct ShardTests {
  @Test func aShardIsReadAsPeopleWriteIt() {
    #expect(Shard("3/10") == Shard(3, of: 10) && Shard("1/1") != nil && Shard("99999/99999") != nil)
    #expect(Shard("3/10")?.description == "3/10" && Shard("3/10")?.label == "00003-of-00010")
    for text in [
      "", "/", "3", "3/", "/3", "0/3", "4/3", "-1/3", "+1/3", "1/3/5", "1/100000", " 1/3", "1/3 ", "1.0/3",
      "a/b",
      "１/3", "1/99999999999999999999",
    ] {
      #expect(Shard(text) == nil, "\(text)")
    }
    #expect(Shard.all(of: 3).map(\.index) == [1, 2, 3])
  }

  /// The numbers are Python's: `1 + int.from_bytes(hashlib.sha256(path).digest()[:8], "big") % n`.
  @Test(arguments: [
    (Array("a.jpg".utf8), [1, 1, 5, 27, 1157]),
    (Array("d/é.jpg".utf8), [1, 1, 4, 319, 87197]),
    ([0xff, 0xfe] + Array(".png".utf8), [1, 1, 6, 181, 76205]),
  ])
  func aPathsShardIsTheSameForEverybody(path: [UInt8], numbers: [Int]) {
    for (count, number) in zip([1, 2, 7, 1000, 99_999], numbers) {
      #expect(Shard.index(of: path, among: count) == number)
      #expect(Shard.all(of: min(count, 10)).count { $0.contains(path) } == 1)
    }
  }

  @Test func pathsAreSpreadEvenly() {
    var sizes = [Int](repeating: 0, count: 8)
    for number in 0..<8000 { sizes[Shard.index(of: "IMG_\(number).jpg".utf8, among: 8) - 1] += 1 }
    // The standard deviation is 30.
    #expect(sizes.allSatisfy { (850...1150).contains($0) }, "\(sizes)")
  }

  @Test func itsFilesAreKnownByTheirNames() throws {
    try TemporaryDirectory.use { directory in
      let output = FilePath(directory.path)
      let files = ShardFiles(try #require(Shard(3, of: 10)), in: output)
      #expect(files.manifest.lastComponent == "manifest-00003-of-00010.jsonl")
      #expect(files.summary.lastComponent == "run-00003-of-00010.json")
      #expect(files.done.lastComponent == "manifest-00003-of-00010.done.json")
      for path in [files.manifest, files.summary, files.done] {
        let name = try #require(path.lastComponent?.string)
        #expect(ShardFiles.shard(ofFile: name) == files.shard)
        try put([1], at: path)
      }
      let others = [
        "manifest.jsonl", "run.json", "manifest-undone.jsonl", "manifest-00003-of-00002.jsonl",
        "manifest-00000-of-00002.jsonl", "manifest-3-of-10.jsonl", "manifest-00003-of-00010.json",
        "run-00003-of-00010.jsonl", "xmanifest-00003-of-00010.jsonl", "manifest-00003-of-00010.jsonl.bak",
      ]
      for name in others {
        #expect(ShardFiles.shard(ofFile: name) == nil, "\(name)")
        try put([1], at: directory.filePath(name))
      }
      #expect(ShardFiles.found(in: output) == [files.shard])
      try files.remove()
      #expect(try directory.entries() == others.sorted())
      try files.remove()
    }
  }

  @Test func whatSaysThatItIsFinishedComesBack() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("done.json")
      try Samples.done.write(to: path)
      #expect(try ShardDone.read(path) == Samples.done)
      let text = String(decoding: try contents(of: path), as: UTF8.self)
      for (from, to) in [
        (#""shard": 3"#, #""shard": 11"#), ("viewfinder/shard/1", "viewfinder/shard/2"),
        ("\"corrupt\"", "\"odd\""),
        (#""attempt": 2"#, #""attempt": "2""#), ("}\n", "\n"),
      ] {
        let spoiled = text.replacing(from, with: to)
        #expect(spoiled != text)
        try put(spoiled.utf8, at: path)
        #expect(throws: ManifestError.self, "\(to)") { try ShardDone.read(path) }
      }
    }
  }

  @Test func aManifestIsMeasured() throws {
    try TemporaryDirectory.use { directory in
      let path = directory.filePath("m.jsonl")
      try put("a\nbc\n\nd".utf8, at: path)
      let measured = try ShardDone.ManifestFile(path)
      #expect(
        measured.records == 3 && measured.bytes == 7 && measured.sha256 == Hashing.sha256("a\nbc\n\nd".utf8))
    }
  }

  @Test func temporaryNamesSayWhoseTheyAre() throws {
    let (third, other) = (
      TemporaryNames(of: try #require(Shard(3, of: 10))), TemporaryNames(of: try #require(Shard(10, of: 10)))
    )
    for names in [.plain, third, other] {
      let name = try #require(names.path(beside: "a/b.jpg").lastComponent?.string)
      #expect(AtomicFile.isTemporary(name) && name.utf8.count == 20)
      #expect(
        [.plain, third, other].map { $0.has(name) } == [names == .plain, names == third, names == other])
    }
    for name in [
      ".vf-00003-0123456789a", ".vf-00003-012345678", ".vf-0003-01234567890", ".vf-00003-01234567 9",
    ] {
      #expect(!AtomicFile.isTemporary(name) && !third.has(name), "\(name)")
    }
    #expect(AtomicFile.isTemporary(".vf-0123456789abcdef") && AtomicFile.isTemporary(".vf-00003-0123456789"))
  }

  @Test func summariesAddUp() {
    var second = Samples.summary
    second.complete = true
    second.counts = RunCounts(ok: 1, failed: [.corrupt: 3, .io: 1], skipped: [:], ignored: 2)
    second.earlierRecords = 2
    second.peakRSSBytes = 1 << 29
    second.wallSeconds = 100
    second.stages = [
      StageSummary(id: "decode", busySeconds: 2, queueHighWater: 3),
      StageSummary(id: "write", busySeconds: 1, queueHighWater: 1),
    ]
    var done = Samples.done
    done.counts = second.counts
    done.host = "node2"
    (done.started, done.ended) = (Samples.done.started + 50, Samples.done.started + 170)
    var first = Samples.done
    first.counts = Samples.summary.counts
    let joined = RunSummary(joining: [(Samples.summary, first), (second, done)])
    #expect(
      joined.counts
        == RunCounts(
          ok: 8, failed: [.corrupt: 5, .truncated: 1, .io: 1], skipped: [.filtered: 4], ignored: 5))
    #expect(joined.stages.map(\.id) == ["decode", "write"])
    #expect(joined.stages[0].busySeconds == 3.25 && joined.stages[0].queueHighWater == 8)
    #expect(joined.host == "node2, node7" && joined.peakRSSBytes == 1 << 29 && joined.wallSeconds == 170)
    #expect(joined.earlierRecords == 9)
    #expect(!joined.complete, "as one of its parts is not")
  }
}
