import Foundation
import Glibc
import Manifests
import SystemPackage
import TestSupport
import Testing

extension TemporaryDirectory {
  /// The files of a shard in `out`.
  func shard(_ index: Int, of count: Int) -> ShardFiles {
    ShardFiles(Shard(index, of: count)!, in: FilePath(file("out")))
  }

  /// The lines of a manifest as they stand, without the times.
  func linesInOrder(_ output: String = "out") throws -> [String] {
    try contents(output + "/manifest.jsonl").split(separator: 10).map { line in
      String(decoding: line, as: UTF8.self).replacing(/"milliseconds":\{[^}]*\}/, with: "")
    }
  }

  /// What a run has written but its manifests and summaries.
  func pictures(_ output: String = "out") throws -> [String: [UInt8]] {
    try results(output).filter { !$0.key.hasPrefix("run-") }
  }
}

/// Many programs, one directory: together they do what one does.
@Suite(.serialized) struct ShardTests {
  /// Names that meet across folders, and so across shards.
  private static let pipeline = """
    version: 1
    stages:
      - use: read
      - {use: decode, on_error: quarantine}
      - {use: write, with: {path: "w/{stem}.png"}}
      - {use: sort, after: decode, with: {path: "s/{name}"}}
      - {use: manifest, after: [write, sort]}

    """

  /// - Parameter large: so many photographs more, each of which takes a while.
  private func fill(_ directory: TemporaryDirectory, _ count: Int = 18, large: Int = 0) throws {
    let bytes = try picture(600, 400)
    for index in 0..<(count + large) {
      try directory.put(
        index < count ? picture(60 + 7 * index, 50, seed: index) : bytes,
        at: "in/\(index % 3)/p\(index / 3).jpg")
    }
    try directory.put(picture(200, 200, seed: 9).prefix(900), at: "in/0/broken.jpg")
    try directory.put("no picture at all", at: "in/text.jpg")
    try directory.put("no picture", at: "in/notes.txt")
    try directory.put(Self.pipeline, at: "p.yaml")
  }

  private func arguments(_ directory: TemporaryDirectory, _ output: String = "out") -> [String] {
    ["run", directory.file("p.yaml"), directory.file("in"), "--output", directory.file(output)]
  }

