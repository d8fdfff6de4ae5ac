import ArgumentParser
import Foundation
import Training

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare attentions: train a grid of networks, and write down what came out.",
    discussion: """
      Each experiment file names photographs, backbones, places, attentions and seeds; their product is trained with the same settings. \
      Each training adds one row to NAME.results.csv; what is there is not trained again, so the same command goes on where it was stopped. \
      At the end the page's tables and drawings are made from the rows alone.
      """)

  @Argument(
    help: ArgumentHelp("Experiments, like experiments/imagewoof.yaml.", valueName: "experiment.yaml"),
    completion: .file())
  var experiments: [String]

  @Option(
    help: ArgumentHelp("What the photographs of the experiments are relative to.", valueName: "dir"),
    completion: .directory)
  var data = "."

  @Option(
    help: ArgumentHelp(
      "Where the models of the experiments are, besides those that `viewfinder models` lists.", valueName: "dir"
    ), completion: .directory)
  var models: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where results are kept (default: beside each experiment).", valueName: "dir"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The page to write; drawings go to images/NAME-OF-THE-PAGE beside it.", valueName: "page.md"),
    completion: .file())
  var page = "docs/evidence.md"

  @Flag(help: "Train nothing: make the page from the rows that are there.")
  var reportOnly = false

  @Flag(help: "List the trainings and which of them are done, and do nothing.")
  var list = false

  @Option(help: ArgumentHelp("Train only cells whose name begins so, like lite0.head.", valueName: "prefix"))
  var only: String?

  @Option(help: ArgumentHelp("Train at most so many cells, then make the page.", valueName: "n"))
  var limit: Int?

  @Flag(help: "Train cells again whose rows are of another definition.")
  var overwrite = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many cores to use (default: those granted to the process).", valueName: "n"))
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs wants a number from 1 to 1024") }
    if let limit, limit < 0 { throw ValidationError("--limit wants a number of at least 0") }
    let names = experiments.map { URL(fileURLWithPath: $0).lastPathComponent }
    if Set(names).count < names.count { throw ValidationError("two experiments have the same name") }
  }

  func run() throws {
    try reportingErrors { try ComparisonRun(self).carryOut() }
  }
}
