import ArgumentParser
import Foundation
import Manifests
import PipelineFiles
import Reports
import SystemPackage

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Give the labels and rectangles of a run to other tools.",
    discussion: ExportCatalog.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "The run's manifest, like OUT/manifest.jsonl.", completion: .file())
  var manifest: String

  @Option(
    help: ArgumentHelp(
      "What to write: \(ExportCatalog.all.map { $0.name }.joined(separator: ", ")).", valueName: "format"),
    completion: .list(ExportCatalog.all.map { $0.name }))
  var format: String

  @Option(
    name: .shortAndLong,
    help: "Where: a file or, for some formats, a directory, that is not there yet.", completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Leave out photographs whose best label has a lower score.", valueName: "share"))
  var minScore = Share(0)

  @Option(
    help: ArgumentHelp(
      "Hand on what this stage has written, like crops, instead of the photographs (\(Self.pictureFormats)).",
      valueName: "stage"))
  var outputsOf: String?

  @Option(
    help: ArgumentHelp(
      "webdataset: begin another shard when one has this size, like 256M (default: 1G).", valueName: "bytes"))
  var shardSize: ByteCount?

  @Option(
    help: ArgumentHelp("webdataset: begin another shard when one has so many photographs.", valueName: "n"))
  var shardPhotographs: Int?

  private static let pictureFormats = ExportCatalog.all.filter { $0.handsOnPictures }.map { $0.name }
    .joined(separator: ", ")

  func validate() throws {
    let names = ExportCatalog.all.map { $0.name }
    if !names.contains(format) {
      let near = Suggestion.text(for: format, among: names)
      throw ValidationError("--format: no format '\(format)'\(near)")
    }
    if outputsOf != nil, !ExportCatalog.all.contains(where: { $0.name == format && $0.handsOnPictures }) {
      throw ValidationError(
        "--outputs-of is for \(Self.pictureFormats): what \(format) holds is true of the photographs alone")
    }
    if shardSize != nil || shardPhotographs != nil, format != "webdataset" {
      throw ValidationError("--shard-size and --shard-photographs are for webdataset")
    }
    if let shardPhotographs, shardPhotographs < 1 {
      throw ValidationError("--shard-photographs wants a number of at least 1")
    }
  }

  func run() throws {
    try reportingErrors {
      let standard = ShardLimits.standard
      let run = ExportedRun(
        manifest: FilePath(manifest), leastScore: minScore.value, outputsOf: outputsOf,
        shardLimits: ShardLimits(
          bytes: shardSize?.bytes ?? standard.bytes, photographs: shardPhotographs ?? standard.photographs))
      do throws(ExportError) {
        try ExportCatalog.write(run, as: format, to: FilePath(output))
      } catch {
        throw Exit(error)
      }
    }
  }
}

extension Exit {
  /// An export that cannot be made.
  fileprivate init(_ error: ExportError) {
    switch error {
    case .manifest(let error): self.init(error)
    case .file(let error): self.init(error)
    case .exists(let path):
      self.init(ExitStatus.cannotCreate, "\(path) is there already; choose another --output, or remove it")
    case .nothing(let message): self.init(ExitStatus.invalidData, message)
    }
  }
}
