import Glibc
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
    let trouble: String?
  }

  private let recursive: Bool
  private let skipped: FileKind.Identity?

  init(recursive: Bool, skipping output: FilePath?) {
    self.recursive = recursive
    skipped = output.flatMap { try? FileKind.of($0).get().1 }
  }

  /// - Throws: the reason why the directory itself cannot be read; one further down becomes an entry with `trouble`.
  func files(of root: FilePath, filter: PathFilter) throws(Errno) -> [Entry] {
    var found: [Entry] = []
    var directories = [FilePath("")]
    while let directory = directories.popLast() {
      let children: [(name: FilePath, type: Int32)]
      do throws(Errno) {
        children = try Self.children(of: root.pushing(directory))
      } catch {
        if directory.isEmpty { throw error }
        found.append(Entry(path: directory, trouble: error.description))
        continue
      }
      for (name, type) in children {
        let path = directory.pushing(name)
        switch kind(of: root.pushing(path), type: type) {
        case .directory where recursive: directories.append(path)
        case .regular where filter.accepts(path): found.append(Entry(path: path, trouble: nil))
        default: break
        }
      }
    }
    return found
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

  private static func children(of directory: FilePath) throws(Errno) -> [(name: FilePath, type: Int32)] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(stream) }
    var children: [(name: FilePath, type: Int32)] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
      }
      let isHidden = name.withPlatformString { $0[0] == 0x2E }
      if !isHidden { children.append((name, Int32(entry.pointee.d_type))) }
      errno = 0
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
    return children
  }
}
