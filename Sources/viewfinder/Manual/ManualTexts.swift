/// What the manual says that no command says of itself.
enum ManualTexts {
  /// The codes of ``ExitStatus``, and those of signals.
  static let exitCodes: [(code: String, meaning: String)] = [
    ("0", "done; photographs that failed are in the manifest"),
    ("2", "failures, and --strict, --max-errors or on_error: abort says that they matter"),
    ("64", "wrong usage"),
    ("65", "the pipeline file, a --set, or a manifest is invalid"),
    ("66", "no input, or one that cannot be read"),
    ("73", "the output cannot be created, holds an earlier run, or is in use by another"),
    ("74", "records or outputs cannot be written any more; undo could not put everything back"),
    (
      "75",
      "stopped early (signal, --time-limit, full or read-only disk): what is in the manifest is good, --resume goes on"
    ),
    ("78", "the model or a part of the installation is missing or unusable"),
    ("130, 143", "ended at once by a second SIGINT or SIGTERM; --resume goes on"),
  ]

  static let environment = [
    variable("VIEWFINDER_MODELS", "A directory that is looked through for models before all others."),
    variable(
      "SLURM_CPUS_PER_TASK", "How many cores a job was granted; more are not used unless --jobs says so."),
    variable("CI", "Where it is set, progress is shown in lines, not as a bar."),
    variable(
      "OPENBLAS_CORETYPE",
      "The kernels that OpenBLAS takes, where its own choice is wrong: `viewfinder doctor` says so."),
    variable(
      "SOURCE_DATE_EPOCH", "The date of the pages that `viewfinder manual` writes, in seconds since 1970."),
  ]

  private static let models = file(
    "/usr/share/viewfinder/models",
    "Models that are known by name, the one that ships with the program among them. In an installation elsewhere this is below share, beside bin."
  )
  private static let pipelines = file(
    "/usr/share/viewfinder/pipelines", "Pipeline files to use, to copy and to change.")

  /// What is installed with the program.
  static let installedFiles = [models, pipelines]

  /// What stands in the output directory of a run.
  static let runFiles = [
    file("OUT/manifest.jsonl", "The records: one line of JSON for each photograph."),
    file("OUT/run.json", "The summary of the run: pipeline, model, libraries, counts, speed."),
    file(
      "OUT/.viewfinder",
      "The list of photographs and what else --resume needs; undo and crop --from need it too."),
  ]

  /// The files that matter to a command, as its arguments show.
  static func files(of command: CommandTree) -> [ManualPage.Item] {
    let arguments = command.shownArguments
    let runs = arguments.contains { $0.isCalled("resume") }
    let classifies = arguments.contains { $0.isCalled("model") || $0.valueName == "model" }
    let reads = arguments.contains { $0.kind == .positional && $0.valueName == "pipeline" }
    return (classifies ? [models] : []) + (reads ? [pipelines] : []) + (runs ? runFiles : [])
  }

  private static func file(_ path: String, _ text: String) -> ManualPage.Item {
    ManualPage.Item("Pa \(ManualPage.argument(path))", text)
  }

  private static func variable(_ name: String, _ text: String) -> ManualPage.Item {
    ManualPage.Item("Ev \(ManualPage.argument(name))", text)
  }
}
