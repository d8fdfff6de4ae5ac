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

  package init(_ files: [InputFile]) {
    var seen: Set<DestinationKey> = []
    var later: Set<FilePath> = []
    // A walk finds the sidecars themselves too, and other files of the same stem; what is called a picture goes before them.
    for file in files.filter(\.hasImageExtension) + files.filter({ !$0.hasImageExtension }) {
      let stem = file.location.removingLastComponent().appending(file.location.stem ?? "")
      if !seen.insert(DestinationKey(stem)).inserted { later.insert(file.location) }
    }
    self.later = later
  }

  /// Whether a photograph may have sidecars that are named after its stem alone.
  func belongToStem(of file: InputFile) -> Bool { !later.contains(file.location) }

  /// The names of a photograph's sidecars, in order, as they are in its directory. Asks for each possible name, so that a
  /// directory of a hundred thousand photographs is not listed for each of them.
  func names(of file: InputFile) -> [FilePath.Component] {
    let directory = file.location.removingLastComponent()
    guard let name = file.location.lastComponent else { return [] }
    var bodies = name.extension == nil ? [] : [name.string]
    if belongToStem(of: file) { bodies.append(name.stem) }
    let endings = Self.extensions.flatMap { [$0, $0.uppercased()] }
    let candidates = bodies.flatMap { body in endings.map { "\(body).\($0)" } }
    return candidates.filter { $0 != name.string }.sorted().compactMap { candidate in
      guard let component = FilePath.Component(candidate),
        case .success((.regular, _)) = FileKind.of(directory.appending(component))
      else { return nil }
      return component
    }
  }
}