  @Test func shardsAndMergeGiveWhatOneRunGives() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory)
      #expect(try Program.run(arguments(directory, "one") + ["--sorted"]).status == 0)
      let (lines, pictures) = (try directory.linesInOrder("one"), try directory.pictures("one"))
      #expect(lines.count == 20 && pictures.keys.contains { $0.contains("-") }, "no names meet")

      // So many that one is empty; the last first.
      let paths = try directory.records("one").map(\.file.rawBytes)
      let count = try #require(
        (4...9).first { count in
          (1...count).contains { index in !paths.contains { Shard.index(of: $0, among: count) == index } }
        })
      for index in (1...count).reversed() {
        if index == 1 {
          let early = try Program.run(["merge", directory.file("out")])
          #expect(early.status == 65 && !directory.exists("out/manifest.jsonl"), "\(early.stderr)")
        }
        let result = try Program.run(arguments(directory) + ["--shard", "\(index)/\(count)"])
        #expect(result.status == 0, "\(result.stderr)")
        #expect(directory.exists("out/manifest-0000\(index)-of-0000\(count).done.json"))
      }
      let dones = try (1...count).map { try ShardDone.read(directory.shard($0, of: count).done) }
      #expect(dones.contains { $0.counts.records == 0 && $0.manifest.bytes == 0 })
      #expect(dones.allSatisfy { $0.attempt == 0 && $0.program.sha256.utf8.count == 64 })
      let schema = try Program.run(["schema", "shard"]).output
      let verdicts = try judge(
        (1...count).map { try directory.contents("out/manifest-0000\($0)-of-0000\(count).done.json") },
        by: schema)
      #expect(verdicts.allSatisfy { $0 == "ok" }, "\(verdicts)")

      let merged = try Program.run(["merge", directory.file("out"), "--expect", "\(count)"])
      #expect(merged.status == 0, "\(merged.stderr)")
      #expect(try directory.linesInOrder() == lines)
      #expect(try directory.pictures() == pictures)
      #expect(try directory.summary().counts == directory.summary("one").counts && directory.summary().complete)

      // From then on the directory is like that of a single run.
      let resumed = try Program.run(arguments(directory) + ["--resume"])
      #expect(resumed.status == 0 && resumed.stderr.contains("20 of 21"), "\(resumed.stderr)")
      #expect(try directory.linesInOrder() == lines)
      let again = try Program.run(["merge", directory.file("out")])
      #expect(again.status == 65 && again.stderr.contains("single program"), "\(again.stderr)")
    }
  }

  @Test(.timeLimit(.minutes(2))) func aShardThatWasStoppedAndKilledGoesOn() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory, 10, large: 70)
      #expect(try Program.run(arguments(directory, "one") + ["--sorted"]).status == 0)
      let first = arguments(directory) + ["--shard", "1/2", "--jobs", "1"]
      let files = directory.shard(1, of: 2)
      func lines() -> Int { (try? Manifest.lineCount(files.manifest)) ?? 0 }
      func status() throws -> String { try Program.run(["status", directory.file("out")]).output }

      let stopped = try Program.Running(first)
      #expect(stopped.waits { lines() > 0 }, "\(stopped.stderr)")
      stopped.signal(SIGTERM)
      let result = try stopped.finish()
      #expect(result.status == 75 && result.stderr.contains("the same command goes on"), "\(result.stderr)")
      #expect(!directory.exists("out/manifest-00001-of-00002.done.json"))
      #expect(try !RunSummary.read(files.summary).complete)
      #expect(try status().contains("1 stopped, 1 waiting"))
      let halfway = lines()

      let killed = try Program.Running(first)
      #expect(killed.waits { lines() > halfway }, "\(killed.stderr)")
      #expect(try status().contains("1/2  running"))
      killed.signal(SIGKILL)
      #expect(try killed.finish().wasKilled)
      #expect(try status().contains("1/2  failed"))
      let gap = try Program.run(["merge", directory.file("out")])
      #expect(
        gap.status == 65 && gap.stderr.contains("ended early, without their .done.json: 1"), "\(gap.stderr)")

      // What the killed one left goes; what the other shard may be writing stays.
      try directory.put([0], at: "out/w/.vf-00001-0123456789")
      try directory.put([0], at: "out/w/.vf-00002-0123456789")
      let last = try Program.run(first)
      #expect(last.status == 0 && last.stderr.contains("photographs of shard 1/2 are done"), "\(last.stderr)")
      #expect(!directory.exists("out/w/.vf-00001-0123456789") && directory.exists("out/w/.vf-00002-0123456789"))
      #expect(try ShardDone.read(files.done).attempt == 2)
      #expect(try Program.run(arguments(directory) + ["--shard", "2/2"]).status == 0)
      #expect(try status().contains("83 of 83"))
      let merged = try Program.run(["merge", directory.file("out")])
      #expect(merged.status == 0, "\(merged.stderr)")
      #expect(try directory.linesInOrder() == directory.linesInOrder("one"))
      #expect(try directory.pictures() == directory.pictures("one"))
      #expect(try directory.summary().counts == directory.summary("one").counts)
    }
  }

  @Test(.timeLimit(.minutes(1))) func twoAttemptsAtOnceAreOne() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory, 0, large: 100)
      let command = arguments(directory) + ["--shard", "1/1", "--jobs", "1"]
      let first = try Program.Running(command)
      #expect(first.waits { directory.exists("out/manifest-00001-of-00001.jsonl") }, "\(first.stderr)")
      let second = try Program.Running(command)
      #expect(second.waits { second.stderr.contains("waiting for another attempt at shard 1/1") })
      // A program alone would mix its records with theirs.
      let alone = try Program.run(arguments(directory))
      #expect(alone.status == 73 && alone.stderr.contains("another run is writing"), "\(alone.stderr)")
      let third = try Program.run(command + ["--time-limit", "0"])
      #expect(third.status == 75 && third.stderr.contains("stopped by the time limit"), "\(third.stderr)")
      #expect(try first.finish().status == 0)
      let result = try second.finish()
      #expect(
        result.status == 0 && result.stderr.contains("is finished already: 102 photographs"), "\(result.stderr)"
      )
      #expect(try Program.run(["merge", directory.file("out")]).status == 0)
      #expect(try directory.records().count == 102)
    }
  }

  /// As after two minutes without a sign of life, another has put a lock of its own in the place of the sleeper's.
  @Test(.timeLimit(.minutes(1))) func anAttemptThatWasOnlyAsleepGivesWay() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory, 0, large: 60)
      let command = arguments(directory) + ["--shard", "1/1", "--jobs", "1"]
      let manifest = directory.shard(1, of: 1).manifest
      let sleeper = try Program.Running(command)
      #expect(sleeper.waits { ((try? Manifest.lineCount(manifest)) ?? 0) > 0 }, "\(sleeper.stderr)")
      sleeper.signal(SIGSTOP)
      try FileManager.default.removeItem(atPath: directory.file("out/.viewfinder/shard-00001-of-00001.lock"))
      let other = try Program.run(command)
      #expect(other.status == 0, "\(other.stderr)")
      let done = try directory.contents("out/manifest-00001-of-00001.done.json")
      let (lines, pictures) = (
        try directory.contents("out/manifest-00001-of-00001.jsonl"), try directory.pictures()
      )

      sleeper.signal(SIGCONT)
      let result = try sleeper.finish()
      #expect(result.status == 75 && result.stderr.contains("has taken over"), "\(result.stderr)")
      #expect(try directory.contents("out/manifest-00001-of-00001.done.json") == done)
      #expect(try directory.contents("out/manifest-00001-of-00001.jsonl") == lines)
      #expect(try directory.pictures() == pictures)
      #expect(try Program.run(["merge", directory.file("out")]).status == 0)
      #expect(try directory.records().count == 62)
    }
  }

  @Test func aFinishedShardEndsAtOnceUnlessItIsToBeMended() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory, 3)
      let command = arguments(directory) + ["--shard", "1/1"]
      #expect(try Program.run(command).status == 0)
      let done = try directory.contents("out/manifest-00001-of-00001.done.json")
      #expect(try Program.run(command).stderr.contains("finished already: 5 photographs"))
      #expect(try Program.run(command + ["--strict"]).status == 2, "failures matter then too")
      #expect(try directory.contents("out/manifest-00001-of-00001.done.json") == done)
      try directory.put(picture(70, 50), at: "in/0/broken.jpg")
      #expect(try Program.run(command + ["--retry-failed"]).status == 0)
      let mended = try ShardDone.read(directory.shard(1, of: 1).done)
      #expect(mended.counts.ok == 4 && mended.attempt == 1 && directory.exists("out/w/broken.png"))
      // A manifest that is not the one that was finished is not believed.
      var bytes = try directory.contents("out/manifest-00001-of-00001.jsonl")
      bytes.removeLast(40)
      try directory.put(bytes, at: "out/manifest-00001-of-00001.jsonl")
      let repaired = try Program.run(command)
      #expect(repaired.status == 0 && repaired.stderr.contains("4 of 6 photographs"), "\(repaired.stderr)")
      #expect(try ShardDone.read(directory.shard(1, of: 1).done).counts == mended.counts)
      let restarted = try Program.run(command + ["--retry-failed"], environment: ["SLURM_RESTART_COUNT": "7"])
      #expect(try restarted.status == 0 && ShardDone.read(directory.shard(1, of: 1).done).attempt == 7)
    }
  }

  @Test func whatDoesNotFitTheDirectoryIsRefused() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory, 3)
      let run = arguments(directory)
      #expect(try Program.run(run + ["--shard", "1/2"]).status == 0)
      func expect(_ status: Int32, _ arguments: [String], _ words: String) throws {
        let result = try Program.run(arguments)
        #expect(result.status == status && result.stderr.contains(words), "\(arguments): \(result.stderr)")
      }
      try expect(64, run + ["--shard", "1/3"], "is cut into 2 shards, not 3")
      try expect(65, run + ["--shard", "2/2", "--set", "write.path=v/{stem}.png"], "another pipeline")
      try expect(
        64, ["run", directory.file("p.yaml"), directory.file("in/0")] + run.suffix(2) + ["--shard", "2/2"],
        "that run was over")
      try expect(64, run + ["--shard", "2/2", "--overwrite"], "leave --overwrite out")
      for shard in ["0/2", "3/2", "1", "auto/2", "1/100000"] {
        try expect(64, run + ["--shard", shard], "--shard")
      }
      try expect(73, run, "holds the shards of a run")
      try expect(73, run + ["--resume"], "viewfinder merge")
      try expect(64, ["classify", directory.file("in"), "--shard", "1/2"], "give --output DIR")
      try expect(65, ["undo", directory.file("out/manifest-00001-of-00002.jsonl")], "manifest of one shard")
      try expect(
        66,
        [
          "run", directory.file("p.yaml"), directory.file("none"), "--output", directory.file("new"), "--shard",
          "1/2",
        ], "cannot read")
      #expect(!directory.exists("new"))
      try expect(65, ["status", directory.file("in")], "holds no run")
      #expect(try Program.run(run + ["--overwrite"]).status == 0)
      #expect(!directory.exists("out/manifest-00001-of-00002.jsonl"), "shards go with their run")
      try expect(73, run + ["--shard", "1/2"], "without shards")
    }
  }

  @Test func movedPhotographsAreLedBackAfterAMerge() throws {
    try TemporaryDirectory.use { directory in
      try fill(directory, 6)
      try directory.put(Pipelines.moving, at: "p.yaml")
      let before = try directory.results("in")
      for index in 1...2 {
        #expect(try Program.run(arguments(directory) + ["--shard", "\(index)/2"]).status == 0)
      }
      let refused = try Program.run(arguments(directory) + ["--overwrite"])
      #expect(refused.status == 73 && refused.stderr.contains("moved photographs"), "\(refused.stderr)")
      #expect(try Program.run(["merge", directory.file("out")]).status == 0)
      #expect(try directory.results("in") != before)
      let undone = try Program.run(["undo", directory.file("out/manifest.jsonl")])
      #expect(undone.status == 0, "\(undone.stderr)")
      #expect(try directory.results("in") == before)
      #expect(try Program.run(["merge", directory.file("out")]).status == 65)
    }
  }
}

