import Foundation
import Manifests
import Stages
import SystemPackage

/// One attempt at a shard: its files, and the lock that keeps other attempts away.
struct ShardAttempt {
  let files: ShardFiles
  let state: RunDirectory.State
  private let lock: ShardLock
  private let number: Int
  private let started: Double

  var shard: Shard { files.shard }
  /// False where an earlier attempt may have left something.
  let isFirst: Bool
  /// What its outputs are called until they get their names.
  var temporaries: TemporaryNames { TemporaryNames(of: shard) }
  /// Whether no other attempt has taken over, while this one was asleep.
  var isOurs: Bool { lock.isOurs }

  /// Waits until no other attempt is at work.
  ///
  /// - Throws: "stopped early" when it is asked to stop meanwhile.
  init(
    _ files: ShardFiles, in directory: RunDirectory, state: RunDirectory.State, stop: StopRequest,
    say: (String) -> Void
  ) throws(Exit) {
    self.files = files
    self.state = state
    started = Date().timeIntervalSince1970
    var lock: ShardLock?
    try Self.onFiles { () throws(FileError) in
      lock = try ShardLock.wait(
        for: directory.lockPath(of: files.shard), isStopped: { stop.who != nil }
      ) { holder in
        let who = holder.map { " on \($0.host) (process \($0.process))" } ?? ""
        say("waiting for another attempt at shard \(files.shard)\(who)")
      }
    }
    guard let lock else {
      throw Exit(
        ExitStatus.stoppedEarly,
        "stopped by \(stop.who ?? "a signal") while another attempt at shard \(files.shard) was at work; the same command goes on"
      )
    }
    self.lock = lock
    isFirst = lock.previous == nil && !FileManager.default.fileExists(atPath: files.manifest.string)
    let restarts = ProcessInfo.processInfo.environment["SLURM_RESTART_COUNT"].flatMap { Int($0) }
    number = max(0, restarts ?? lock.previous.map { $0.attempt + 1 } ?? 0)
  }

  /// Whether the shard is finished: its done file speaks of this pipeline and model and of the manifest that is there.
  static func isDone(_ files: ShardFiles, _ state: RunDirectory.State) -> ShardDone? {
    guard let done = try? ShardDone.read(files.done), done.shard == files.shard,
      done.pipeline == state.pipeline,
      done.models == state.models, (try? ShardDone.ManifestFile(files.manifest)) == done.manifest
    else { return nil }
    return done
  }

  /// Begins: from now on the shard is not finished. What an earlier attempt left half-written goes.
  func begin(in directory: RunDirectory) throws(Exit) {
    try Self.onFiles { () throws(FileError) in
      try remove(files.done)
      try remove(files.summary)
    }
    if !isFirst { directory.removeLeftovers(temporaries) }
    try sign(records: (try? Manifest.lineCount(files.manifest)) ?? 0)
  }

  /// Says who is at work.
  ///
  /// - Parameter records: how many there are before it adds its own.
  func sign(records: Int) throws(Exit) {
    try Self.onFiles { () throws(FileError) in
      try lock.sign(
        ShardLock.Holder(
          host: ProcessInfo.processInfo.hostName, process: ProcessInfo.processInfo.processIdentifier,
          attempt: number, started: started, records: records))
    }
  }

  /// Says that the shard is finished. Its manifest and its summary are there.
  func finish(_ counts: RunCounts) throws(Exit) {
    let manifest: ShardDone.ManifestFile
    do throws(ManifestError) {
      manifest = try ShardDone.ManifestFile(files.manifest)
    } catch {
      throw Exit(ExitStatus.inputOutput, error.description)
    }
    try Self.onFiles { () throws(FileError) in
      let program = ShardDone.Program(
        version: Version.current, sha256: try Hashing.sha256(ofFile: "/proc/self/exe"))
      let done = ShardDone(
        shard: shard, counts: counts, manifest: manifest, pipeline: state.pipeline, models: state.models,
        program: program, host: ProcessInfo.processInfo.hostName, attempt: number, started: started,
        ended: Date().timeIntervalSince1970)
      try done.write(to: files.done)
    }
  }

  /// Another has taken over: what it makes is the same, and this attempt must not write into it any more.
  var overtaken: Exit {
    Exit(
      ExitStatus.stoppedEarly,
      "another attempt at shard \(shard) has taken over, as if this one had died; the same command ends when that one is done"
    )
  }

  private static func onFiles(_ body: () throws(FileError) -> Void) throws(Exit) {
    do throws(FileError) {
      try body()
    } catch {
      throw Exit(error.stopsIntake ? ExitStatus.stoppedEarly : ExitStatus.cannotCreate, error.description)
    }
  }
}
