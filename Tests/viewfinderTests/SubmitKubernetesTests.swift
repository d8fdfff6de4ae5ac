import Foundation
import TestSupport
import Testing
import Yams

/// What `submit kubernetes` writes, and how `submit` refuses.
@Suite struct SubmitKubernetesTests {
  private static let pipeline = "version: 1\nstages: [{use: read}, {use: sort, with: {path: '{name}'}}]\n"

  private func submit(_ words: [String], in directory: TemporaryDirectory, path: String? = nil) throws
    -> Program.Result
  {
    try directory.put(Self.pipeline, at: "p.yaml")
    try directory.makePhotographs(1)
    return try Program.run(
      ["submit"] + words, directory: directory.path, environment: path.map { ["PATH": $0] } ?? [:])
  }

  private func kubernetes(_ input: String, _ directory: TemporaryDirectory) -> [String] {
    [
      "kubernetes", "p.yaml", input, "--output", "out", "--shards", "9", "--at-once", "3", "--image",
      "registry/v:1",
      "--claim", "photographs", "--mount", directory.path,
    ]
  }

  @Test func anIndexedJobHasAPodForEachShard() throws {
    try TemporaryDirectory.use { directory in
      #expect(try submit(kubernetes("in", directory), in: directory).status == 0)
      let text = try String(decoding: directory.contents("out/jobs/shards.yaml"), as: UTF8.self)
      let node = try #require(try Yams.compose(yaml: text))
      let spec = try #require(node["spec"])
      #expect(node["kind"] == "Job" && node["apiVersion"] == "batch/v1" && spec["completionMode"] == "Indexed")
      #expect(spec["completions"]?.int == 9 && spec["parallelism"]?.int == 3)
      let rules = try #require(spec["podFailurePolicy"]?["rules"]?.array())
      let refused = rules.flatMap { $0["onExitCodes"]?["values"]?.array().compactMap(\.int) ?? [] }
      #expect(refused == [64, 65, 78, 66], "75 starts again")
      let pod = try #require(spec["template"]?["spec"])
      #expect(pod["restartPolicy"] == "Never")
      let container = try #require(pod["containers"]?.array().first)
      #expect(container["env"]?.array().first?["value"]?.string == "9")
      #expect(container["volumeMounts"]?.array().first?["mountPath"]?.string == directory.path)
      #expect(
        container["command"]?.array().map(\.string) == [
          "viewfinder", "run", "p.yaml", "in", "--output", "out", "--progress", "none", "--shard", "auto",
        ])
      #expect(container["image"]?.string == "registry/v:1")
    }
  }

  /// Through YAML, and through what Kubernetes does with dollars.
  @Test(arguments: [
    "$(HOME)", "a\"b\\c", "$$x$", "new\nline\u{85}\u{2028}\u{1}\u{FEFF}é🙂", "*: [#", "'", " - ",
  ])
  func everyWordArrivesThroughYAML(name: String) throws {
    try TemporaryDirectory.use { directory in
      try FileManager.default.createDirectory(
        atPath: directory.file(name), withIntermediateDirectories: false)
      #expect(try submit(kubernetes(name, directory), in: directory).status == 0)
      let text = try String(decoding: directory.contents("out/jobs/shards.yaml"), as: UTF8.self)
      let pod = try #require(try Yams.compose(yaml: text)?["spec"]?["template"]?["spec"])
      let word = try #require(pod["containers"]?.array().first?["command"]?.array()[3].string)
      #expect(word.replacing("$$", with: "$") == name && !word.replacing("$$", with: "").contains("$"))
    }
  }

  @Test func nothingIsWrittenForADryRun() throws {
    try TemporaryDirectory.use { directory in
      for scheduler in ["slurm", "parallel"] {
        let words = [scheduler, "p.yaml", "in", "--output", "out", "--shards", "3"]
        let shown = try submit(words + ["--dry-run"], in: directory)
        #expect(shown.status == 0 && shown.output.contains("==> start.sh: ") && shown.stderr.isEmpty)
        #expect(!directory.exists("out"))
        #expect(try submit(words + ["--no-start", "--overwrite"], in: directory).status == 0)
        let written = try String(decoding: directory.contents("out/jobs/start.sh"), as: UTF8.self)
        #expect(shown.output.contains(written))
        try FileManager.default.removeItem(atPath: directory.file("out"))
      }
    }
  }

  @Test func whatWasChangedThereStays() throws {
    try TemporaryDirectory.use { directory in
      let words = ["slurm", "p.yaml", "in", "--output", "out", "--shards", "3", "--no-start"]
      try directory.put("mine", at: "out/jobs/merge.sbatch")
      let refused = try submit(words, in: directory)
      #expect(refused.status == 73 && refused.stderr.contains("--overwrite"), "\(refused.stderr)")
      #expect(try directory.contents("out/jobs/merge.sbatch") == Array("mine".utf8))
      #expect(!directory.exists("out/jobs/start.sh"))
      #expect(try submit(words + ["--overwrite"], in: directory).status == 0)
    }
  }

  @Test func mistakesShowBeforeAnyJobIsThere() throws {
    try TemporaryDirectory.use { directory in
      let run = ["p.yaml", "in", "--output", "out"]
      let wrong: [(Int32, [String], String)] = [
        (64, ["slurm"] + run, "--shards"), (64, ["slurm", "--shards", "0"] + run, "--shards"),
        (64, ["slurm", "--shards", "3", "--time", "30s"] + run, "--time"),
        (64, ["slurm", "--shards", "3", "--sbatch=-p\n#SBATCH x"] + run, "one line"),
        (64, ["slurm", "--shards", "3", "p.yaml", "--output", "out"], "no input"),
        (64, ["slurm", "--shards", "3", "p.yaml", "--files-from", "-", "--output", "out"], "stdin"),
        (64, ["parallel", "--shards", "3", "--retries", "0"] + run, "--retries"),
        (
          64, ["kubernetes", "--shards", "3", "--image", "i", "--claim", "c", "--mount", "/else"] + run,
          "is not below /else"
        ),
        (65, ["slurm", "--shards", "3", "--set", "sort.mode=teleport"] + run, "teleport"),
        (66, ["slurm", "--shards", "3", "missing.yaml", "in", "--output", "out"], "cannot read the pipeline"),
        (78, ["slurm", "--shards", "3"] + run, "--no-start"),
        (78, ["parallel", "--shards", "3"] + run, "GNU parallel"),
      ]
      for (status, words, says) in wrong {
        let result = try submit(words, in: directory, path: directory.file("nothing"))
        #expect(result.status == status && result.stderr.contains(says), "\(words): \(result.stderr)")
        #expect(!directory.exists("out"), "\(words)")
      }
    }
  }
}
