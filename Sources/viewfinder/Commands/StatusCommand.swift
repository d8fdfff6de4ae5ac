import ArgumentParser
import Foundation
import Manifests
import Stages
import SystemPackage

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how the shards of a run stand, from their files alone.",
    discussion: """
      A shard is `done`, `running` (its lock is held), `stopped` (it ended early and in order), `failed` (whoever began it is gone \
      without a word) or `waiting` (not begun). Those that are stopped or failed go on where they were when they are run again.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The output directory that the shards share.", completion: .directory)
  var directory: String

  @Option(help: "text for people, or json.")
  var format = Format.text

  func run() throws {
    try reportingErrors {
      let status: ShardStatus
      do throws(MergeError) {
        status = try ShardStatus(FilePath(directory))
      } catch {
        throw Exit(error)
      }
      switch format {
      case .text: print(Self.text(status), terminator: "")
      case .json: print(String(decoding: Self.json(status).indentedBytes, as: UTF8.self), terminator: "")
      }
    }
  }

  /// A few lines, and one for each shard that is begun and not done.
  static func text(_ status: ShardStatus) -> String {
    let states = ShardStatus.State.allCases.filter { status.count($0) > 0 }
    var text = "shards   \(status.parts.count): "
    text += states.map { "\(status.count($0)) \($0.rawValue)" }.joined(separator: ", ") + "\n"
    let percent = status.files > 0 ? 100 * status.finished / status.files : 100
    text += "files    \(status.finished) of \(status.files), \(percent) %"
    if let rate = status.rate { text += "; \(Readable.rate(rate)) img/s" }
    if let left = status.secondsLeft { text += "; \(Readable.duration(left)) left" }
    text += "\n"
    for part in status.parts where part.state != .done && part.state != .waiting {
      text += "  \(part.shard)  \(part.state.rawValue)  \(part.finished) of \(part.files)"
      if let host = part.host { text += "  \(host)" }
      if let attempt = part.attempt, attempt > 0 { text += "  attempt \(attempt)" }
      text += "\n"
    }
    return text
  }

  static func json(_ status: ShardStatus) -> JSONValue {
    JSONValue(members: [
      "shards": .integer(status.parts.count),
      "states": .object(ShardStatus.State.allCases.map { .init($0.rawValue, .integer(status.count($0))) }),
      "files": .integer(status.files),
      "finished": .integer(status.finished),
      "images_per_second": status.rate.map { .number($0, decimals: 2) } ?? .null,
      "seconds_left": status.secondsLeft.map { .number($0, decimals: 0) } ?? .null,
      "parts": .array(
        status.parts.map { part in
          JSONValue(members: [
            "shard": .integer(part.shard.index),
            "state": .string(part.state.rawValue),
            "files": .integer(part.files),
            "finished": .integer(part.finished),
            "failed": part.failures.map(JSONValue.integer) ?? .null,
            "images_per_second": part.rate.map { .number($0, decimals: 2) } ?? .null,
            "host": part.host.map(JSONValue.string) ?? .null,
            "attempt": part.attempt.map(JSONValue.integer) ?? .null,
          ])
        }),
    ])
  }
}
