import Foundation
import Glibc
import TestSupport
import Testing

/// The job files that `submit` writes. That schedulers do with them what they should is checked by `Tests/Acceptance/cluster.py`.
@Suite struct SubmitTests {
  /// A directory with a program that writes down how it was called, and tools that do the same in place of Slurm's.
  private struct Place {
    let directory: TemporaryDirectory
    let program: String
    let pipeline = "version: 1\nstages: [{use: read}, {use: sort, with: {path: '{name}'}}]\n"

    init(_ directory: TemporaryDirectory) throws {
      self.directory = directory
      program = try Self.script(
        """
        printf '%s\\0' "$PWD" "$@" >>"$CALLS"
        [ -z "${STAYS-}" ] || { trap 'kill $!; exit 75' TERM; sleep 60 & : >"$STAYS"; wait; }
        [ -z "${ADDS-}" ] || echo '{}' >>"$ADDS"
        exit "${CODE:-0}"
        """, at: "its $HOME's/view`finder`", in: directory)
      for tool in ["sbatch", "scontrol"] {
        _ = try Self.script(
          """
          [ "$1" != show ] || { echo 'MaxArraySize            = 11'; exit; }
          echo \(tool) "$@" >>"$TOOLS"
          [ \(tool) != sbatch ] || grep -c '^sbatch' "$TOOLS"
          """, at: "bin/\(tool)", in: directory)
      }
      try directory.makePhotographs(1)
    }

    private static func script(_ text: String, at name: String, in directory: TemporaryDirectory) throws
      -> String
    {
      let path = try directory.put("#!/bin/sh\n" + text, at: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      return path
    }

    var environment: [String: String] {
      [
        "CALLS": directory.file("calls"), "TOOLS": directory.file("tools"),
        "PATH": directory.file("bin") + ":/usr/bin:/bin",
      ]
    }

    func submit(_ words: [String], in folder: String = ".") throws -> Program.Result {
      try Program.run(
        ["submit", words[0], "--program", program, "--no-start"] + words.dropFirst(),
        directory: directory.file(folder))
    }

    func shell(_ words: [String], in folder: String, _ variables: [String: String] = [:]) throws -> Shell {
      try Shell(
        words[0], Array(words.dropFirst()), directory: directory.file(folder),
        environment: environment.merging(variables) { _, new in new })
    }

    /// What the program was called with: directory and words.
    func calls() throws -> [String] {
      try directory.contents("calls").split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
        String(decoding: $0, as: UTF8.self)
      }
    }

