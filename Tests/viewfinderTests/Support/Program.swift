import Dispatch
import Foundation
import Glibc
import Testing

/// The built program, driven as people and scripts do.
enum Program {
  /// Beside the test bundle, in the products directory.
  static let path = Bundle.main.executableURL!.deletingLastPathComponent().appendingPathComponent("viewfinder")
    .path

  /// The root of the repository.
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  struct Result {
    let status: Int32
    /// Whether a signal ended it; then `status` is the signal's number.
    let wasKilled: Bool
    let stdout: [UInt8]
    let stderr: String

    var output: String { String(decoding: stdout, as: UTF8.self) }
    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// Looks again and again until something has happened; false when it took too long.
  static func eventually(_ happened: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 60)
    let pause = DispatchSemaphore(value: 0)
    while !happened() {
      guard Date() < deadline else { return false }
      _ = pause.wait(timeout: .now() + .milliseconds(1))
    }
    return true
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], input: [UInt8] = [], directory: String? = nil, environment: [String: String] = [:],
    stdout: String? = nil
  ) throws -> Result {
    try Running(arguments, input: input, directory: directory, environment: environment, stdout: stdout)
      .finish()
  }

  /// A program that was started and may be watched and signalled. Its output goes to files: no pipe can fill up.
  final class Running {
    private let process = Process()
    private let folder: URL
    private let out: URL

    init(
      _ arguments: [String], input: [UInt8] = [], directory: String? = nil, environment: [String: String] = [:],
      stdout: String? = nil
    ) throws {
      try #require(
        FileManager.default.isExecutableFile(atPath: Program.path),
        "the program is not beside the tests: `swift build` makes \(Program.path)")
      folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "viewfinder-run-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      out = stdout.map { URL(fileURLWithPath: $0) } ?? folder.appendingPathComponent("out")
      for name in ["out", "err"] { try Data().write(to: folder.appendingPathComponent(name)) }
      try Data(input).write(to: folder.appendingPathComponent("in"))
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments = arguments
      if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
      var variables = ProcessInfo.processInfo.environment
      let scheduling = ["SLURM_CPUS_PER_TASK", "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT", "PARALLEL_SEQ"]
      for name in ["VIEWFINDER_MODELS", "NO_COLOR"] + scheduling { variables[name] = nil }
      process.environment = variables.merging(environment) { _, new in new }
      process.standardInput = try FileHandle(forReadingFrom: folder.appendingPathComponent("in"))
      process.standardOutput = try FileHandle(forWritingTo: out)
      process.standardError = try FileHandle(forWritingTo: folder.appendingPathComponent("err"))
      try process.run()
    }

    deinit {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      try? FileManager.default.removeItem(at: folder)
    }

    var pid: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var stderr: String {
      (try? String(contentsOf: folder.appendingPathComponent("err"), encoding: .utf8)) ?? ""
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Looks again and again until something has happened; false when the program ended first, or it took too long.
    func waits(until happened: () -> Bool) -> Bool {
      _ = Program.eventually { !isRunning || happened() }
      return happened()
    }

    func finish() throws -> Result {
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
        stdout: (try? Array(Data(contentsOf: folder.appendingPathComponent("out")))) ?? [], stderr: stderr)
    }
  }
}
