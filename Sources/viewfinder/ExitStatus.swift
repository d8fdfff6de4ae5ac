import ArgumentParser

/// How the program ends: the codes of `sysexits.h` where one fits. Scripts rely on them.
enum ExitStatus {
  /// Finished or stopped because the caller said that failures matter.
  static let failuresMatter = ExitCode(2)
  static let usage = ExitCode(64)
  /// The pipeline or manifest is invalid.
  static let invalidData = ExitCode(65)
  /// No input, or one that cannot be read.
  static let noInput = ExitCode(66)
  static let cannotCreate = ExitCode(73)
  /// Records or outputs cannot be written.
  static let inputOutput = ExitCode(74)
  /// Stopped early; the same command again is safe.
  static let stoppedEarly = ExitCode(75)
  /// A model or a part of the installation is missing.
  static let configuration = ExitCode(78)
}

/// A message for people and the code to end with.
struct Exit: Error {
  let status: ExitCode
  let message: String

  init(_ status: ExitCode, _ message: String) {
    self.status = status
    self.message = message
  }
}
