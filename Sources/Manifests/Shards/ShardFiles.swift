import Foundation
package import SystemPackage

/// The files of one shard in the output directory that it shares with the others.
package struct ShardFiles: Hashable, Sendable {
  package let shard: Shard
  package let output: FilePath

  package init(_ shard: Shard, in output: FilePath) {
    self.shard = shard
    self.output = output
  }

  /// Its records: in the order they came while it runs, in that of the paths when it has ended.
  package var manifest: FilePath { output.appending("manifest-\(shard.label).jsonl") }
  /// The summary of its last attempt, like the `run.json` of a whole run.
  package var summary: FilePath { output.appending("run-\(shard.label).json") }
  /// What says that it is finished.
  package var done: FilePath { output.appending("manifest-\(shard.label).done.json") }

  /// Whose file this is, by its name; nil for every other file.
  package static func shard(ofFile name: String) -> Shard? {
    for (start, ending) in [("manifest-", ".done.json"), ("manifest-", ".jsonl"), ("run-", ".json")]
    where name.hasPrefix(start) && name.hasSuffix(ending) {
      return Shard(label: name.dropFirst(start.count).dropLast(ending.count))
    }
    return nil
  }

  /// The shards that have files in a directory, in order; of whatever cut.
  package static func found(in output: FilePath) -> [Shard] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: output.string)) ?? []
    return Set(names.compactMap(shard)).sorted { ($0.count, $0.index) < ($1.count, $1.index) }
  }

  /// Removes the files. The last that says something of the others goes first.
  package func remove() throws(FileError) {
    for path in [done, summary, manifest] { try Manifests.remove(path) }
  }
}
