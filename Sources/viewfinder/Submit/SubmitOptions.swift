import ArgumentParser
import Foundation
import Manifests

/// What every scheduler is told: the run, its shards, and what one of them gets.
struct SubmitOptions: ParsableArguments {
  @Argument(
    help: "The pipeline: a file, or the name of one in ./pipelines or of the installation.",
    completion: .file(),
    transform: PipelineLibrary.file(of:))
  var pipeline: String

  @Argument(help: "Directories and files.", completion: .file())
  var inputs: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where everything is written, on a disk that all machines see; job files go into DIR/jobs.",
      valueName: "dir"), completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("In how many parts: some ten minutes' work each.", valueName: "n"))
  var shards: Int

  @Option(help: ArgumentHelp("Cores of one shard.", valueName: "n"))
  var cpus = 1

  @Option(
    help: ArgumentHelp(
      "Memory of one shard, like 2G (default: 512M, and 256M a core).", valueName: "bytes"))
  var memory: ByteCount?

  @Option(help: ArgumentHelp("At most so many shards at the same time.", valueName: "n"))
  var atOnce: Int?

  @Option(
    help: ArgumentHelp(
      "The program as the machines call it (default: this one's path).", valueName: "path"))
  var program: String?

  @OptionGroup var changes: PipelineOptions

  @Flag(help: "Print the job files, and write and start nothing.")
  var dryRun = false

  @Flag(help: "Write the files and start nothing.")
  var noStart = false

  @Flag(help: "Replace the job files that are there.")
  var overwrite = false

  @OptionGroup(title: "Inputs") var input: InputOptions

  func validate() throws {
    if !(1...Shard.most).contains(shards) {
      throw ValidationError("--shards wants a number from 1 to \(Shard.most)")
    }
    if !(1...1024).contains(cpus) { throw ValidationError("--cpus wants a number from 1 to 1024") }
    if let atOnce, atOnce < 1 { throw ValidationError("--at-once wants a number of at least 1") }
    if input.filesFrom == "-" {
      throw ValidationError("machines cannot read this stdin: write the names to a file for --files-from")
    }
    if inputs.isEmpty, input.filesFrom == nil {
      throw ValidationError("no input: name a directory, files, or a list with --files-from")
    }
    if !inputs.isEmpty, input.filesFrom != nil {
      throw ValidationError("give inputs or --files-from, not both")
    }
  }

  /// - Parameters:
  ///   - program: what the machines call where nothing else was said.
  ///   - further: options of `run` that this scheduler needs.
  func run(program standard: String, further: [String] = []) -> ShardedRun {
    ShardedRun(
      program: program ?? standard, directory: FileManager.default.currentDirectoryPath, pipeline: pipeline,
      inputs: inputs, output: output, choices: choices, further: further, shards: shards, atOnce: atOnce,
      cores: cpus, memory: memory ?? ByteCount(bytes: (512 + 256 * cpus) << 20))
  }

  /// The options that `plan` and `run` have in common, as words.
  private var choices: [String] {
    changes.words + input.words
  }
}

extension InputOptions {
  /// These options as words of a command line.
  var words: [String] {
    var words = recursive ? [] : ["--no-recursive"]
    words += include.map { "--include=\($0)" } + exclude.map { "--exclude=\($0)" }
    if let filesFrom {
      words += ["--files-from=\(filesFrom)"] + (zero ? ["-0"] : []) + (root == "." ? [] : ["--root=\(root)"])
    }
    if let limit { words += ["--limit", String(limit)] }
    return words
  }
}
