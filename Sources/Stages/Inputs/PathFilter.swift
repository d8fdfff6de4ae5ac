import Glibc
import SystemPackage

/// Chooses files of a walk by globs on their path below the input directory.
struct PathFilter: Sendable {
  let include: [String]
  let exclude: [String]

  /// A glob without a slash is compared with the name alone, as in a shell; one with a slash with the whole path.
  func accepts(_ path: FilePath) -> Bool {
    let isWanted = include.isEmpty || include.contains { Self.matches($0, path) }
    return isWanted && !exclude.contains { Self.matches($0, path) }
  }

  /// Whether an archive in a directory is asked for: by a glob that ends in `.tar`.
  func wantsArchive(_ path: FilePath) -> Bool {
    include.contains { $0.lowercased().hasSuffix(".tar") && Self.matches($0, path) } && accepts(path)
  }

  private static func matches(_ glob: String, _ path: FilePath) -> Bool {
    let subject = glob.contains("/") ? path : FilePath(root: nil, path.lastComponent.map { [$0] } ?? [])
    return subject.withPlatformString { fnmatch(glob, $0, 0) == 0 }
  }
}

extension FilePath {
  /// The path from the root of the file system, without `.` and `..`; symbolic links stay as they are.
  var absolute: FilePath {
    guard isRelative else { return lexicallyNormalized() }
    guard let directory = getcwd(nil, 0) else { return self }
    defer { free(directory) }
    return FilePath(platformString: directory).pushing(self).lexicallyNormalized()
  }
}
