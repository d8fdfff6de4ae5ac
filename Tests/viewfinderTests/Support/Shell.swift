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
    // Tests run on threads that block signals, and a process begins with the mask of the thread that starts it: a shell would wait for ever.
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  func terminate() { signal(SIGTERM) }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for its end.
  func finish() -> (status: Int32, said: String) {
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said)
  }
}
