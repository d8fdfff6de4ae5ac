package import Manifests
package import SystemPackage

/// Where the photographs of an earlier run are now: where it found them, or where it has put them.
package struct PhotographPlaces: Sendable {
  /// The run's directory, to which its outputs are relative.
  package let directory: FilePath
  /// What the run found; nil where its directory does not tell.
  let list: InputList?
  private let locations: [RecordPath: FilePath]

  /// - Parameter manifest: of a run; beside it is the folder that remembers where its photographs were.
  package init(beside manifest: FilePath) {
    let parent = manifest.removingLastComponent()
    directory = parent.isEmpty ? "." : parent
    list = RunDirectory(directory).earlier()?.list
    locations = Dictionary(
      (list?.files ?? []).map { (RecordPath(bytes: $0.pathBytes), $0.location) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The places to look for a photograph, the likeliest first: where the run found it, and where it put the file itself.
  package func places(of record: Record) -> [FilePath] {
    let placed = record.outputs.filter { $0.placed != nil }
    let moved = placed.contains { $0.placed == .move }
    let copies = placed.compactMap { place(of: $0) }
    let found = locations[record.file].map { [$0] } ?? []
    return moved ? copies + found : found + copies
  }

  /// Where the run has moved a photograph; nil where it left it in its place, as it does when another stage fails.
  func moved(_ record: Record) -> FilePath? {
    guard record.status != .failed else { return nil }
    return record.outputs.first { $0.placed == .move }.flatMap { place(of: $0) }
  }

  /// A manifest may come from anywhere: what it names is looked for below its own directory only.
  private func place(of output: OutputRecord) -> FilePath? {
    let path = FilePath(bytes: output.file.rawBytes)
    guard path.isRelative, !path.components.contains(where: { $0.kind == .parentDirectory }) else { return nil }
    return directory.pushing(path)
  }
}
