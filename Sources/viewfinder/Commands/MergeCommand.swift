import ArgumentParser
import Foundation
import Glibc
import Manifests
import PipelineFiles
import Stages
import SystemPackage

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Join the shards of a run to one manifest.",
    discussion: """
      Writes DIR/manifest.jsonl, in the order of the paths, and DIR/run.json; from then on DIR is like that of a single run. Refuses, \
      and writes nothing, when a shard is missing or does not fit. May be run at any time, and again.
      """)

  @Argument(help: "The output directory that the shards share.", completion: .directory)
  var directory: String

  @Option(
    help: ArgumentHelp("How many shards there must be (default: as many as the run has).", valueName: "n"))
  var expect: Int?

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  func validate() throws {
    if let expect, !(1...Shard.most).contains(expect) {
      throw ValidationError("--expect wants a number from 1 to \(Shard.most)")
    }
  }

  func run() throws {
    try reportingErrors {
      Self.raiseOpenFiles()
      let outcome: ShardMerge.Outcome
      let merge: ShardMerge
      do throws(MergeError) {
        merge = try ShardMerge(FilePath(directory), expecting: expect)
        outcome = try merge.write(Self.format(merge.pipeline))
      } catch {
        throw Exit(error)
      }
      merge.removeLeftovers()
      guard !quiet else { return }
      if outcome.duplicates > 0 {
        say("\(outcome.duplicates) records gave way to newer ones of the same photographs")
      }
      if merge.programs > 1 { say("the shards were made by \(merge.programs) different programs") }
      say("\(outcome.counts.records) photographs of \(merge.shards) shards")
      say("records   \(outcome.manifest)")
    }
  }

  private func say(_ line: String) { Terminal.write(line + "\n", to: STDERR_FILENO) }

  /// As the pipeline wants its manifest.
  private static func format(_ pipeline: String) -> ManifestFormat {
    (try? PipelineFile.read(pipeline, name: "run.json", vocabulary: .viewfinder)).map(ManifestOptions.format)
      ?? .lines
  }

  /// All manifests are open at once: as many files as the system lets this process have.
  private static func raiseOpenFiles() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

extension Exit {
  /// Shards that cannot be joined, or looked at.
  init(_ error: MergeError) {
    switch error {
    case .noShards(let sentence), .incomplete(let sentence): self.init(ExitStatus.invalidData, sentence)
    case .manifest(.file(let file)) where file.stopsIntake:
      self.init(ExitStatus.stoppedEarly, file.description)
    case .manifest(let error): self.init(error)
    }
  }
}
