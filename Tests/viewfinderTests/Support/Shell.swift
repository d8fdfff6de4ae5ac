import Foundation
import Glibc

/// A script that is carried out by the shell its first line names, or by another one.
final class Shell {
  private let process = Process()
  private let output = Pipe()

  init(
    _ shell: String, _ arguments: [String], directory: String, environment: [String: String] = [:]
  ) throws {
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
  }

  func terminate() { kill(process.processIdentifier, SIGTERM) }

  /// Waits for its end.
  func finish() -> (status: Int32, said: String) {
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said)
  }
}
