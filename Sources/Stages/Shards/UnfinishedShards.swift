import Foundation
import Manifests
import SystemPackage

/// The shards of a directory that have not finished, by what is there of them.
struct UnfinishedShards {
  private let total: Int
  private var running: [Int] = []
  private var ended: [Int] = []
  private var lost: [Int] = []
  private var notBegun: [Int] = []

  init(_ shards: [Shard], in directory: RunDirectory) {
    total = shards.count
    for shard in shards {
      let files = ShardFiles(shard, in: directory.output)
      switch (Self.exists(files.done), Self.exists(files.manifest)) {
      case (true, true): break
      case (true, false): lost.append(shard.index)
      case (false, _) where ShardLock.isHeld(directory.lockPath(of: shard)): running.append(shard.index)
      case (false, true): ended.append(shard.index)
      case (false, false): notBegun.append(shard.index)
      }
    }
  }

  /// - Throws: `incomplete` with all of them, where there are any.
  func refuse() throws(MergeError) {
    let kinds = [
      ("at work", running), ("ended early, without their .done.json", ended), ("not begun", notBegun),
      ("finished, but their manifest is gone", lost),
    ].filter { !$0.1.isEmpty }
    guard !kinds.isEmpty else { return }
    let count = kinds.reduce(0) { $0 + $1.1.count }
    let lines = kinds.map { "  \($0.0): \(NumberRanges.text($0.1))" }
    throw .incomplete(
      "\(count) of \(total) shards are not finished\n\(lines.joined(separator: "\n"))\nrun them again, each with its --shard I/\(total) and all else as before, and merge again"
    )
  }

  private static func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }
}

/// Numbers as people write them: `2, 5-7`.
package enum NumberRanges {
  package static func text(_ numbers: some Sequence<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ", ")
  }
}
