import Foundation
package import Manifests
package import SystemPackage

/// A form in which other tools take what a run found.
///
/// An export is one file and one line in ``ExportCatalog``. It reads the manifest as often as it needs to and holds no more of it
/// than the labels.
package protocol Export: Sendable {
  /// What `--format` calls it.
  static var name: String { get }
  static var summary: String { get }
  /// Whether it holds pictures, or links to them, and nothing that is true of the originals alone, so that outputs may take their place.
  static var handsOnPictures: Bool { get }

  /// Writes all of it to a file, or for some exports to a directory, that is not there yet.
  static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError)
}

extension Export {
  package static var handsOnPictures: Bool { false }
}

/// The exports there are.
package enum ExportCatalog {
  package static let all: [any Export.Type] = [
    COCOExport.self, CSVExport.self, CVATExport.self, FoldersExport.self, WebDatasetExport.self,
    YOLOExport.self,
  ]

  /// Writes what a run found in the form of this name. `output` appears when all of it is written, or not at all.
  package static func write(_ run: ExportedRun, as name: String, to output: FilePath) throws(ExportError) {
    guard let export = all.first(where: { $0.name == name }) else { throw .nothing("no format '\(name)'") }
    let files = FileManager.default
    guard !files.fileExists(atPath: output.string) else { throw .exists(output) }
    let unfinished = output.removingLastComponent().appending(
      ".viewfinder-export-\(getpid())-\(output.lastComponent?.string ?? "")")
    defer { try? files.removeItem(atPath: unfinished.string) }
    try export.write(run, to: unfinished)
    try ExportError.wrapping { () throws(FileError) in try rename(unfinished, to: output) }
  }
}

/// Why an export could not be made.
package enum ExportError: Error, Hashable, Sendable {
  case manifest(ManifestError)
  case file(FileError)
  /// There is something under the name already.
  case exists(FilePath)
  /// The run has nothing of the kind; one sentence that says what to do.
  case nothing(String)

  static let photographNotFound = ExportError.nothing(
    "a photograph is not where the run found it; keep the manifest beside its folder .viewfinder, and the photographs in place"
  )
}
