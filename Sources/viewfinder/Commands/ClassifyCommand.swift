import ArgumentParser

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say what is in photographs and where the network looked.",
    discussion: "Without --output the records are printed, one JSON object a line.")

  @Argument(help: "Directories and files.")
  var inputs: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("Write manifest.jsonl and run.json there.", valueName: "dir"))
  var output: String?

  @Option(help: ArgumentHelp("How many labels to keep.", valueName: "n"))
  var top = 5

  @OptionGroup(title: "Inputs") var input: InputOptions
  @OptionGroup(title: "Execution") var execution: ExecutionOptions

  private static let pipeline = """
    version: 1
    stages:
      - use: read
      - use: decode
      - use: classify
      - use: manifest
    """

  func validate() throws {
    if !(1...1000).contains(top) { throw ValidationError("--top wants a number from 1 to 1000") }
  }

  func run() throws {
    try reportingErrors {
      let spec = try PipelineLoading.read(
        Self.pipeline, name: "classify", changes: ["classify.top=\(top)"], model: execution.model)
      try RunSession(spec, inputs: inputs, input, output: output, execution).run()
    }
  }
}
