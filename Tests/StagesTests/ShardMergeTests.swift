import Foundation
import Manifests
import Stages
import SystemPackage
import TestSupport
import Testing

/// A run in shards as its files leave it, without having processed anything.
private struct CutRun {
  let directory: TemporaryDirectory
  let shards: Int
  let state: RunDirectory.State

  var output: FilePath { FilePath(directory.file("out")) }

  static let pipeline = "version: 1\nstages: [{use: read}]\n"

  /// - Parameter names: of photographs; what ends in `.txt` was walked and is none.
  static func use(
    _ shards: Int = 3, names: [String] = (0..<30).map { "d\($0 % 3)/p\($0).jpg" } + ["notes.txt"],
    _ body: (CutRun) throws -> Void
  ) throws {
    try TemporaryDirectory.use { directory in
      for name in names { try directory.put([1], at: "in/" + name) }
      var request = InputRequest()
      request.inputs = [FilePath(directory.file("in"))]
      let list = try InputList(request)
      let state = RunDirectory.State(
        pipeline: Hashing.sha256(pipeline.utf8), models: ["m": hash], inputs: list.roots.map(\.string),
        shards: shards)
      let run = CutRun(directory: directory, shards: shards, state: state)
      _ = try RunDirectory(run.output).lock()
      try RunDirectory(run.output).begin(state, list)
      for shard in Shard.all(of: shards) { try run.write(shard, run.records(of: shard)) }
      try body(run)
    }
  }

  static let hash = String(repeating: "0123456789abcdef", count: 4)

  func record(_ path: String, milliseconds: Double = 1) -> Record {
    let fails = path.hasSuffix("7.jpg")
    return Record(
      file: RecordPath(path), outcome: fails ? .failed(.corrupt, detail: "broken") : .ok,
      outputs: fails
        ? []
        : [
          OutputRecord(
            stage: "w", file: RecordPath("w/" + path), width: 1, height: 1, bytes: 1, sha256: Self.hash)
        ],
      decodes: 1, times: [StageTime(stage: "w", milliseconds: milliseconds)])
  }

  var paths: [String] {
    (RunDirectory(output).earlier()?.list.files ?? []).map { String(decoding: $0.pathBytes, as: UTF8.self) }
  }

  func records(of shard: Shard) -> [Record] {
    paths.filter { $0.hasSuffix(".jpg") && shard.contains($0.utf8) }.map { record($0) }
  }

  func files(_ index: Int) -> ShardFiles { ShardFiles(Shard(index, of: shards)!, in: output) }

  /// Writes the files of one shard as if it had finished with these records.
  func write(_ shard: Shard, _ records: [Record], changing change: (inout ShardDone) -> Void = { _ in }) throws
  {
    let files = ShardFiles(shard, in: output)
    try AtomicFile.write(records.flatMap(\.line), to: files.manifest)
    var counts = RunCounts()
    for record in records { counts.add(record.outcome) }
    counts.ignored = paths.count { $0.hasSuffix(".txt") && shard.contains($0.utf8) }
    var done = ShardDone(
      shard: shard, counts: counts, manifest: try ShardDone.ManifestFile(files.manifest),
      pipeline: state.pipeline,
      models: state.models, program: ShardDone.Program(version: "1", sha256: Self.hash), host: "node",
      attempt: 0,
      started: 100, ended: 110 + Double(shard.index))
    change(&done)
    try done.write(to: files.done)
    let summary = RunSummary(
      version: "1", complete: true, pipeline: PipelineSummary(resolved: Self.pipeline),
      inputs: [RecordPath("/in")],
      model: nil, libraries: LibrarySummary(libvips: "8", openblas: "0", core: "c"), host: "node",
      counts: counts,
      wallSeconds: 3, peakRSSBytes: 1 << 20,
      stages: [StageSummary(id: "w", busySeconds: 1, queueHighWater: shard.index)])
    try summary.write(to: files.summary)
  }

