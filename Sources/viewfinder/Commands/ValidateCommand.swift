import ArgumentParser
import StageGraph
import Stages
import SystemPackage

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a pipeline file, its wiring and its model, without reading a photograph.")

  @Argument(
    help: "The pipeline: a file, or the name of one in ./pipelines or of the installation.",
    completion: .file(),
    transform: PipelineLibrary.file(of:))
  var pipeline: String

  @OptionGroup var changes: PipelineOptions

  func run() throws {
    try reportingErrors {
      let spec = try changes.read(pipeline, findsPrograms: true)
      let library = ModelLibrary()
      let setup = StageSetup(
        limits: RunLimits(spec.limits), files: [], output: ".",
        model: { request throws(SetupError) in try library.load(request) },
        directory: FilePath(pipeline).removingLastComponent())
      do throws(SetupError) {
        _ = try PipelineBuilder.graph(for: spec, setup: setup, jobs: 1)
      } catch {
        throw Exit(error)
      }
      print("\(pipeline): \(spec.stages.count) stages, fine")
    }
  }
}
