import Manifests
import Stages
import SystemPackage

/// Where the photographs of a manifest are now.
struct Originals {
  /// The run's directory.
  let folder: FilePath?
  private let locations: [RecordPath: FilePath]

  /// - Parameter manifest: of a run; beside it is the folder that remembers where its photographs were.
  init(beside manifest: FilePath) {
    let parent = manifest.removingLastComponent()
    let output: FilePath = parent.isEmpty ? "." : parent
    folder = output
    let files = RunDirectory(output).earlier()?.list.files ?? []
    locations = Dictionary(
      files.map { (RecordPath(bytes: $0.pathBytes), $0.location) }, uniquingKeysWith: { first, _ in first })
  }

  /// The places to look for a photograph, the likeliest first: where the run found it, and where it put the file itself.
  func places(of record: Record) -> [FilePath] {
    let placed = record.outputs.filter { $0.placed != nil }
    let moved = placed.contains { $0.placed == .move }
    let copies = placed.compactMap { output -> FilePath? in
      let path = FilePath(bytes: output.file.rawBytes)
      // A manifest may come from anywhere: what it names is looked for below its own directory only.
      guard path.isRelative, !path.components.contains(where: { $0.kind == .parentDirectory }) else {
        return nil
      }
      return folder?.pushing(path)
    }
    let found = locations[record.file].map { [$0] } ?? []
    return moved ? copies + found : found + copies
  }
}
