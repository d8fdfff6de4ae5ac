import Manifests
import SystemPackage

/// Finds the files that belong to a photograph: settings of an edit, the film of a live photograph, a sound note.
///
/// `IMG_1.JPG` has `IMG_1.xmp` and `IMG_1.JPG.xmp`. A sidecar named after the stem alone that several photographs of a run could
/// claim goes with the first of them in the order of the list, so that nothing depends on timing.
package struct Sidecars: Sendable {
  /// Extensions in lower case.
  package static let extensions: Set<String> = ["xmp", "aae", "mov", "thm", "wav", "pp3", "dop"]

  /// Photographs that are not the first of their directory and stem, by what stands for their names.
  private let later: Set<UInt64>
  /// What is in archives, by its path: there is no file system to ask.
  private let members: [FilePath: InputFile]
  private let listings = SidecarListings()

  package init(_ files: FileTable) {
    var seen: Set<UInt64> = []
    var later: Set<UInt64> = []
    var members: [FilePath: InputFile] = [:]
    // A walk finds the sidecars themselves too, and other files of the same stem; what is called a picture goes before them.
    for arePictures in [true, false] {
      for index in files.indices where files.hasImageExtension(at: index) == arePictures {
        let name = Self.name(in: files, at: index)
        let stem = name[..<InputFile.endOfStem(of: name)]
        if !seen.insert(Hashing.number(stem)).inserted { later.insert(Hashing.number(name)) }
        if files.isMember(at: index) {
          let file = files[index]
          if Self.extensions.contains(file.path.extension?.lowercased() ?? "") { members[file.path] = file }
        }
      }
    }
    self.later = later
    self.members = members
  }

  /// The photographs that may have sidecars named after their stem alone.
  func ownersOfStems(in files: FileTable) -> FileTable {
    files.keepingPlaces { index in
      files.isLikelyPicture(at: index)
        && (later.isEmpty || !later.contains(Hashing.number(Self.name(in: files, at: index))))
    }
  }

  /// The bytes of a photograph's name, without making a value of it.
  private static func name(in files: FileTable, at index: Int) -> ArraySlice<UInt8> {
    files.isMember(at: index) ? files.pathBytes(at: index) : files.locationBytes(at: index)[...]
  }

  /// What sidecars are named after: the photograph's place on the disk, or in its archive.
  private static func name(of file: InputFile) -> FilePath {
    file.member == nil ? file.location : file.path
  }

  /// Whether a photograph may have sidecars that are named after its stem alone.
  func belongToStem(of file: InputFile) -> Bool {
    !later.contains(Hashing.number(InputFile.bytes(Self.name(of: file))))
  }

  /// A photograph's sidecars in the order of their names, with the paths that they have beside it, as they are now.
  func files(of file: InputFile) -> [InputFile] {
    let path = file.path.removingLastComponent()
    if file.member != nil { return names(of: file).compactMap { members[path.appending($0)] } }
    let directory = file.location.removingLastComponent()
    // Listings have nothing that is hidden.
    let isHidden = file.location.lastComponent?.string.hasPrefix(".") ?? true
    let listed = isHidden ? nil : listings.names(in: directory.isEmpty ? "." : directory)
    return names(of: file).compactMap { name in
      if let listed, !listed.contains(FilePath(root: nil, components: name)) { return nil }
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
