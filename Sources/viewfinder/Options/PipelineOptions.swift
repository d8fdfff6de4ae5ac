import ArgumentParser
import StageGraph

/// How photographs are read and classified, whatever the pipeline says.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The model to classify with: a name or a file.", valueName: "model"), completion: .file()
  )
  var model: String?

  @Flag(
    help:
      "Decode in processes of their own: a codec that crashes or hangs costs one photograph. Somewhat slower."
  )
  var isolate = false

  /// Changes of the pipeline, as `--set` gives them.
  var changes: [String] { isolate ? ["limits.isolate=process"] : [] }

  /// These options as words of a command line.
  var words: [String] { (model.map { ["--model=\($0)"] } ?? []) + (isolate ? ["--isolate"] : []) }
}

/// What may be changed in a pipeline file for one command, the file untouched.
struct PipelineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Change an option of a stage, like crop.margin=5%. May be repeated.", valueName: "stage.option=value"))
  var set: [String] = []

  @OptionGroup var reading: ReadingOptions

  /// These options as words of a command line.
  var words: [String] { self.set.map { "--set=\($0)" } + reading.words }

  /// The pipeline with all that was said here.
  ///
  /// - Parameter findsPrograms: whether a program that the file names must be there.
  func read(_ file: String, findsPrograms: Bool = false) throws(Exit) -> PipelineSpec {
    try PipelineLoading.read(
      file: file, changes: set + reading.changes, model: reading.model, findsPrograms: findsPrograms)
  }
}
