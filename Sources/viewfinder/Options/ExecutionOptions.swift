import ArgumentParser
import Manifests

/// How the run is carried out and shown.
struct ExecutionOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many cores to use (default: those granted to the process).", valueName: "n"))
  var jobs: Int?

  @Flag(help: "Go on with an interrupted run in the output directory: what is done and still true stays.")
  var resume = false

  @Flag(help: "Replace the manifest and the outputs of an earlier run in the output directory.")
  var overwrite = false

  @Option(
    defaultAsFlag: Reasons.all, parsing: .next,
    help: ArgumentHelp(
      "Like --resume, and process failed photographs again: all, or those with these reasons.",
      valueName: "reason,…"))
  var retryFailed: Reasons?

  @Option(
    help: ArgumentHelp(
      """
      Process one part of the photographs, like 3/10, or the part that the job array of a scheduler asks for (auto). All parts share \
      the output directory; one that was begun goes on. `viewfinder merge` joins them.
      """, valueName: "i/n|auto"))
  var shard: ShardChoice?

  @Flag(help: "Say what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Print the pipeline with every option filled in, and do nothing.")
  var printConfig = false

  @Flag(help: "Put the records in the order of their paths when the run has ended.")
  var sorted = false

  @Option(
    help: ArgumentHelp(
      "Stop when more photographs than this have failed: a number, or a share like 5%.", valueName: "n|p%"))
  var maxErrors: ErrorBudget?

  @Flag(help: "End with code 2 if any photograph has failed.")
  var strict = false

  @Option(
    help: ArgumentHelp("Put photographs that fail aside there, each with its reason.", valueName: "dir"),
    completion: .directory)
  var quarantine: String?

  @Option(
    help: ArgumentHelp(
      "Stop taking photographs after this time, like 90s, 25m or 2h, and end with code 75.",
      valueName: "duration"))
  var timeLimit: TimeLimit?

  @Option(help: "How to show progress: \(ProgressStyle.allCases.map(\.rawValue).joined(separator: ", ")).")
  var progress = ProgressStyle.auto

  @Option(help: "Colours on the terminal: auto, always or never. NO_COLOR is heeded.")
  var color = ColourChoice.auto

  @Option(help: "How messages look: text or json.")
  var logFormat = LogFormat.text

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  @Flag(
    name: .shortAndLong, help: "Say more: what the run starts with, what each stage is at, and what it did.")
  var verbose = false

  /// Among messages for programs, progress is for programs too.
  var shownProgress: ProgressStyle {
    quiet ? .none : progress == .auto && logFormat == .json ? .json : progress
  }

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs wants a number from 1 to 1024") }
    if let word = retryFailed?.unknown.first {
      let reasons = ReasonCode.allCases.map(\.rawValue)
      throw ValidationError(
        "--retry-failed: '\(word)' is no reason; write --retry-failed=REASON,… out of \(reasons.joined(separator: ", "))"
      )
    }
    let modes = [resume, overwrite, retryFailed != nil]
    if modes.filter(\.self).count > 1 {
      throw ValidationError("give one of --resume, --overwrite and --retry-failed")
    }
    if shard != nil, overwrite {
      throw ValidationError(
        "a shard goes on with what is there: leave --overwrite out, or choose another --output")
    }
  }
}
