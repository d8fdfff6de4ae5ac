import Foundation
package import SystemPackage

/// Appends records to a manifest so that after a crash it holds whole lines, and at most one torn last line.
///
/// Records are always collected as JSON Lines. For one JSON array, or for path order, `close` rewrites the file
/// atomically. Not for use by two threads at once; another process is kept out by a lock.
package struct RecordWriter: ~Copyable, Sendable {
  /// What to do about a manifest that is there already.
  package enum Existing: Hashable, Sendable {
    /// Throw `ManifestError.exists`.
    case refuse
    /// Begin anew.
    case replace
    /// Cut off a torn last line and append. Begins anew when there is none.
    case resume
  }

  /// The JSON Lines file, `….jsonl`.
  package let path: FilePath
  /// The form that `close` gives.
  package let format: ManifestFormat
  /// Whether `close` puts the records in path order.
  package let sorted: Bool
  private let descriptor: FileDescriptor
  private var length: Int64

  /// - Parameters:
  ///   - path: the manifest as JSON Lines, such as `DIR/manifest.jsonl`; an array is put beside it as `.json`.
  ///   - sorted: whether `close` puts the records in path order.
  package init(
    path: FilePath, format: ManifestFormat = .lines, sorted: Bool = false, existing: Existing = .refuse
  ) throws(ManifestError) {
    let array = Self.arrayPath(path)
    let isThere = (lines: try Self.exists(path), array: try Self.exists(array))
    if existing == .refuse, isThere.lines || isThere.array {
      throw .exists(isThere.lines ? path : array)
    }
    if existing == .resume, isThere.array, !isThere.lines {
      try Manifest.rewrite(array, to: path, format: .lines)
    }
    let descriptor = try Self.open(path, existing: existing)
    do throws(ManifestError) {
      length = try Self.begin(path, array: array, descriptor, existing: existing)
    } catch {
      try? descriptor.close()
      throw error
    }
    self.descriptor = descriptor
    self.path = path
    self.format = format
    self.sorted = sorted
  }

  deinit { try? descriptor.close() }

  /// Adds records in one write and waits until they are on the disk.
  ///
  /// When that fails none of them is in the manifest, as far as the file system still lets us say so.
  package mutating func append(_ records: [Record]) throws(ManifestError) {
    guard !records.isEmpty else { return }
    try checkIsThere()
    var bytes: [UInt8] = []
    for record in records {
      bytes += record.line
    }
    do {
      _ = try attempt(.write, path) { try descriptor.writeAll(bytes) }
      try synchronize(descriptor, path)
    } catch {
      try? Self.truncate(descriptor, path, to: length)
      throw .file(error)
    }
    length += Int64(bytes.count)
  }

  /// Gives the manifest its final form. Nothing may be appended afterwards.
  package consuming func close() throws(ManifestError) {
    // What has this name now might be another's.
    if sorted || format == .array { try checkIsThere() }
    switch format {
    case .lines:
      if sorted {
        try Manifest.rewrite(path, to: path, format: .lines, sorted: true)
      }
    case .array:
      try Manifest.rewrite(path, to: Self.arrayPath(path), format: .array, sorted: sorted)
      try onFile { () throws(FileError) in
        try remove(path)
        try synchronizeDirectory(parent(of: path))
      }
    }
  }

  /// Brings the opened file to where the first record goes, and returns its length there.
  private static func begin(
    _ path: FilePath, array: FilePath, _ descriptor: FileDescriptor, existing: Existing
  ) throws(ManifestError) -> Int64 {
    let length = existing == .resume ? Int64(try Manifest.scan(path) { _ in }) : 0
    try onFile { () throws(FileError) in
      try truncate(descriptor, path, to: length)
      if existing == .replace {
        try remove(array)
      }
      try synchronize(descriptor, path)
      try synchronizeDirectory(parent(of: path))
    }
    return length
  }

  /// Sees whether the manifest still has its name: one that was deleted or replaced meanwhile would take records without an error, and
  /// lose them.
  package func checkIsThere() throws(ManifestError) {
    try onFile { () throws(FileError) in
      var status = stat()
      try check(.inspect, path) { fstat(descriptor.rawValue, &status) }
      guard status.st_nlink > 0 else { throw FileError(.write, path, .noSuchFileOrDirectory) }
    }
  }

  private static func truncate(
    _ descriptor: FileDescriptor, _ path: FilePath, to length: Int64
  ) throws(FileError) {
    try check(.truncate, path) { ftruncate(descriptor.rawValue, off_t(length)) }
  }

  private static func arrayPath(_ path: FilePath) -> FilePath {
    var array = path
    array.extension = ManifestFormat.array.rawValue
    return array
  }

  private static func exists(_ path: FilePath) throws(ManifestError) -> Bool {
    var status = stat()
    do {
      try check(.inspect, path) { path.withPlatformString { lstat($0, &status) } }
      return true
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .file(error) }
      return false
    }
  }

  /// Opens for appending and locks; creates exclusively when an existing manifest is to be refused.
  private static func open(_ path: FilePath, existing: Existing) throws(ManifestError) -> FileDescriptor {
    var options: FileDescriptor.OpenOptions = [.create, .append, .closeOnExec, .nonBlocking]
    if existing == .refuse {
      options.insert(.exclusiveCreate)
    }
    let descriptor: FileDescriptor
    do throws(FileError) {
      descriptor = try attempt(.open, path) {
        try FileDescriptor.open(
          path, .writeOnly, options: options, permissions: FilePermissions(rawValue: 0o666))
      }
    } catch {
      throw error.errno == .fileExists ? .exists(path) : .file(error)
    }
    do throws(FileError) {
      try check(.lock, path) { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) }
    } catch {
      try? descriptor.close()
      throw error.errno == .wouldBlock ? .inUse(path) : .file(error)
    }
    return descriptor
  }
}
