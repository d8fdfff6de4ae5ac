import Foundation
package import SystemPackage

// The few system calls that files here are made of, with typed errors. Interrupted calls are tried again.

/// Runs calls of swift-system, which throw a bare `Errno`.
func attempt<Result>(
  _ operation: FileError.Operation, _ path: FilePath, _ body: () throws -> Result
) throws(FileError) -> Result {
  do {
    return try body()
  } catch {
    throw FileError(operation, path, error as? Errno ?? .ioError)
  }
}

/// Runs a C call that returns -1 and sets `errno` when it fails.
func check(_ operation: FileError.Operation, _ path: FilePath, _ call: () -> Int32) throws(FileError) {
  while call() == -1 {
    let reason = Errno(rawValue: errno)
    guard reason == .interrupted else { throw FileError(operation, path, reason) }
  }
}

/// Waits until a file's or directory's contents are on the disk.
func synchronize(_ descriptor: FileDescriptor, _ path: FilePath) throws(FileError) {
  do {
    try check(.sync, path) { fsync(descriptor.rawValue) }
  } catch {
    // A file system that cannot sync this kind of file says so; there is nothing more to do.
    guard error.errno == .invalidArgument else { throw error }
  }
}

/// Waits until the names in a directory are on the disk.
package func synchronizeDirectory(_ directory: FilePath) throws(FileError) {
  let descriptor = try attempt(.open, directory) {
    try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
  }
  defer { try? descriptor.close() }
  try synchronize(descriptor, directory)
}

/// Gives a file another name, replacing what is there.
package func rename(_ path: FilePath, to destination: FilePath) throws(FileError) {
  try check(.rename, destination) {
    path.withPlatformString { old in
      destination.withPlatformString { new in Foundation.rename(old, new) }
    }
  }
}

/// Removes a file's name; one that is not there is fine.
package func remove(_ path: FilePath) throws(FileError) {
  do {
    try check(.remove, path) { path.withPlatformString { unlink($0) } }
  } catch {
    guard error.errno == .noSuchFileOrDirectory else { throw error }
  }
}

/// The directory to write in so that `path` appears: its parent, `.` when it has none.
func parent(of path: FilePath) -> FilePath {
  let parent = path.removingLastComponent()
  return parent.isEmpty ? "." : parent
}
