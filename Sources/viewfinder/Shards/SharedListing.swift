import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage

/// The listing that the shards of a run have in common: frozen by whoever comes first, and read by all others.
struct SharedListing {
  let directory: RunDirectory
  /// What this program runs with. Its number of shards is nil where nobody has said it yet.
  let state: RunDirectory.State
  let stop: StopRequest
  /// What is to be done with the photographs, which may not be possible with those of the list.
  let spec: PipelineSpec
  /// Says something to the people who wait.
  let say: (String) -> Void

  /// The frozen list, which may be frozen now.
  func list(for request: InputRequest) throws(Exit) -> InputList {
    if let earlier = directory.earlier(), try agrees(earlier.state) { return earlier.list }
    let held = try lock()
    defer { withExtendedLifetime(held) {} }
    // Another may have been at it while we waited.
    if let earlier = directory.earlier() {
      if try !agrees(earlier.state) { try write { () throws(FileError) in try directory.write(state) } }
      return earlier.list
    }
    try refuseStrangers()
    let list = try InputList(for: request)
    try list.check(for: spec)
    try write { () throws(FileError) in try directory.begin(state, list) }
    return list
  }

  /// Whether nothing has to be written down.
  ///
  /// - Throws: where the directory is another run's.
  private func agrees(_ earlier: RunDirectory.State) throws(Exit) -> Bool {
    let output = directory.output
    try RunPreparation.check(earlier, inputs: state.inputs)
    guard earlier.pipeline == state.pipeline, earlier.models == state.models else {
      throw Exit(
        ExitStatus.invalidData,
        "\(output) was begun with another pipeline, other options of its stages, or another model; run all shards with the same, or choose another --output"
      )
    }
    guard let shards = earlier.shards else {
      try refuseWhole()
      return state.shards == nil
    }
    if let own = state.shards, own != shards {
      throw Exit(
        ExitStatus.usage, "\(output) is cut into \(shards) shards, not \(own); choose another --output")
    }
    return true
  }

  /// Records of a run that did all alone are not mixed with those of shards.
  private func refuseWhole() throws(Exit) {
    let output = directory.output
    guard let manifest = RunPreparation.existingManifest(in: output) else { return }
    throw Exit(
      ExitStatus.cannotCreate,
      "\(manifest) is that of a run without shards; go on with it by --resume without --shard, or choose another --output"
    )
  }

  /// Records of whatever kind, in a directory that does not know of what run.
  private func refuseStrangers() throws(Exit) {
    try refuseWhole()
    guard let shard = ShardFiles.found(in: directory.output).first else { return }
    throw Exit(
      ExitStatus.cannotCreate,
      "\(directory.output) holds shard \(shard) of a run whose folder .viewfinder is gone; choose another --output, or remove the files of its shards"
    )
  }

  private func lock() throws(Exit) -> ShardLock {
    var lock: ShardLock?
    try write { () throws(FileError) in
      lock = try ShardLock.wait(for: directory.beginLockPath, isStopped: { stop.who != nil }) { _ in
        say("waiting for another shard, which lists the photographs")
      }
    }
    guard let lock else {
      throw Exit(
        ExitStatus.stoppedEarly,
        "stopped by \(stop.who ?? "a signal") before it began; the same command goes on")
    }
    return lock
  }

  private func write(_ body: () throws(FileError) -> Void) throws(Exit) {
    do throws(FileError) {
      try body()
    } catch {
      throw Exit(error.stopsIntake ? ExitStatus.stoppedEarly : ExitStatus.cannotCreate, error.description)
    }
  }
}
