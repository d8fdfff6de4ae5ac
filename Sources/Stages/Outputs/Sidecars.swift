import Manifests
import SystemPackage

/// Finds the files that belong to a photograph: settings of an edit, the film of a live photograph, a sound note.
///
/// `IMG_1.JPG` has `IMG_1.xmp` and `IMG_1.JPG.xmp`. A sidecar named after the stem alone that several photographs of a run could
/// claim goes with the first of them in the order of the list, so that nothing depends on timing.
package struct Sidecars: Sendable {
  /// Extensions in lower case.
  package static let extensions: Set<String> = ["xmp", "aae", "mov", "thm", "wav", "pp3", "dop"]

  /// Photographs that are not the first of their directory and stem.
  private let later: Set<FilePath>
  /// What is in archives, by its path: there is no file system to ask.
  private let members: [FilePath: InputFile]

  package init(_ files: FileTable) {
    var seen: Set<DestinationKey> = []
    var later: Set<FilePath> = []
    var members: [FilePath: InputFile] = [:]
    // A walk finds the sidecars themselves too, and other files of the same stem; what is called a picture goes before them.
    for arePictures in [true, false] {
      for file in files where file.hasImageExtension == arePictures {
        let name = Self.name(of: file)
        let stem = name.removingLastComponent().appending(name.stem ?? "")
        if !seen.insert(DestinationKey(stem)).inserted { later.insert(name) }
        if file.member != nil, Self.extensions.contains(file.path.extension?.lowercased() ?? "") {
          members[file.path] = file
        }
      }
    }
    self.later = later
    self.members = members
  }

  /// What sidecars are named after: the photograph's place on the disk, or in its archive.
  private static func name(of file: InputFile) -> FilePath {
    file.member == nil ? file.location : file.path
  }

  /// Whether a photograph may have sidecars that are named after its stem alone.
  func belongToStem(of file: InputFile) -> Bool { !later.contains(Self.name(of: file)) }

  /// A photograph's sidecars in the order of their names, with the paths that they have beside it. Asks for each possible name, so that a
  /// directory of a hundred thousand photographs is not listed for each of them.
  func files(of file: InputFile) -> [InputFile] {
    let path = file.path.removingLastComponent()
    if file.member != nil { return names(of: file).compactMap { members[path.appending($0)] } }
    let directory = file.location.removingLastComponent()
    return names(of: file).compactMap { name in
      let place = directory.appending(name)
      guard case .success((.regular, _)) = FileKind.of(place) else { return nil }
      return InputFile(location: place, path: path.appending(name), isNamed: false)
    }
  }

  /// The names that sidecars of a photograph could have.
  private func names(of file: InputFile) -> [FilePath.Component] {
    guard let name = Self.name(of: file).lastComponent else { return [] }
    var bodies = name.extension == nil ? [] : [name.string]
    if belongToStem(of: file) { bodies.append(name.stem) }
    let endings = Self.extensions.flatMap { [$0, $0.uppercased()] }
    let candidates = bodies.flatMap { body in endings.map { "\(body).\($0)" } }
    return candidates.filter { $0 != name.string }.sorted().compactMap { FilePath.Component($0) }
  }
}
