import Foundation
package import SystemPackage

/// A file that is complete but does not count yet: it stands under a temporary name beside its destination, until a commit
/// gives it its name. Many are committed together, so that the disk is waited for once.
package struct StagedFile: Hashable, Sendable {
  package let temporary: FilePath
  package let destination: FilePath

  /// Writes bytes near their destination, making directories on the way.
  package init(
    writing bytes: [UInt8], for destination: FilePath, names: TemporaryNames = .plain
  ) throws(FileError) {
    try makeDirectories(parent(of: destination))
    let file = try AtomicFile(destination: destination, names: names)
    try file.write(bytes)
    self.destination = destination
    temporary = file.keep()
  }

  /// Copies a part of a file near its destination, making directories on the way.
  package init(
    copying part: Range<Int>, of file: FilePath, for destination: FilePath, names: TemporaryNames = .plain
  ) throws(FileError) {
    try makeDirectories(parent(of: destination))
    let copy = try AtomicFile(destination: destination, names: names)
    try copy.copy(part, of: file)
    self.destination = destination
    temporary = copy.keep()
  }

  /// Places an existing file near its destination, making directories on the way. A copy keeps the time of the last change.
  ///
  /// A move is a link where the file system allows it, otherwise a copy: the original's name is the caller's to remove,
  /// once its record is durable.
  package init(
    placing original: FilePath, by placement: Placement, for destination: FilePath,
    names: TemporaryNames = .plain
  ) throws(FileError) {
    try makeDirectories(parent(of: destination))
    self.destination = destination
    switch placement {
    case .copy: temporary = try Self.copy(original, for: destination, names)
    case .hardlink: temporary = try Self.hardLink(original, for: destination, names)
    case .symlink: temporary = try Self.symbolicLink(original, for: destination, names)
    case .move:
      do throws(FileError) {
        temporary = try Self.hardLink(original, for: destination, names)
      } catch {
        guard error.meansNoLinks else { throw error }
        temporary = try Self.copy(original, for: destination, names)
      }
    }
  }

  /// Gives a file a second name that is free, durably. Killed in the middle it leaves nothing behind, except where the file system
  /// allows no link and the file is copied.
  package static func place(_ file: FilePath, under name: FilePath) throws(FileError) {
    try makeDirectories(parent(of: name))
    do throws(FileError) {
      try link(file, name)
    } catch {
      guard error.meansNoLinks else { throw error }
      try StagedFile(placing: file, by: .copy, for: name).commit(replacing: false)
    }
    try synchronizeDirectory(parent(of: name))
  }

  /// Makes a hard link to the file itself, also where its name is a symbolic link.
  private static func link(_ file: FilePath, _ name: FilePath) throws(FileError) {
    try check(.link, name) {
      file.withPlatformString { from in
        name.withPlatformString { linkat(AT_FDCWD, from, AT_FDCWD, $0, AT_SYMLINK_FOLLOW) }
      }
    }
  }

  private static func copy(
    _ original: FilePath, for destination: FilePath, _ names: TemporaryNames
  ) throws(FileError) -> FilePath {
    let file = try AtomicFile(destination: destination, names: names)
    try file.copy(original)
    return file.keep()
  }

  private static func hardLink(
    _ original: FilePath, for destination: FilePath, _ names: TemporaryNames
  ) throws(FileError) -> FilePath {
    let temporary = AtomicFile.temporaryPath(for: destination, names: names)
    try link(original, temporary)
    return temporary
  }

  private static func symbolicLink(
    _ original: FilePath, for destination: FilePath, _ names: TemporaryNames
  ) throws(FileError) -> FilePath {
    let temporary = AtomicFile.temporaryPath(for: destination, names: names)
    try check(.link, destination) {
      original.withPlatformString { from in temporary.withPlatformString { symlink(from, $0) } }
    }
    return temporary
  }

  /// Sets the times of the last change and the last access, in seconds and nanoseconds since 1970; negative seconds lie before.
  package func setModified(_ seconds: Int, nanoseconds: Int) throws(FileError) {
    let times = [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds), count: 2)
    try check(.write, temporary) {
      temporary.withPlatformString { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// The same file, to get another name in the same directory.
  package func named(_ destination: FilePath) -> StagedFile {
    StagedFile(temporary: temporary, destination: destination)
  }

  private init(temporary: FilePath, destination: FilePath) {
    self.temporary = temporary
    self.destination = destination
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
      // Between two names of one file a rename does nothing at all.
      try remove(temporary)
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
  try makeDirectories(directory, canRetry: true)
}

/// - Parameter canRetry: false once the directory above is known to be there: some places take no directories at all.
private func makeDirectories(_ directory: FilePath, canRetry: Bool) throws(FileError) {
  if directory.withPlatformString({ mkdir($0, 0o777) }) == 0 {
    try synchronizeDirectory(parent(of: directory))
    return
  }
  switch Errno(rawValue: errno) {
  case .fileExists: return
  case .noSuchFileOrDirectory where canRetry:
    try makeDirectories(parent(of: directory))
    try makeDirectories(directory, canRetry: false)
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
    guard error.meansNoLinks else { throw error }
    guard destination.withPlatformString({ access($0, F_OK) }) != 0 else {
      throw FileError(.rename, destination, .fileExists)
    }
    try rename(path, to: destination)
  }
}

extension FileError {
  /// Whether a hard link cannot be made here: another file system, or one without links.
  fileprivate var meansNoLinks: Bool {
    [.improperLink, .notPermitted, .notSupported, .tooManyLinks, .noFunction].contains(errno)
  }
}
