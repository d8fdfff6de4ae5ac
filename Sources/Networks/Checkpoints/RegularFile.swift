package import Foundation

/// Reads whole files that users name, which may be anything: a pipe that never ends, a directory, a huge disk image.
package enum RegularFile {
  /// The bytes of a regular file of at most `limit` bytes. The file's name is the origin of errors.
  package static func read(_ path: String, limit: Int) throws(ModelError) -> Data {
    func unreadable(_ detail: String) -> ModelError { ModelError(.unreadable, in: path, detail) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable("cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw unreadable("is no regular file")
    }
    guard status.st_size <= limit else {
      throw unreadable("has \(status.st_size) bytes; at most \(limit) are read")
    }
    do {
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
      return try file.read(upToCount: Int(status.st_size)) ?? Data()
    } catch {
      throw unreadable("cannot be read to its end")
    }
  }
}
