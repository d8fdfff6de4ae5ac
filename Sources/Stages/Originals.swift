import Glibc
import SystemPackage

/// The places of a run's photographs. However outputs may replace what is there, a photograph is never replaced by one: the output
/// directory may be the very directory that the photographs are in.
package struct Originals: Sendable {
  private let places: Set<DestinationKey>

  package init(_ files: [InputFile]) {
    var resolved: [FilePath: FilePath] = [:]
    places = Set(
      files.map { file in
        let directory = file.location.removingLastComponent()
        let real = resolved[directory] ?? Self.resolved(directory)
        resolved[directory] = real
        return Self.key(file.location, in: real)
      })
  }

  /// Whether an output of this name would stand in the place of a photograph.
  func contains(_ destination: FilePath) -> Bool {
    !places.isEmpty
      && places.contains(Self.key(destination, in: Self.resolved(destination.removingLastComponent())))
  }

  private static func key(_ path: FilePath, in directory: FilePath) -> DestinationKey {
    DestinationKey(path.lastComponent.map { directory.appending($0) } ?? directory)
  }

  /// The directory without symbolic links; as it is where that cannot be told.
  private static func resolved(_ directory: FilePath) -> FilePath {
    let path = directory.isEmpty ? "." : directory
    guard let real = path.withPlatformString({ realpath($0, nil) }) else { return path }
    defer { free(real) }
    return FilePath(platformString: real)
  }
}
