import ArgumentParser
import Foundation
import Glibc
import Stages

/// Carries out what `submit` was asked: checks, writes job files, says what comes, and starts it.
struct Submission {
  private let options: SubmitOptions
  private let writer: any JobWriter
  private let run: ShardedRun

  /// - Parameters:
  ///   - further: options of `run` that this scheduler needs.
  ///   - program: what the machines call the program; nil for the path of this one.
  init(
    _ options: SubmitOptions, _ writer: some JobWriter, further: [String] = [], program: String? = nil
  ) throws(Exit) {
    self.options = options
    self.writer = writer
    let program = if let program { program } else { try Self.ownPath() }
    run = options.run(program: program, further: further)
  }

  func carryOut() throws {
    let files = writer.files(for: run)
    // What would fail in every shard shows here.
    _ = try options.changes.read(options.pipeline)
    if options.dryRun {
      print(files.map { "==> \($0.name): \($0.purpose)\n\n\($0.text)" }.joined(separator: "\n"), terminator: "")
      return
    }
    let starts = !options.noStart && !writer.tools.isEmpty
    var lines = [
      "\(writer.scheduler): \(run.shards) shards, each \(run.cores) core\(run.cores == 1 ? "" : "s") and \(run.memory.text)"
    ]
    if starts {
      try requireTools()
      // Inputs that cannot be read show here, and no shard waits for another to list them.
      let list = try PlanCommand.parse(run.planWords).frozen()
      lines[0] += ", for \(list.files.count) files"
    }
    let directory = JobDirectory(output: options.output)
    try directory.write(files, overwrite: options.overwrite)
    lines += files.map { "wrote \(directory.word)/\($0.name)   \($0.purpose)" }
    if !starts, !writer.tools.isEmpty { lines.append("start it with:  sh \(directory.word)/start.sh") }
    lines += writer.nextSteps(for: run, in: directory.word).map { "  " + $0 }
    Terminal.write(lines.joined(separator: "\n") + "\n", to: 2)
    if starts { try directory.start("start.sh") }
  }

  private func requireTools() throws(Exit) {
    for tool in writer.tools where !Self.isThere(tool) {
      throw Exit(
        ExitStatus.configuration,
        "there is no `\(tool)` here: submit on a machine that has \(writer.scheduler), or write the files with --no-start"
      )
    }
  }

  private static func isThere(_ tool: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
  }

  /// Links resolved: machines need not have the same ones.
  private static func ownPath() throws(Exit) -> String {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw Exit(ExitStatus.configuration, "this program's own path is not known: give --program")
    }
    defer { free(path) }
    return String(cString: path)
  }
}
