import ArgumentParser
import Logging

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline file on photographs.",
    discussion:
      "Writes DIR/manifest.jsonl (one record for each photograph), DIR/run.json, and what the pipeline's stages write."
  )

  @Argument(
    help: "The pipeline: a file, or the name of one in ./pipelines or of the installation.",
    completion: .file(),
    transform: PipelineLibrary.file(of:))
  var pipeline: String

  @Argument(help: "Directories and files.", completion: .file())
  var inputs: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where everything is written.", valueName: "dir"),
    completion: .directory)
  var output: String?

  @OptionGroup var changes: PipelineOptions

  @OptionGroup(title: "Inputs") var input: InputOptions
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  func validate() throws {
    guard output != nil || execution.printConfig else {
      throw ValidationError("say where everything is written, with --output DIR")
    }
  }

  func run() throws {
    try reportingErrors(execution) {
      let spec = try changes.read(pipeline, findsPrograms: !execution.printConfig)
      try RunSession(spec, inputs: inputs, input, output: output, execution, pipeline: pipeline).run()
    }
  }
}

/// Ends the program with the code and message of an ``Exit``.
///
/// - Parameter execution: says whether messages are for programs.
func reportingErrors(_ execution: ExecutionOptions? = nil, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch let exit as Exit {
    if let execution, execution.logFormat == .json {
      execution.logger { Terminal.write($0 + "\n", to: 2) }.error("\(exit.message)")
      throw exit.status
    }
    let message = exit.message.contains("error: ") ? exit.message : "error: \(exit.message)"
    Terminal.write(message + "\n", to: 2)
    throw exit.status
  }
}
