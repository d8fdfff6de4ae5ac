package import Manifests
package import SystemPackage

/// Where the photographs of an earlier run are now: where it found them, or where it has put them.
package struct PhotographPlaces: Sendable {
  /// The run's directory, to which its outputs are relative.
  package let directory: FilePath
  /// What the run found; nil where its directory does not tell.
  let list: InputList?

  /// - Parameter manifest: of a run; beside it is the folder that remembers where its photographs were.
  package init(beside manifest: FilePath) {
    let parent = manifest.removingLastComponent()
    directory = parent.isEmpty ? "." : parent
    list = RunDirectory(directory).earlier()?.list
  }

  /// The places to look for a photograph, the likeliest first: where the run found it, and where it put the file itself.
  package func places(of record: Record) -> [PhotographPlace] {
    let placed = record.outputs.filter { $0.placed != nil }
    let moved = placed.contains { $0.placed == .move }
    let copies = placed.compactMap { output($0).map { PhotographPlace(file: $0) } }
    let found = (list?.file(at: record.file)?.place).map { [$0] } ?? []
    return moved ? copies + found : found + copies
  }

  /// Where the run has moved a photograph; nil where it left it in its place, as it does when another stage fails.
  func moved(_ record: Record) -> FilePath? {
    guard record.status != .failed else { return nil }
    return record.outputs.first { $0.placed == .move }.flatMap { output($0) }
  }

  /// Where an output of the run is. A manifest may come from anywhere: what it names is looked for below its own directory only, and
  /// nil where it would be elsewhere.
  package func output(_ output: OutputRecord) -> FilePath? { directory.appending(inside: output.file) }
}
