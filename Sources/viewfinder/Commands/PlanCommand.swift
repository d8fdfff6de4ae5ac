import ArgumentParser
import Foundation
import Manifests
import PipelineFiles
import StageGraph
import Stages
import SystemPackage

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "List photographs once, for all shards of a run.",
    discussion: """
      Checks the pipeline and its model, freezes the listing in DIR, and says how many files each shard gets. Shards then read that list \
      instead of walking the directories, and need not be told the inputs. Give the pipeline the same options as the shards.
      """)

  @Argument(
    help: "The pipeline: a file, or the name of one in ./pipelines or of the installation.",
    completion: .file(),
    transform: PipelineLibrary.file(of:))
  var pipeline: String

  @Argument(help: "Directories and files.", completion: .file())
  var inputs: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The output directory of the shards.", valueName: "dir"),
    completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("How many shards there will be; they must be as many.", valueName: "n"))
  var shards: Int?

  @OptionGroup var changes: PipelineOptions

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  @OptionGroup(title: "Inputs") var input: InputOptions

  func validate() throws {
    if let shards, !(1...Shard.most).contains(shards) {
      throw ValidationError("--shards wants a number from 1 to \(Shard.most)")
    }
  }

  func run() throws {
    try reportingErrors {
      let list = try frozen()
      guard let shards else {
        say("\(list.files.count) files; the listing is frozen in \(output)")
        return
      }
      var sizes = [Int](repeating: 0, count: shards)
      for file in list.files { sizes[Shard.index(of: file.pathBytes, among: shards) - 1] += 1 }
      for (index, size) in sizes.enumerated() { print("\(index + 1)/\(shards)\t\(size)") }
      say(
        "\(list.files.count) files in \(shards) shards of \(sizes.min() ?? 0) to \(sizes.max() ?? 0); the listing is frozen in \(output)"
      )
    }
  }

  /// The list, which is frozen now unless it was.
  func frozen() throws -> InputList {
    let spec = try changes.read(pipeline)
    let directory = RunDirectory(FilePath(output))
    let request = try input.request(inputs, output: directory.output)
    do throws(InputError) { try request.check() } catch { throw Exit(error) }
    let state = RunDirectory.State(
      pipeline: Hashing.sha256(try PipelineFile.write(spec, vocabulary: .viewfinder).utf8),
      models: try models(of: spec), inputs: request.roots.map(\.string), shards: shards)
    let lock = try RunPreparation.lock(directory, isShared: true)
    defer { withExtendedLifetime(lock) {} }
    return try SharedListing(directory: directory, state: state, stop: StopRequest(), spec: spec, say: say)
      .list(
        for: request)
  }

  /// Checksums by the names under which the pipeline asks for them. Whatever would keep a shard from starting shows here.
  private func models(of spec: PipelineSpec) throws(Exit) -> [String: String] {
    let models = LoadedModels(library: ModelLibrary())
    let earlier = EarlierRuns()
    let setup = StageSetup(
      limits: RunLimits(spec.limits), files: [], output: FilePath(output),
      model: { request throws(SetupError) in try models.model(request) },
      earlier: { manifest throws(SetupError) in try earlier.run(manifest) })
    do throws(SetupError) {
      _ = try PipelineBuilder.graph(for: spec, setup: setup, jobs: 1)
    } catch {
      throw Exit(error)
    }
    return models.hashes.merging(earlier.hashes) { $1 }
  }

  private func say(_ line: String) {
    if !quiet { Terminal.write(line + "\n", to: 2) }
  }
}
