package import Manifests
import SystemPackage

/// Why the shards of a directory are not joined, or cannot be looked at.
package enum MergeError: Error, Hashable, Sendable {
  /// There is no run in the directory, or one without shards.
  case noShards(String)
  /// Shards are missing, or what is there does not fit together. Says what to do.
  case incomplete(String)
  /// A file cannot be read or written.
  case manifest(ManifestError)
}

/// Runs file operations on behalf of a merge.
func onShardFiles<Result>(_ body: () throws(FileError) -> Result) throws(MergeError) -> Result {
  do throws(FileError) {
    return try body()
  } catch {
    throw .manifest(.file(error))
  }
}

extension RunDirectory {
  /// What the shards of the directory run with, and how many there are.
  ///
  /// - Throws: `noShards` where there is no run, or one that is not cut.
  func cutState() throws(MergeError) -> (whole: State, shards: Int) {
    guard let state else {
      throw .noShards(
        "\(output) holds no run: the folder .viewfinder, which says what its shards are, is missing; name the --output of the shards"
      )
    }
    guard let shards = state.shards, (1...Shard.most).contains(shards) else {
      throw .noShards(
        "\(output) holds no shards: its run is one of a single program, or was only planned; run it with --shard I/N"
      )
    }
    return (state, shards)
  }
}
