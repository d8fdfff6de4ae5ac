import ArgumentParser
import PipelineFiles

extension GraphDrawing: ExpressibleByArgument {}

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw the stages of a pipeline file and the arrows between them.",
    discussion: "For a picture:  viewfinder graph PIPELINE --format dot | dot -Tsvg > pipeline.svg")

  @Argument(
    help: "The pipeline: a file, or the name of one in ./pipelines or of the installation.",
    completion: .file(),
    transform: PipelineLibrary.file(of:))
  var pipeline: String

  @Option(help: "How: text, dot (Graphviz) or mermaid.")
  var format = GraphDrawing.text

  func run() throws {
    try reportingErrors {
      let spec = try PipelineLoading.read(file: pipeline, changes: [], model: nil)
      print(format.drawn(spec), terminator: "")
    }
  }
}
