import ArgumentParser
import Foundation
import Logging

/// How messages look on stderr.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case text, json
}

/// Messages of a run: lines for people, or JSON objects for programs. They go through the display, so that none tears the bar.
struct RunLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  private let format: LogFormat
  private let write: @Sendable (String) -> Void

  init(level: Logger.Level, format: LogFormat, write: @escaping @Sendable (String) -> Void) {
    logLevel = level
    self.format = format
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
    switch format {
    case .text: write(event.level >= .error ? "error: \(event.message)" : "\(event.message)")
    case .json:
      var line: [String: String] = facts.mapValues { "\($0)" }
      line["level"] = event.level.rawValue
      line["message"] = "\(event.message)"
      line["time"] = Date().formatted(.iso8601)
      let data = try? JSONSerialization.data(
        withJSONObject: line, options: [.sortedKeys, .withoutEscapingSlashes])
      write(String(decoding: data ?? Data(), as: UTF8.self))
    }
  }
}

extension ExecutionOptions {
  /// A logger whose lines `write` puts on stderr.
  func logger(_ write: @escaping @Sendable (String) -> Void) -> Logger {
    let level: Logger.Level = quiet ? .error : verbose ? .debug : .info
    let format = logFormat
    return Logger(label: "viewfinder") { _ in RunLog(level: level, format: format, write: write) }
  }
}
