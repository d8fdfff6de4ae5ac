import ArgumentParser
import Foundation
import Manifests
import SystemPackage

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Run a pipeline on many machines: write job files for a scheduler and start them.",
    discussion: """
      The files go into DIR/jobs, to be read and changed. See docs/many-machines.md.
      """,
    subcommands: [SubmitSlurmCommand.self, SubmitParallelCommand.self, SubmitKubernetesCommand.self])
}

struct SubmitSlurmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slurm", abstract: "An array of Slurm jobs, and a job that merges behind it.")

  @OptionGroup var options: SubmitOptions

  @Option(
    help: ArgumentHelp(
      "Time limit of one shard, like 45m or 2h (default: the partition's).", valueName: "duration"))
  var time: TimeLimit?

  @Option(
    help: ArgumentHelp(
      "A further option for the jobs, like --sbatch=--partition=long. May be repeated.", valueName: "option"))
  var sbatch: [String] = []

  func validate() throws {
    if let line = sbatch.first(where: { !isOneLine($0) }) {
      throw ValidationError("--sbatch wants an option on one line, not '\(line)'")
    }
    if let time, time.seconds < 120 {
      throw ValidationError("--time wants at least 2m: a minute before it, shards are told to end")
    }
  }

  func run() throws {
    try reportingErrors {
      let minutes = time.map { Int(($0.seconds / 60).rounded(.up)) }
      try Submission(options, SlurmJobs(minutes: minutes, options: sbatch)).carryOut()
    }
  }
}

struct SubmitParallelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parallel", abstract: "GNU parallel, here or over ssh; ends when all is merged.",
    discussion: "--at-once counts on each host.")

  @OptionGroup var options: SubmitOptions

  @Option(
    help: ArgumentHelp(
      "Hosts to run on as GNU parallel's --sshlogin takes them, like 8/host. May be repeated; ':' is this machine.",
      valueName: "host"))
  var sshlogin: [String] = []

  @Option(help: ArgumentHelp("How often a shard that fails is tried, in all.", valueName: "n"))
  var retries = 3

  func validate() throws {
    if let line = sshlogin.first(where: { !isOneLine($0) }) {
      throw ValidationError("--sshlogin wants a host on one line, not '\(line)'")
    }
    // GNU parallel would put its own words in for some of these, and the log of jobs has one job on a line.
    if !sshlogin.isEmpty, absolute(options.output).string.contains(where: { "{\n".contains($0) }) {
      throw ValidationError("other hosts want an --output without braces and line breaks in its path")
    }
    if !(1...100).contains(retries) { throw ValidationError("--retries wants a number from 1 to 100") }
  }

  func run() throws {
    try reportingErrors {
      try Submission(
        options, ParallelJobs(logins: sshlogin, tries: retries), further: ["--jobs", String(options.cpus)]
      )
      .carryOut()
    }
  }
}

struct SubmitKubernetesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes", abstract: "An Indexed Job for Kubernetes, written and not started.",
    discussion: "Pods see the files through one claim, mounted so that the paths given here are right in them.")

  @OptionGroup var options: SubmitOptions

  @Option(help: ArgumentHelp("The image that has viewfinder.", valueName: "image"))
  var image: String

  @Option(
    help: ArgumentHelp("The PersistentVolumeClaim with photographs, pipeline and output.", valueName: "name"))
  var claim: String

  @Option(help: ArgumentHelp("Where the claim is mounted, here and in the pods.", valueName: "dir"))
  var mount: String

  func validate() throws {
    let root = FilePath(mount).lexicallyNormalized()
    guard root.isAbsolute else { throw ValidationError("--mount wants an absolute path, like /data") }
    let list = options.input.filesFrom.map { [$0, options.input.root] } ?? []
    let model = [options.changes.reading.model].compactMap(\.self).filter { $0.contains("/") }
    for place in [options.pipeline, options.output] + options.inputs + list + model {
      guard absolute(place).starts(with: root) else {
        throw ValidationError("\(place) is not below \(root), where pods see the claim")
      }
    }
  }

  func run() throws {
    try reportingErrors {
      let name = "viewfinder-" + Hashing.sha256(absolute(options.output).string.utf8).prefix(8)
      try Submission(
        options, KubernetesJobs(image: image, claim: claim, mount: mount, name: name), program: "viewfinder"
      )
      .carryOut()
    }
  }
}

private func absolute(_ path: String) -> FilePath {
  FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(path)).lexicallyNormalized()
}

private func isOneLine(_ text: String) -> Bool {
  !text.isEmpty && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
}
