package import Geometry
package import Manifests
import Stages
package import SystemPackage

/// The manifest of a run, and where its photographs are.
package struct ExportedRun: Sendable {
  /// A photograph in which the network saw something somewhere.
  package struct Finding: Sendable {
    package let record: Record
    /// Width and height of the upright photograph.
    package let size: PixelSize
    package let best: PredictionRecord
    package let rectangle: LocatedRectangle
  }

  package let manifest: FilePath
  /// Below this score of the best label a photograph is left without a finding.
  package let leastScore: Double
  /// The id of a stage whose outputs stand for the photographs, in formats that hand pictures on; nil for the originals.
  package let stage: String?
  /// How large archives grow.
  package let shardLimits: ShardLimits
  let places: PhotographPlaces
  /// Bytes of the manifest when the export began; records behind them are not looked at.
  private let length: Int

  package init(
    manifest: FilePath, leastScore: Double = 0, outputsOf stage: String? = nil,
    shardLimits: ShardLimits = .standard
  ) {
    self.manifest = manifest
    self.leastScore = leastScore
    self.stage = stage
    self.shardLimits = shardLimits
    places = PhotographPlaces(beside: manifest)
    length = FileFingerprint(manifest)?.size ?? 0
  }

  /// Hands on every record, in the order of the manifest: the same ones at each call, though a run that still goes on may add others.
  package func records(_ body: (Record) throws(ExportError) -> Void) throws(ExportError) {
    var failure: ExportError?
    do throws(ManifestError) {
      try Manifest.scan(manifest) { entry in
        guard failure == nil, entry.offset < length else { return }
        do throws(ExportError) { try body(entry.record) } catch { failure = error }
      }
    } catch {
      throw .manifest(error)
    }
    if let failure { throw failure }
  }

  /// Hands on every record that has a finding, with its number among them, from 0.
  package func findings(_ body: (Int, Finding) throws(ExportError) -> Void) throws(ExportError) {
    var number = 0
    try records { record throws(ExportError) in
      guard let finding = finding(in: record) else { return }
      try body(number, finding)
      number += 1
    }
    guard number > 0 else {
      throw .nothing("no record has a label and a rectangle; run a pipeline with `classify` first")
    }
  }

  /// Nil where no label is sure enough, or the network looked nowhere.
  private func finding(in record: Record) -> Finding? {
    guard record.status == .ok, let best = record.predictions?.first, best.score >= leastScore,
      let rectangle = record.rectangle, !rectangle.isDegenerate, let width = record.input?.width,
      let height = record.input?.height
    else { return nil }
    return Finding(
      record: record, size: PixelSize(width: width, height: height), best: best, rectangle: rectangle)
  }

  /// The labels that were best somewhere.
  ///
  /// - Parameter ofFindings: whether records without a finding are left out.
  package func classes(ofFindings: Bool = true) throws(ExportError) -> ExportedClasses {
    var classes = ExportedClasses()
    if ofFindings {
      try findings { (_, finding) throws(ExportError) in classes.add(finding.best) }
    } else {
      try records { record throws(ExportError) in
        if let best = record.predictions?.first { classes.add(best) }
      }
    }
    return classes
  }

  /// Where the original is now. Nil where it is at none of the places that the run names.
  func original(of record: Record) -> PhotographPlace? { places.places(of: record).first(where: \.exists) }
}
