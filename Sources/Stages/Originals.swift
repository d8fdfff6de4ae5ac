import Glibc
import SystemPackage

/// The places of a run's photographs. However outputs may replace what is there, a photograph is never replaced by one: the output
/// directory may be the very directory that the photographs are in.
package struct Originals: Sendable {
  private let places: Set<DestinationKey>

  package init(_ files: FileTable) {
    var places: Set<DestinationKey> = []
    // Files of one directory stand together.
    var directory: (name: ArraySlice<UInt8>, real: FilePath)?
    for index in files.indices {
      let location = files.locationBytes(at: index)
      let end = (location.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
      if directory?.name != location[..<end] {
        let name = location[..<end]
        directory = (name, Self.resolved(FilePath(bytes: name)))
      }
      let name = FilePath(bytes: location[end...])
      places.insert(Self.key(name, in: directory?.real ?? ""))
    }
    self.places = places
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
