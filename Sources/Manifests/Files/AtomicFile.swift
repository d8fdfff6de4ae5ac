import Foundation
package import SystemPackage

/// A file that appears whole or not at all.
///
/// Bytes go to a short temporary name in the destination's directory; `commit` gives the file its name. A value that
/// ends uncommitted removes its temporary file. After a crash the destination is as it was, and at most a name for
/// which `isTemporary` holds is left behind. Not for use by two threads at once.
package struct AtomicFile: ~Copyable, Sendable {
  /// The name `commit` gives.
  package let destination: FilePath
  /// Where the bytes are until `commit`.
  package let temporary: FilePath
  private let descriptor: FileDescriptor
  private var isCommitted = false

  /// Creates the temporary file, with the permissions the process gives to new files.
  ///
  /// - Parameter names: what it is called until `commit`.
  package init(destination: FilePath, names: TemporaryNames = .plain) throws(FileError) {
    let directory = parent(of: destination)
    var attempts = 0
    while true {
      let temporary = directory.appending(names.next())
      do {
        descriptor = try attempt(.open, temporary) {
          try FileDescriptor.open(
            temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: FilePermissions(rawValue: 0o666))
        }
        self.temporary = temporary
        self.destination = destination
        return
      } catch {
        guard error.errno == .fileExists, attempts < 8 else { throw error }
        attempts += 1
      }
    }
  }

  deinit {
    try? descriptor.close()
    if !isCommitted {
      try? remove(temporary)
    }
  }

  /// Appends all of `bytes`, which are only read during the call.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    _ = try attempt(.write, temporary) { try descriptor.writeAll(bytes) }
  }

  /// Appends all of `bytes`.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    _ = try attempt(.write, temporary) { try descriptor.writeAll(bytes) }
  }

  /// Waits until the bytes are on the disk. Without it before `commit`, a power cut may leave an empty file.
  package func sync() throws(FileError) {
    try synchronize(descriptor, temporary)
  }

  /// Gives the file its name, replacing what is there. The name is safe on the disk after `synchronizeDirectory`.
  package mutating func commit() throws(FileError) {
    try rename(temporary, to: destination)
    isCommitted = true
  }

  /// Ends the writing and leaves the bytes under the temporary name, for `StagedFile` to commit later.
  consuming func keep() -> FilePath {
    isCommitted = true
    return temporary
  }

  /// Appends all of another file and takes over the time of its last change.
  func copy(_ original: FilePath) throws(FileError) {
    let source = try FileReader(original)
    var status = stat()
    try check(.inspect, original) { fstat(source.descriptor.rawValue, &status) }
    try source.forEachChunk { (chunk) throws(FileError) in try write(chunk) }
    let times = [status.st_atim, status.st_mtim]
    try check(.write, temporary) { futimens(descriptor.rawValue, times) }
  }

  /// Appends a part of another file. One that ends within the part is an input/output error.
  func copy(_ part: Range<Int>, of original: FilePath) throws(FileError) {
    let source = try FileReader(original, part: part)
    let count = try source.forEachChunk { (chunk) throws(FileError) in try write(chunk) }
    guard count == part.count else { throw FileError(.read, original, .ioError) }
  }

  /// Writes, syncs, names and makes the name durable.
  package static func write(_ bytes: [UInt8], to destination: FilePath) throws(FileError) {
    var file = try AtomicFile(destination: destination)
    try file.write(bytes)
    try file.sync()
    try file.commit()
    try synchronizeDirectory(parent(of: destination))
  }

  /// Whether a file of this name is a leftover that may be removed when no run is under way.
  package static func isTemporary(_ name: String) -> Bool { TemporaryNames.isOne(name) }

  /// A name beside `destination` that no other file has.
  static func temporaryPath(for destination: FilePath, names: TemporaryNames) -> FilePath {
    parent(of: destination).appending(names.next())
  }
}
