import Glibc
import Manifests
import SystemPackage

/// What a path leads to.
enum FileKind: Sendable {
  case regular, directory, other

  /// - Parameter followLinks: false tells a symbolic link from what it leads to (then it is `other`).
  static func of(_ path: FilePath, followLinks: Bool = true) -> Result<(FileKind, Identity), Errno> {
    var status = stat()
    let result = path.withPlatformString { followLinks ? stat($0, &status) : lstat($0, &status) }
    guard result == 0 else { return .failure(Errno(rawValue: errno)) }
    let identity = Identity(device: status.st_dev, inode: status.st_ino)
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .success((.regular, identity))
    case S_IFDIR: .success((.directory, identity))
    default: .success((.other, identity))
    }
  }

  /// Tells two files apart whatever their names are.
  struct Identity: Hashable, Sendable {
    let device: dev_t
    let inode: ino_t
  }
}

/// Lists the files below a directory.
struct DirectoryWalk {
  /// A file, or a directory that could not be read.
  struct Entry {
    /// Below the directory of the walk.
    let path: FilePath
    let trouble: InputFile.Trouble?
  }

  private let recursive: Bool
  private let skipped: FileKind.Identity?

  init(recursive: Bool, skipping output: FilePath?) {
    self.recursive = recursive
    skipped = output.flatMap { try? FileKind.of($0).get().1 }
  }

  /// Hands on one file after the other, in no order.
  ///
  /// - Throws: the reason why the directory itself cannot be read; one further down becomes an entry with `trouble`.
  func forEachFile(of root: FilePath, filter: PathFilter, _ body: (Entry) -> Void) throws(Errno) {
    var directories = [FilePath("")]
    while let directory = directories.popLast() {
      do throws(Errno) {
        try Self.forEachChild(of: root.pushing(directory)) { name, type in
          let path = directory.pushing(name)
          switch kind(of: root.pushing(path), type: type) {
          case .directory where recursive: directories.append(path)
          case .regular where filter.accepts(path): body(Entry(path: path, trouble: nil))
          default: break
          }
        }
      } catch {
        if directory.isEmpty { throw error }
        let trouble = InputFile.Trouble(.unreadable, "the directory cannot be read: \(error.description)")
        body(Entry(path: directory, trouble: trouble))
      }
    }
  }

  /// What to do with a child: links to files count as files, links to directories as nothing.
  private func kind(of path: FilePath, type: Int32) -> FileKind {
    switch type {
    case Int32(DT_REG): return .regular
    case Int32(DT_DIR), Int32(DT_UNKNOWN):
      guard case .success(let (kind, identity)) = FileKind.of(path, followLinks: false) else {
        // Not passed over in silence: opening it will say what is wrong.
        return type == Int32(DT_DIR) ? .directory : .regular
      }
      guard identity != skipped else { return .other }
      // Some file systems do not tell the type of a link either.
      return kind == .other ? self.kind(of: path, type: Int32(DT_LNK)) : kind
    case Int32(DT_LNK):
      // A dangling link is listed: opening it will say what is wrong.
      guard case .success(let (kind, _)) = FileKind.of(path) else { return .regular }
      return kind == .regular ? .regular : .other
    default: return .other
    }
  }

  /// Hands on what is in a directory, without what is hidden.
  static func forEachChild(
    of directory: FilePath, _ body: (_ name: FilePath, _ type: Int32) -> Void
  ) throws(Errno) {
    guard let stream = directory.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(stream) }
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      let isHidden = name.withPlatformString { $0[0] == 0x2E }
      if !isHidden { body(name, Int32(entry.pointee.d_type)) }
      errno = 0
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
  }
}