  @discardableResult
  func merge(expecting: Int? = nil, _ format: ManifestFormat = .lines) throws -> ShardMerge.Outcome {
    try ShardMerge(output, expecting: expecting).write(format)
  }
}

@Suite struct ShardMergeTests {
  @Test(arguments: [1, 3, 40]) func recordsComeInTheOrderOfTheirPaths(shards: Int) throws {
    try CutRun.use(shards) { run in
      let outcome = try run.merge(expecting: shards)
      let records = try Manifest.read(outcome.manifest).records
      #expect(records.map(\.path) == run.paths.filter { $0.hasSuffix(".jpg") })
      #expect(outcome.counts == RunCounts(ok: 27, failed: [.corrupt: 3], ignored: 1) && outcome.duplicates == 0)
      let summary = try RunSummary.read(run.output.appending("run.json"))
      #expect(summary.counts == outcome.counts && summary.complete && summary.host == "node")
      #expect(summary.wallSeconds == 10 + Double(shards) && summary.stages[0].busySeconds == Double(shards))
      // Again, and as an array.
      let before = try run.directory.contents("out/manifest.jsonl")
      try run.merge()
      #expect(try run.directory.contents("out/manifest.jsonl") == before)
      let array = try run.merge(.array).manifest
      let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: array.string)))
      #expect((json as? [Any])?.count == 30 && !run.directory.exists("out/manifest.jsonl"))
    }
  }

  @Test func anEmptyRunIsAnEmptyManifest() throws {
    try CutRun.use(2, names: ["notes.txt"]) { run in
      #expect(try run.merge().counts == RunCounts(ignored: 1))
      #expect(try run.directory.contents("out/manifest.jsonl").isEmpty)
      let array = try run.merge(.array).manifest
      #expect(try Manifest.read(array).records.isEmpty)
    }
  }

  @Test func theNewestRecordOfAPhotographStays() throws {
    try CutRun.use { run in
      let shard = try #require(Shard(2, of: 3))
      var records = run.records(of: shard)
      records.insert(run.record(records[1].path, milliseconds: 7), at: 2)
      records.append(run.record(records[records.count - 1].path, milliseconds: 8))
      try run.write(shard, records) { $0.counts.ok -= 2 }
      let outcome = try run.merge()
      #expect(outcome.duplicates == 2 && outcome.counts.records == 30)
      let merged = try Manifest.read(outcome.manifest).records
      #expect(
        merged.filter { $0.times[0].milliseconds > 1 }.map { $0.times[0].milliseconds }.sorted() == [7, 8])
    }
  }

  private func expectRefused(
    _ words: String, expecting: Int? = nil, at location: SourceLocation = #_sourceLocation,
    _ spoil: (CutRun, Shard) throws -> Void
  ) throws {
    try CutRun.use { run in
      try run.merge()
      let before = try (run.directory.contents("out/manifest.jsonl"), run.directory.contents("out/run.json"))
      try spoil(run, try #require(Shard(2, of: 3)))
      do {
        try run.merge(expecting: expecting)
        Issue.record("merged in spite of it: \(words)", sourceLocation: location)
      } catch MergeError.incomplete(let sentence) {
        #expect(sentence.contains(words), "\(sentence)", sourceLocation: location)
      }
      #expect(
        try run.directory.contents("out/manifest.jsonl") == before.0
          && run.directory.contents("out/run.json") == before.1, "what was there stays",
        sourceLocation: location)
      let names = try FileManager.default.contentsOfDirectory(atPath: run.output.string)
      #expect(!names.contains { AtomicFile.isTemporary($0) }, sourceLocation: location)
    }
  }

  @Test func missingShardsAreNamed() throws {
    var held: ShardLock?
    try expectRefused("1 of 3 shards are not finished\n  not begun: 2\n") { run, _ in try run.files(2).remove()
    }
    try expectRefused("2 of 3 shards are not finished\n  ended early, without their .done.json: 1-2\n") {
      run, _ in
      for index in 1...2 { try remove(run.files(index).done) }
    }
    try expectRefused("finished, but their manifest is gone: 2") { run, _ in try remove(run.files(2).manifest) }
    try expectRefused("run-00002-of-00003.json is missing") { run, _ in try remove(run.files(2).summary) }
    try expectRefused("cut into 3 shards, not 4", expecting: 4) { _, _ in }
    try expectRefused("holds files of shard 1/2") { run, _ in
      try run.directory.put([1], at: "out/manifest-00001-of-00002.jsonl")
    }
    try expectRefused("at work: 2") { run, shard in
      try remove(run.files(2).done)
      held = try ShardLock.wait(for: RunDirectory(run.output).lockPath(of: shard))
    }
    withExtendedLifetime(held) {}
  }

  @Test func aManifestThatIsNotTheOneThatWasFinishedIsRefused() throws {
    let words = "is not the manifest that"
    try expectRefused(words) { run, _ in
      var bytes = try run.directory.contents("out/manifest-00002-of-00003.jsonl")
      bytes[bytes.count / 2] ^= 1
      try run.directory.put(bytes, at: "out/manifest-00002-of-00003.jsonl")
    }
    try expectRefused(words) { run, shard in
      try AtomicFile.write(run.records(of: shard).dropLast().flatMap(\.line), to: run.files(2).manifest)
    }
    try expectRefused(words) { run, _ in
      let bytes = try run.directory.contents("out/manifest-00002-of-00003.jsonl")
      try run.directory.put(bytes.dropLast(3), at: "out/manifest-00002-of-00003.jsonl")
    }
    try expectRefused("counts 99") { run, shard in
      try run.write(shard, run.records(of: shard)) { $0.manifest.records = 99 }
    }
    try expectRefused("no pictures") { run, shard in
      try run.write(shard, run.records(of: shard)) { $0.counts.ignored += 1 }
    }
    try expectRefused("no pictures") { run, shard in
      try run.write(shard, run.records(of: shard)) { done in
        done.counts.ok -= 1
        done.counts.failed[.io] = 1
      }
    }
  }

  @Test func whatBelongsToAnotherRunIsRefused() throws {
    try expectRefused("ran another pipeline") { run, shard in
      try run.write(shard, run.records(of: shard)) { $0.pipeline = CutRun.hash }
    }
    try expectRefused("ran another model") { run, shard in
      try run.write(shard, run.records(of: shard)) { $0.models = [:] }
    }
    try expectRefused("is that of shard 3/3") { run, shard in
      try run.write(shard, run.records(of: shard)) { $0.shard = Shard(3, of: 3)! }
    }
    try expectRefused("is not that of the run") { run, shard in
      var summary = try RunSummary.read(run.files(2).summary)
      summary.pipeline.resolved += "\n"
      try summary.write(to: run.files(2).summary)
    }
    try expectRefused("viewfinder/shard/1") { run, _ in
      try run.directory.put(
        #"{"schema": "viewfinder/record/1"}"#.utf8, at: "out/manifest-00002-of-00003.done.json")
    }
  }

  @Test func recordsThatDoNotBelongAreRefused() throws {
    try expectRefused("is a photograph of shard 1, not of this one") { run, shard in
      let other = run.records(of: Shard(1, of: 3)!)[0]
      try run.write(shard, (run.records(of: shard) + [other]).sorted { $0.file < $1.file })
    }
    try expectRefused("is not in the frozen listing") { run, shard in
      let name = (0...).lazy.map { "x\($0).jpg" }.first { shard.contains($0.utf8) }!
      try run.write(shard, run.records(of: shard) + [run.record(name)])
    }
    try expectRefused("is not in the frozen listing") { run, shard in
      let name = (0...).lazy.map { "a\($0).jpg" }.first { shard.contains($0.utf8) }!
      try run.write(shard, [run.record(name)] + run.records(of: shard))
    }
    try expectRefused("not in the order of their paths") { run, shard in
      try run.write(shard, run.records(of: shard).reversed())
    }
    try expectRefused("not valid JSON") { run, shard in
      try AtomicFile.write(
        run.records(of: shard).flatMap(\.line) + Array("{\n".utf8), to: run.files(2).manifest)
      var done = try ShardDone.read(run.files(2).done)
      done.manifest = try ShardDone.ManifestFile(run.files(2).manifest)
      try done.write(to: run.files(2).done)
    }
  }

  @Test func photographsWithoutARecordAreCounted() throws {
    try expectRefused("2 photographs of the frozen listing have no record, like ") { run, shard in
      try run.write(shard, Array(run.records(of: shard).dropFirst(2)))
    }
  }

  @Test func twoPhotographsInOnePlaceAreRefused() throws {
    try expectRefused("have both written w/") { run, shard in
      var records = run.records(of: shard)
      let index = records.firstIndex { $0.status == .ok }!
      records[index].outputs[0].file =
        run.records(of: Shard(1, of: 3)!).first { $0.status == .ok }!.outputs[0].file
      try run.write(shard, records)
    }
  }

  @Test func aDirectoryWithoutShardsIsSaidToBeOne() throws {
    try CutRun.use { run in
      let directory = RunDirectory(run.output)
      try directory.write(RunDirectory.State(pipeline: "", models: [:], inputs: []))
      #expect(throws: MergeError.self) { try run.merge() }
      directory.forget()
      let error = #expect(throws: MergeError.self) { try run.merge() }
      #expect(error.map { "\($0)" }?.contains("holds no run") == true)
      #expect(ShardFiles.found(in: run.output).isEmpty, "shards go with their run")
    }
  }

  @Test func leftoversGoWhenNobodyIsAtWork() throws {
    try CutRun.use { run in
      let names = [
        "out/w/.vf-0123456789abcdef", "out/.vf-00002-0123456789", "out/.viewfinder/.vf-00000000000000aa",
      ]
      for name in names { try run.directory.put([1], at: name) }
      let other = try RunDirectory(run.output).lock(isShared: true)
      try ShardMerge(run.output).removeLeftovers()
      #expect(names.allSatisfy(run.directory.exists))
      withExtendedLifetime(other) {}
    }
    try CutRun.use { run in
      try run.directory.put([1], at: "out/w/.vf-00002-0123456789")
      try ShardMerge(run.output).removeLeftovers()
      #expect(!run.directory.exists("out/w/.vf-00002-0123456789"))
    }
  }
}

