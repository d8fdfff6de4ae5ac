import Glibc
import Manifests
import Stages
import SystemPackage

/// Photographs in an export's directories, as symbolic links; those that are in archives, which no link leads into, as copies.
enum LinkedPhotograph {
  /// A name that no other photograph of the export has: its number and its own name.
  static func name(_ file: RecordPath, number: Int) -> (stem: String, file: String) {
    let path = FilePath(file.text)
    let stem = "\(number)-" + safe(path.stem ?? "photograph")
    return (stem, path.extension.map { "\(stem).\(safe($0))" } ?? stem)
  }

  /// Text as one component of a path.
  static func safe(_ text: String) -> String {
    let name = SafeName.component(text)
    return name.isEmpty ? "_" : name
  }

  static func link(_ original: PhotographPlace?, to place: FilePath) throws(ExportError) {
    guard let original else {
      throw .photographNotFound
    }
    let target = original.file.isAbsolute ? original.file : workingDirectory.pushing(original.file)
    try ExportError.wrapping { () throws(FileError) in
      if original.member != nil {
        let copy = try original.copied(for: place)
        try copy.commit(replacing: false)
        return
      }
      try makeDirectories(place.removingLastComponent())
      let code = target.withPlatformString { from in place.withPlatformString { symlink(from, $0) } }
      guard code == 0 else { throw FileError(.link, place, Errno(rawValue: errno)) }
    }
  }

  private static var workingDirectory: FilePath {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return FilePath(platformString: path)
  }
}
