import ArgumentParser
import StageGraph
import Stages
import SystemPackage

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a pipeline file, its wiring and its model, without reading a photograph.")

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(
    help: ArgumentHelp(
      "Change an option of a stage, like crop.margin=5%. May be repeated.", valueName: "stage.option=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("The model to classify with: a name or a file.", valueName: "model"))
  var model: String?

  func run() throws {
    try reportingErrors {
      let spec = try PipelineLoading.read(file: pipeline, changes: set, model: model, findsPrograms: true)
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