@Suite struct ShardStatusTests {
  @Test func everyStateIsSeen() throws {
    try CutRun.use(5) { run in
      // 1 is done; 2 runs; 3 was stopped in order; 4 was killed; 5 was never begun.
      for index in 2...5 { try remove(run.files(index).done) }
      for index in [2, 4, 5] { try remove(run.files(index).summary) }
      try remove(run.files(5).manifest)
      let path = RunDirectory(run.output).lockPath(of: try #require(Shard(2, of: 5)))
      let lock = try #require(try ShardLock.wait(for: path))
      try lock.sign(ShardLock.Holder(host: "node9", process: 3, attempt: 1, started: 1000, records: 1))
      let records = run.records(of: Shard(2, of: 5)!).count
      let status = try ShardStatus(run.output, now: 1010)
      #expect(status.parts.map(\.state) == [.done, .running, .stopped, .failed, .waiting])
      #expect(status.files == 31 && status.parts[1].finished == records)
      #expect(status.parts[1].host == "node9" && status.parts[1].attempt == 1)
      #expect(status.rate == Double(records - 1) / 10)
      let left = Double(status.files - status.finished)
      #expect(abs((status.secondsLeft ?? 0) - left / (Double(records - 1) / 10)) < 1e-9)
      #expect(status.parts[4].finished == 0 && status.parts[4].files > 0)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func rangesAreWrittenShort() {
    #expect(NumberRanges.text([7, 1, 2, 3, 9, 10]) == "1-3, 7, 9-10" && NumberRanges.text([Int]()) == "")
  }
}

extension TemporaryDirectory {
  fileprivate func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}
