import Foundation
import Glibc
package import Manifests
package import SystemPackage

/// The hidden folder in an output directory that lets a run be continued: its lock, its frozen list and what it ran with.
package struct RunDirectory: Sendable {
  package let output: FilePath

  package init(_ output: FilePath) { self.output = output }

  private var folder: FilePath { output.appending(".viewfinder") }
  private var listPath: FilePath { folder.appending("files") }
  private var statePath: FilePath { folder.appending("run.json") }
  private var correctionsPath: FilePath { folder.appending("corrections.json") }
  /// Records that are being made anew, for their outputs: see ``SupersededOutputs``.
  var supersededPath: FilePath { folder.appending("superseded.jsonl") }

  /// What a run was started with. Records of another pipeline or model say nothing about this one.
  package struct State: Codable, Hashable, Sendable {
    /// SHA-256 of the resolved pipeline.
    package let pipeline: String
    /// SHA-256 of the models, by name.
    package let models: [String: String]
    /// The inputs, absolute.
    package let inputs: [String]
    /// How many shards the list is cut into; nil where one run does all, or nobody has said it yet.
    package let shards: Int?

    package init(pipeline: String, models: [String: String], inputs: [String], shards: Int? = nil) {
      self.pipeline = pipeline
      self.models = models
      self.inputs = inputs
      self.shards = shards
    }
  }

  /// Keeps other runs out of the directory until it is released.
  package final class Lock: Sendable {
    private let descriptor: Int32

    init(_ path: FilePath, isShared: Bool) throws(FileError) {
      let opened = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
      guard opened >= 0 else { throw FileError(.open, path, Errno(rawValue: errno)) }
      guard flock(opened, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
        let reason = Errno(rawValue: errno)
        Glibc.close(opened)
        throw FileError(.lock, path, reason)
      }
      descriptor = opened
    }

    deinit { Glibc.close(descriptor) }

    /// Makes a shared lock one's own; false where others have it too.
    func becomeExclusive() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
  }

  /// Makes the directory where it is missing, and takes it for one run.
  ///
  /// - Parameter isShared: for one of several shards, which have it together.
  /// - Throws: `wouldBlock` where another run has it.
  package func lock(isShared: Bool = false) throws(FileError) -> Lock {
    try makeDirectories(folder)
    return try Lock(folder.appending("lock"), isShared: isShared)
  }

  /// Where the lock of one shard is.
  package func lockPath(of shard: Shard) -> FilePath { folder.appending("shard-\(shard.label).lock") }

  /// Where the lock is that the first of several shards has while it freezes the list.
  package var beginLockPath: FilePath { folder.appending("begin.lock") }

  /// Writes down what a new run starts with. The list first: without a state it counts for nothing.
  package func begin(_ state: State, _ list: InputList) throws(FileError) {
    try FrozenList.write(list, to: listPath)
    try write(state)
  }

  /// Writes down with what the run goes on, over the same list.
  package func write(_ state: State) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(state) else { preconditionFailure("strings are always encodable") }
    try AtomicFile.write(Array(data), to: statePath)
  }

  /// What the run started with, without its list; nil where there was none.
  package var state: State? {
    guard let data = FileManager.default.contents(atPath: statePath.string) else { return nil }
    return try? JSONDecoder().decode(State.self, from: data)
  }

  /// Hands on one file of the frozen list after the other. False where there is no list, or it is damaged.
  package func scanList<Failure: Error>(_ body: (InputFile) throws(Failure) -> Void) throws(Failure) -> Bool {
    try FrozenList.scan(listPath, body)
  }

  /// What an earlier run started with; nil where there was none, or it ended before it had written that.
  package func earlier() -> (state: State, list: InputList)? {
    guard let state else { return nil }
    var files = FileTable()
    guard FrozenList.scan(listPath, { files.append($0) }), !files.isEmpty else { return nil }
    // As it is already, unless somebody else has written into the list.
    files.putInOrder()
    return (state, InputList(files: files, roots: state.inputs.map { FilePath($0) }))
  }

  /// Forgets the earlier run, so that nothing continues it. Its shards, if it had any, are nobody's any more.
  package func forget() {
    for shard in ShardFiles.found(in: output) { try? ShardFiles(shard, in: output).remove() }
    try? FileManager.default.removeItem(atPath: statePath.string)
    try? FileManager.default.removeItem(atPath: listPath.string)
    try? FileManager.default.removeItem(atPath: correctionsPath.string)
    try? FileManager.default.removeItem(atPath: supersededPath.string)
  }

  /// What people have corrected in the run's results; it holds whenever a photograph is processed again.
  package func corrections() throws(ManifestError) -> Corrections {
    guard FileFingerprint(correctionsPath) != nil else { return Corrections() }
    return try Corrections(contentsOf: correctionsPath)
  }

  /// Remembers corrections in place of the earlier ones.
  package func keep(_ corrections: Corrections) throws(FileError) { try corrections.write(to: correctionsPath) }

  /// Removes a directory of the run, and those above it, as far as they are empty.
  func removeEmptyDirectories(above path: FilePath) {
    var directory = path.removingLastComponent()
    while directory != output, directory.starts(with: output), directory.withPlatformString({ rmdir($0) }) == 0
    {
      directory.removeLastComponent()
    }
  }

  /// Removes what a killed run left under temporary names. Only while this process holds the lock.
  ///
  /// - Parameter names: those of one shard, whose lock this process holds; nil for all.
  package func removeLeftovers(_ names: TemporaryNames? = nil) {
    var directories = [output]
    while let directory = directories.popLast() {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? [] {
        let path = directory.appending(name)
        if names?.has(name) ?? AtomicFile.isTemporary(name) {
          path.withPlatformString { _ = unlink($0) }
        } else if case .success((.directory, _)) = FileKind.of(path, followLinks: false) {
          directories.append(path)
        }
      }
    }
  }
}
