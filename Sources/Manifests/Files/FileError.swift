package import SystemPackage

/// A file operation that failed, with the system's reason.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried. The raw value is the verb of the message.
  package enum Operation: String, Hashable, Sendable {
    case open
    case read
    case write
    case truncate
    case sync
    case rename
    case link
    case makeDirectory = "make the directory"
    case remove
    case inspect
    case lock
  }

  /// What was tried.
  package let operation: Operation
  /// On which file.
  package let path: FilePath
  /// The system's reason.
  package let errno: Errno

  /// Takes the values as they are.
  package init(_ operation: Operation, _ path: FilePath, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  package var description: String { "cannot \(operation.rawValue) \(path): \(errno)" }

  /// Whether the whole run must stop, because every further photograph would fail alike: a full or read-only disk, a
  /// quota reached, no descriptors left.
  package var stopsIntake: Bool {
    switch errno {
    case .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .tooManyOpenFiles, .tooManyOpenFilesInSystem: true
    default: false
    }
  }
}
