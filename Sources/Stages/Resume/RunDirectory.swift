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

  /// What a run was started with. Records of another pipeline or model say nothing about this one.
  package struct State: Codable, Hashable, Sendable {
    /// SHA-256 of the resolved pipeline.
    package let pipeline: String
    /// SHA-256 of the models, by name.
    package let models: [String: String]
    /// The inputs, absolute.
    package let inputs: [String]

    package init(pipeline: String, models: [String: String], inputs: [String]) {
      self.pipeline = pipeline
      self.models = models
      self.inputs = inputs
    }
  }

  /// Keeps other runs out of the directory until it is released.
  package final class Lock: Sendable {
    private let descriptor: Int32

    init(_ path: FilePath) throws(FileError) {
      let opened = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
      guard opened >= 0 else { throw FileError(.open, path, Errno(rawValue: errno)) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        let reason = Errno(rawValue: errno)
        Glibc.close(opened)
        throw FileError(.lock, path, reason)
      }
      descriptor = opened
    }

    deinit { Glibc.close(descriptor) }
  }

  /// Makes the directory where it is missing, and takes it for one run.
  ///
  /// - Throws: `wouldBlock` where another run has it.
  package func lock() throws(FileError) -> Lock {
    try makeDirectories(folder)
    return try Lock(folder.appending("lock"))
  }

  /// Writes down what a new run starts with.
  package func begin(_ state: State, _ list: InputList) throws(FileError) {
    try FrozenList.write(list, to: listPath)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(state) else { preconditionFailure("strings are always encodable") }
    try AtomicFile.write(Array(data), to: statePath)
  }

  /// What an earlier run started with; nil where there was none, or it ended before it had written that.
  package func earlier() -> (state: State, list: InputList)? {
    guard let data = FileManager.default.contents(atPath: statePath.string),
      let state = try? JSONDecoder().decode(State.self, from: data)
    else { return nil }
    var files = FileTable()
    guard FrozenList.scan(listPath, { files.append($0) }), !files.isEmpty else { return nil }
    // As it is already, unless somebody else has written into the list.
    files.putInOrder()
    return (state, InputList(files: files, roots: state.inputs.map { FilePath($0) }))
  }

  /// Forgets the earlier run, so that nothing continues it.
  package func forget() {
    try? FileManager.default.removeItem(atPath: statePath.string)
    try? FileManager.default.removeItem(atPath: listPath.string)
  }

  /// Removes what a killed run left under temporary names. Only while this process holds the lock.
  package func removeLeftovers() {
    var directories = [output]
    while let directory = directories.popLast() {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? [] {
        let path = directory.appending(name)
        if AtomicFile.isTemporary(name) {
          path.withPlatformString { _ = unlink($0) }
        } else if case .success((.directory, _)) = FileKind.of(path, followLinks: false) {
          directories.append(path)
        }
      }
    }
  }
}