/// `plan`, and what schedulers say.
@Suite struct ShardPlanTests {
  @Test func aPlanIsWhatShardsReadInsteadOfWalking() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let file = try directory.put(Pipelines.copying, at: "p.yaml")
      let output = ["--output", directory.file("out")]
      let plan = ["plan", file, directory.file("in")] + output
      let planned = try Program.run(plan + ["--shards", "2"])
      #expect(planned.status == 0 && planned.stderr.contains("6 files in 2 shards"), "\(planned.stderr)")
      let sizes = planned.lines.map { $0.split(separator: "\t").map(String.init) }
      #expect(sizes.map { $0[0] } == ["1/2", "2/2"] && sizes.compactMap { Int($0[1]) }.reduce(0, +) == 6)
      #expect(try Program.run(["status", directory.file("out")]).output.contains("2 waiting"))
      #expect(try Program.run(plan + ["--shards", "3"]).status == 64)
      #expect(try Program.run(plan).status == 0, "the same again changes nothing")

      // A photograph that comes later belongs to no shard, and inputs need not be named.
      try directory.put(picture(60, 60), at: "in/later.jpg")
      for index in 1...2 {
        let result = try Program.run(["run", file] + output + ["--shard", "\(index)/2"])
        #expect(result.status == 0, "\(result.stderr)")
      }
      #expect(try Program.run(["merge", directory.file("out")]).status == 0)
      #expect(
        try directory.records().map(\.path) == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg", "sub/broken.jpg"])
      let status = try Program.run(["status", directory.file("out"), "--format", "json"])
      let json = try JSONSerialization.jsonObject(with: Data(status.stdout)) as? [String: Any]
      #expect(json?["finished"] as? Int == 6 && (json?["states"] as? [String: Int])?["done"] == 2)
      #expect((json?["parts"] as? [[String: Any]])?.count == 2)
    }
  }

  @Test func aPlanWithoutANumberLeavesItToTheShards() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs(1)
      let file = try directory.put(Pipelines.copying, at: "p.yaml")
      let output = ["--output", directory.file("out")]
      let planned = try Program.run(["plan", file, directory.file("in")] + output)
      #expect(planned.status == 0 && planned.output.isEmpty && planned.stderr.contains("3 files;"))
      #expect(try Program.run(["merge", directory.file("out")]).status == 65)
      #expect(try Program.run(["run", file, directory.file("in")] + output + ["--shard", "1/1"]).status == 0)
      #expect(try Program.run(["run", file, directory.file("in")] + output + ["--shard", "1/2"]).status == 64)
      #expect(try Program.run(["merge", directory.file("out")]).status == 0)
    }
  }

  private static let slurm = [
    "SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_MAX": "7",
    "SLURM_ARRAY_TASK_COUNT": "3",
  ]

  @Test(arguments: [
    (slurm, "2/3"),
    (slurm.merging(["PARALLEL_SEQ": "1", "SHARDS": "9"]) { one, _ in one }, "2/3"),
    (["JOB_COMPLETION_INDEX": "0", "SHARDS": "4"], "1/4"),
    (["SGE_TASK_ID": "5", "SGE_TASK_FIRST": "1", "SGE_TASK_LAST": "9", "SGE_TASK_STEPSIZE": "2"], "3/5"),
    (["SGE_TASK_ID": "undefined", "PARALLEL_SEQ": "4", "SHARDS": "4"], "4/4"),
  ])
  func schedulersAreUnderstood(variables: [String: String], shard: String) throws {
    try TemporaryDirectory.use { directory in
      for index in 0..<12 { try directory.put([1], at: "in/\(index).jpg") }
      let file = try directory.put(Pipelines.copying, at: "p.yaml")
      let command = [
        "run", file, directory.file("in"), "--output", directory.file("out"), "--dry-run", "--shard",
      ]
      let auto = try Program.run(command + ["auto"], environment: variables)
      #expect(auto.status == 0 && !auto.lines.isEmpty && auto.lines.count < 12, "\(auto.stderr)")
      #expect(try auto.output == Program.run(command + [shard]).output)
      let own = try #require(Shard(shard))
      #expect(auto.lines.allSatisfy { own.contains($0.split(separator: "\t")[0].utf8) })
    }
  }

  @Test(
    arguments: [
      ([:], "no task of a job array"),
      (slurm.merging(["SLURM_ARRAY_TASK_ID": "8"]) { $1 }, "without gaps"),
      (slurm.merging(["SLURM_ARRAY_TASK_MAX": "9"]) { $1 }, "without gaps"),
      (["SLURM_ARRAY_TASK_ID": "1"], "SLURM_ARRAY_TASK_MIN is not set"),
      (["JOB_COMPLETION_INDEX": "1"], "SHARDS is not set"),
      (["JOB_COMPLETION_INDEX": "4", "SHARDS": "4"], "completions"),
      (["PARALLEL_SEQ": "x", "SHARDS": "4"], "not a number"),
      (
        ["SGE_TASK_ID": "4", "SGE_TASK_FIRST": "1", "SGE_TASK_LAST": "9", "SGE_TASK_STEPSIZE": "2"],
        "no task from 1 to 9 by 2"
      ),
    ] as [([String: String], String)])
  func nonsenseIsAUsageError(variables: [String: String], words: String) throws {
    let result = try Program.run(
      ["classify", Program.repository + "/samples", "--shard", "auto"], environment: variables)
    #expect(result.status == 64 && result.stderr.contains(words), "\(result.stderr)")
  }
}
