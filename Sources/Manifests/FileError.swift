package import SystemPackage

/// A file operation that failed, with the system's reason.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Operation: String, Hashable, Sendable {
    case open
    case read
    case write
    case truncate
    case sync
    case rename
    case remove
    case inspect
    case lock
  }

  package let operation: Operation
  package let path: FilePath
  package let errno: Errno

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
