import Geometry
package import Manifests
package import SystemPackage

/// What the manifest of an earlier run says of its photographs: what the network saw in them, and where they are now.
package struct EarlierRun: Sendable {
  /// What is recalled of one photograph.
  struct Photograph: Sendable {
    /// Of the file, if it could be read.
    let sha256: String?
    let predictions: [PredictionRecord]?
    /// The first of the predictions, where a person gave it.
    let correctedLabel: LabelCorrection?
    let rectangle: LocatedRectangle?
    /// Where the run has moved it; nil where it left it in its place.
    let moved: FilePath?
  }

  /// Of the manifest: another one says other things.
  package let sha256: String
  private let places: PhotographPlaces
  private let photographs: [RecordPath: Photograph]

  /// Reads the whole manifest.
  package init(manifest: FilePath) throws(ManifestError) {
    let places = PhotographPlaces(beside: manifest)
    var photographs: [RecordPath: Photograph] = [:]
    try Manifest.scan(manifest) { entry in
      let record = entry.record
      photographs[record.file] = Photograph(
        sha256: record.input?.sha256, predictions: record.predictions,
        correctedLabel: record.corrected?.label, rectangle: record.rectangle, moved: places.moved(record))
    }
    self.places = places
    self.photographs = photographs
    do throws(FileError) {
      sha256 = try Hashing.sha256(ofFile: manifest)
    } catch {
      throw .file(error)
    }
  }

  /// The same for whoever sets a pipeline up.
  package static func read(_ manifest: FilePath) throws(SetupError) -> EarlierRun {
    do throws(ManifestError) {
      return try EarlierRun(manifest: manifest)
    } catch {
      throw .manifest(error)
    }
  }

  subscript(_ path: RecordPath) -> Photograph? { photographs[path] }

  /// Whether any photograph has a rectangle.
  var findsRectangle: Bool { photographs.values.contains { $0.rectangle != nil } }

  /// The photographs of the run where they are now, in the order of their paths' bytes: each that has a record, as if it were named.
  ///
  /// - Returns: the list with the run's inputs; nil where the directory does not tell where originals were.
  package func list() -> InputList? {
    guard let list = places.list else { return nil }
    var files = FileTable()
    for file in list.files {
      guard let photograph = photographs[RecordPath(bytes: file.pathBytes)] else { continue }
      if let moved = photograph.moved?.absolute, FileFingerprint(moved) != nil {
        files.append(InputFile(location: moved, path: file.path, isNamed: true))
      } else {
        files.append(
          InputFile(
            location: file.location, member: file.member, path: file.path, isNamed: true, trouble: file.trouble)
        )
      }
    }
    return InputList(files: files, roots: list.roots)
  }
}
