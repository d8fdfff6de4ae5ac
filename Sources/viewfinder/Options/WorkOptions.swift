import ArgumentParser

/// How much of the machine a command takes, and how much it says: for commands that go through photographs without a pipeline.
struct WorkOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many cores to use (default: those granted to the process).", valueName: "n"))
  var jobs: Int?

  @Option(help: "How to show progress: \(ProgressStyle.allCases.map(\.rawValue).joined(separator: ", ")).")
  var progress = ProgressStyle.auto

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs wants a number from 1 to 1024") }
  }

  /// Photographs worked on at once.
  var cores: Int { jobs ?? GrantedCores.count }

  var shownProgress: ProgressStyle { quiet ? .none : progress }

  /// Writes a message, unless only errors are wanted.
  func say(_ text: String) {
    if !quiet { Terminal.write(text, to: 2) }
  }
}
