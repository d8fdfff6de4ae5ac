import Foundation
package import SystemPackage

/// A file that is complete but does not count yet: it stands under a temporary name beside its destination, until a commit
/// gives it its name. Many are committed together, so that the disk is waited for once.
package struct StagedFile: Hashable, Sendable {
  package let temporary: FilePath
  package let destination: FilePath

  /// How an existing file comes to its destination.
  package enum Placement: String, Hashable, Sendable, CaseIterable {
    case copy, hardlink, symlink
  }

  /// Writes bytes near their destination, making directories on the way.
  package init(writing bytes: [UInt8], for destination: FilePath) throws(FileError) {
    try makeDirectories(parent(of: destination))
    let file = try AtomicFile(destination: destination)
    try file.write(bytes)
    self.destination = destination
    temporary = file.keep()
  }

  /// Places an existing file near its destination, making directories on the way. A copy keeps the time of the last change.
  package init(
    placing original: FilePath, by placement: Placement, for destination: FilePath
  ) throws(FileError) {
    try makeDirectories(parent(of: destination))
    self.destination = destination
    switch placement {
    case .copy:
      let file = try AtomicFile(destination: destination)
      try file.copy(original)
      temporary = file.keep()
    case .hardlink:
      temporary = AtomicFile.temporaryPath(for: destination)
      try check(.link, destination) { [temporary] in
        original.withPlatformString { from in temporary.withPlatformString { link(from, $0) } }
      }
    case .symlink:
      temporary = AtomicFile.temporaryPath(for: destination)
      try check(.link, destination) { [temporary] in
        original.withPlatformString { from in temporary.withPlatformString { symlink(from, $0) } }
      }
    }
  }

  /// Sets the times of the last change and the last access, in seconds and nanoseconds since 1970; negative seconds lie before.
  package func setModified(_ seconds: Int, nanoseconds: Int) throws(FileError) {
    let times = [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds), count: 2)
    try check(.write, temporary) {
      temporary.withPlatformString { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// Removes the temporary file of a run that will not commit.
  package func discard() { try? remove(temporary) }

  /// Makes files durable under their names, as far as that succeeds; the names themselves are safe after ``synchronizeNames(of:)``.
  ///
  /// - Parameter replacing: false refuses a destination that exists, with `EEXIST`.
  package func commit(replacing: Bool) throws(FileError) {
    if let descriptor = try? FileDescriptor.open(temporary, .readOnly, options: [.closeOnExec, .noFollow]) {
      defer { try? descriptor.close() }
      try synchronize(descriptor, temporary)
    }
    if replacing {
      try rename(temporary, to: destination)
    } else {
      try renameExclusively(temporary, to: destination)
    }
  }

  /// Makes the names of committed files durable.
  package static func synchronizeNames(of files: [StagedFile]) throws(FileError) {
    for directory in Set(files.map { parent(of: $0.destination) }) { try synchronizeDirectory(directory) }
  }
}

/// Makes a directory and those above it, and their names durable.
package func makeDirectories(_ directory: FilePath) throws(FileError) {
  if directory.withPlatformString({ mkdir($0, 0o777) }) == 0 {
    try synchronizeDirectory(parent(of: directory))
    return
  }
  switch Errno(rawValue: errno) {
  case .fileExists: return
  case .noSuchFileOrDirectory:
    try makeDirectories(parent(of: directory))
    try makeDirectories(directory)
  case let reason: throw FileError(.makeDirectory, directory, reason)
  }
}

/// Gives a file another name unless that name is taken: a link fails where a rename would replace.
private func renameExclusively(_ path: FilePath, to destination: FilePath) throws(FileError) {
  do throws(FileError) {
    try check(.link, destination) {
      path.withPlatformString { old in destination.withPlatformString { new in link(old, new) } }
    }
    try remove(path)
  } catch {
    // File systems without hard links, such as those of memory cards.
    guard [.notPermitted, .notSupported, .tooManyLinks].contains(error.errno) else { throw error }
    guard destination.withPlatformString({ access($0, F_OK) }) != 0 else {
      throw FileError(.rename, destination, .fileExists)
    }
    try rename(path, to: destination)
  }
}