    func tools() throws -> [String] {
      try String(decoding: directory.contents("tools"), as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  private func withPlace(_ body: (Place) throws -> Void) throws {
    try TemporaryDirectory.use { directory in try body(try Place(directory)) }
  }

  /// Names that a shell would like to have its way with.
  private static let hostile: [String] = {
    var generator = SeededGenerator(seed: 7)
    let pieces = [
      "'", "\"", "$", "$(id)", "`id`", "\\", ";", "&", "|", "<", ">", "(", ")", "{}", "*", "?", "[a]", "~", "!",
      "#", "%a", " ", "\t", "\n", "-", "=", "é", "{%}", "$$", "#SBATCH", "\u{2028}", "x",
    ]
    return (0..<12).map { _ in
      (0..<6).map { _ in pieces.randomElement(using: &generator)! }.joined()
    } + ["-n", "~root", "a=b"]
  }()

  /// The words of `run` for a shard, as the program should get them.
  private func expected(_ name: String, shard: String, _ further: [String]) -> [String] {
    let (pipeline, input, output) = ("p" + name, "i" + name, "o" + name)
    return ["run", pipeline, input, "--output", output, "--include=" + name] + further + [
      "--progress", "none", "--shard", shard,
    ]
  }

  private func words(_ name: String) -> [String] {
    ["p" + name, "i" + name, "--output", "o" + name, "--include=" + name, "--shards", "12"]
  }

  @Test(arguments: hostile) func everyWordArrivesThroughTheShell(name: String) throws {
    try withPlace { place in
      let (directory, folder) = (place.directory, "d" + name)
      try directory.put(place.pipeline, at: "\(folder)/p\(name)")
      try FileManager.default.createDirectory(
        atPath: directory.file("\(folder)/i\(name)"), withIntermediateDirectories: false)
      let jobs = "\(folder)/o\(name)/jobs"
      for scheduler in ["slurm", "parallel"] {
        let written = try place.submit([scheduler, "--overwrite"] + words(name), in: folder)
        #expect(written.status == 0, "\(written.stderr)")
      }
      try directory.put("", at: "\(jobs)/logs/none")
      let own = URL(fileURLWithPath: directory.file(folder)).resolvingSymlinksInPath().path
      let runs: [([String], [String: String], String, [String])] = [
        (["/bin/bash", "shards.sbatch", "10"], ["SLURM_ARRAY_TASK_ID": "2"], "12/12", []),
        (["/bin/sh", "shard.sh", "7"], [:], "7/12", ["--jobs", "1"]),
      ]
      for (command, variables, shard, further) in runs {
        try? FileManager.default.removeItem(atPath: directory.file("calls"))
        let ended = try place.shell(command, in: jobs, variables).finish()
        #expect(ended.status == 0, "\(ended.said)")
        #expect(try place.calls() == [own] + expected(name, shard: shard, further))
      }
      try? FileManager.default.removeItem(atPath: directory.file("calls"))
      #expect(try place.shell(["/bin/bash", "merge.sbatch"], in: jobs).finish().status == 0)
      #expect(try place.calls() == [own, "merge", "o" + name, "--expect", "12"])
    }
  }

  /// A pipeline, photographs and job files beside them.
  private func prepared(_ words: [String], _ body: (Place) throws -> Void) throws {
    try withPlace { place in
      try place.directory.put(place.pipeline, at: "p.yaml")
      let written = try place.submit(words + ["p.yaml", "in", "--output", "out"])
      #expect(written.status == 0, "\(written.stderr)")
      try place.directory.put("", at: "out/jobs/logs/none")
      try body(place)
    }
  }

  @Test(arguments: [
    (0, 0, false), (75, 0, true), (75, 5, false), (137, 1, true), (64, 0, false), (65, 0, false),
    (66, 0, false), (78, 0, false), (2, 0, false),
  ])
  func aTaskIsQueuedAgainWhereThatHelps(code: Int, restarts: Int, again: Bool) throws {
    try prepared(["slurm", "--shards", "4"]) { place in
      let ended = try place.shell(
        ["/bin/bash", "shards.sbatch", "0"], in: "out/jobs",
        [
          "CODE": "\(code)", "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_JOB_ID": "70",
          "SLURM_RESTART_COUNT": "\(restarts)",
        ]
      ).finish()
      #expect(ended.status == code, "the exit code is handed on")
      #expect(ended.said.contains("shard 3 ended with \(code)"))
      #expect(place.directory.exists("tools") == again)
      if again { #expect(try place.tools() == ["scontrol requeue 70_3"]) }
    }
  }

  @Test(arguments: [
    (["slurm"], ["/bin/bash", "shards.sbatch", "0"]), (["parallel"], ["/bin/sh", "shard.sh", "1"]),
  ])
  func aSignalIsHandedOn(words: [String], command: [String]) throws {
    try prepared(words + ["--shards", "4"]) { place in
      let stays = place.directory.file("stays")
      let shell = try place.shell(
        command, in: "out/jobs",
        ["STAYS": stays, "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_JOB_ID": "70"])
      #expect(Program.eventually { place.directory.exists("stays") })
      shell.terminate()
      #expect(shell.finish().status == 75)
      #expect(!place.directory.exists("tools"), "what was cancelled is not queued again")
    }
  }

  /// A start that has added records is worth another one, however many there were.
  @Test(arguments: [(records: false, again: false), (true, true)])
  func progressIsQueuedAgain(records: Bool, again: Bool) throws {
    try prepared(["slurm", "--shards", "4"]) { place in
      let manifest = place.directory.file("out/manifest-00003-of-00004.jsonl")
      let ended = try place.shell(
        ["/bin/bash", "shards.sbatch", "0"], in: "out/jobs",
        [
          "CODE": "75", "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_JOB_ID": "70", "SLURM_RESTART_COUNT": "9",
          "ADDS": records ? manifest : "/dev/null",
        ]
      ).finish()
      #expect(ended.status == 75 && place.directory.exists("tools") == again)
    }
  }

  @Test func aShardWhoseTimeRunsOutIsQueuedAgain() throws {
    try prepared(["slurm", "--shards", "4"]) { place in
      let shell = try place.shell(
        ["/bin/bash", "shards.sbatch", "0"], in: "out/jobs",
        ["STAYS": place.directory.file("stays"), "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_JOB_ID": "70"])
      #expect(Program.eventually { place.directory.exists("stays") })
      shell.signal(SIGUSR1)
      #expect(shell.finish().status == 75)
      #expect(try place.tools() == ["scontrol requeue 70_1"])
    }
  }

  @Test(arguments: [(64, 0), (65, 0), (66, 0), (78, 0), (75, 75), (1, 1), (0, 0)])
  func parallelDoesNotTryAgainWhatCannotHelp(code: Int, seen: Int) throws {
    try prepared(["parallel", "--shards", "4"]) { place in
      let ended = try place.shell(["/bin/sh", "shard.sh", "2"], in: "out/jobs", ["CODE": "\(code)"]).finish()
      #expect(ended.status == seen)
      #expect(place.directory.exists("out/jobs/refused.txt") == (seen == 0 && code != 0))
    }
  }

  @Test func anArrayIsCutWhereSlurmWantsIt() throws {
    try prepared(["slurm", "--shards", "25"]) { (place) throws in
      let ended = try place.shell(["/bin/sh", "out/jobs/start.sh"], in: ".").finish()
      #expect(ended.status == 0 && ended.said.hasSuffix("submitted: shards 1:2:3, merge 4\n"), "\(ended.said)")
      #expect(
        try place.tools() == [
          "sbatch --parsable --array=1-10 shards.sbatch 0", "sbatch --parsable --array=1-10 shards.sbatch 10",
          "sbatch --parsable --array=1-5 shards.sbatch 20",
          "sbatch --parsable --dependency=afterany:1:2:3 merge.sbatch",
        ])
    }
  }

  @Test func underALimitOneArrayWaitsForTheOther() throws {
    try prepared(["slurm", "--shards", "14", "--at-once", "4"]) { (place) throws in
      #expect(try place.shell(["/bin/sh", "out/jobs/start.sh"], in: ".").finish().status == 0)
      #expect(
        try place.tools() == [
          "sbatch --parsable --array=1-10%4 shards.sbatch 0",
          "sbatch --parsable --array=1-4%4 --dependency=afterany:1 shards.sbatch 10",
          "sbatch --parsable --dependency=afterany:1:2 merge.sbatch",
        ])
    }
  }

  @Test func someShardsAreRunAgain() throws {
    try prepared(["slurm", "--shards", "25"]) { (place) throws in
      #expect(try place.shell(["/bin/sh", "out/jobs/start.sh", "3,7-9"], in: ".").finish().status == 0)
      #expect(try place.tools()[0] == "sbatch --parsable --array=3,7-9 shards.sbatch 0")
      // As `merge` names them, and beyond what one array can have.
      let words = ["out/jobs/start.sh", "3,", "7-12,", "25"]
      #expect(try place.shell(["/bin/sh"] + words, in: ".").finish().status == 0)
      #expect(
        try place.tools().suffix(4) == [
          "sbatch --parsable --array=3,7-10 shards.sbatch 0", "sbatch --parsable --array=1-2 shards.sbatch 10",
          "sbatch --parsable --array=5 shards.sbatch 20",
          "sbatch --parsable --dependency=afterany:3:4:5 merge.sbatch",
        ])
    }
  }

  @Test func slurmGetsWhatAShardNeeds() throws {
    let words = ["--cpus", "4", "--memory", "3G", "--time", "90m", "--sbatch=--partition=long"]
    try prepared(["slurm", "--shards", "2"] + words) { place in
      let text = try String(decoding: place.directory.contents("out/jobs/shards.sbatch"), as: UTF8.self)
      let settings = text.split(separator: "\n").filter { $0.hasPrefix("#SBATCH ") }.map { $0.dropFirst(8) }
      let wanted = [
        "--cpus-per-task=4", "--mem=3072M", "--time=90", "--partition=long", "--requeue", "--signal=B:USR1@60",
      ]
      for setting in wanted { #expect(settings.contains { $0 == setting }, "\(setting)") }
      #expect(
        try place.shell(["/bin/bash", "shards.sbatch"], in: "out/jobs").finish().said.contains("sh start.sh"))
    }
  }
}
