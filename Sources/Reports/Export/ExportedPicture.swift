import Manifests
import Stages
import SystemPackage

/// A picture that an export hands on: an original, or what a stage has made of it.
struct ExportedPicture {
  let record: Record
  /// The best label; nil where no network has looked.
  let best: PredictionRecord?
  /// What it is called: the path of the photograph, or of the output.
  let file: RecordPath
  let place: PhotographPlace
  /// Of its bytes, as the run knew them.
  let sha256: String?

  /// All of its bytes.
  func contents() throws(ExportError) -> [UInt8] {
    let bytes = try ExportError.wrapping { () throws(FileError) in try place.contents() }
    guard sha256 == nil || Hashing.sha256(bytes) == sha256 else {
      throw .nothing(
        "\(place.file) was changed after the run, which has seen another '\(file.text)'; run it again first")
    }
    return bytes
  }
}

extension ExportedRun {
  /// Hands on every picture of the kind that is asked for, with its number among them, from 0.
  func pictures(_ body: (Int, ExportedPicture) throws(ExportError) -> Void) throws(ExportError) {
    if let stage { return try outputs(of: stage, body) }
    try findings { (number, finding) throws(ExportError) in
      guard let place = original(of: finding.record) else { throw .photographNotFound }
      let record = finding.record
      try body(
        number,
        ExportedPicture(
          record: record, best: finding.best, file: record.file, place: place, sha256: record.input?.sha256))
    }
  }

  private func outputs(
    of stage: String, _ body: (Int, ExportedPicture) throws(ExportError) -> Void
  ) throws(ExportError) {
    var number = 0
    var stages: Set<String> = []
    try records { record throws(ExportError) in
      stages.formUnion(record.outputs.map(\.stage))
      let best = record.predictions?.first
      guard record.status == .ok, (best?.score ?? 0) >= leastScore,
        let output = record.outputs.first(where: { $0.stage == stage })
      else { return }
      guard let path = places.output(output) else { throw .photographNotFound }
      let place = PhotographPlace(file: path)
      guard place.exists else {
        throw .nothing("the output \(path) is missing; run the pipeline again with --resume")
      }
      try body(
        number,
        ExportedPicture(record: record, best: best, file: output.file, place: place, sha256: output.sha256))
      number += 1
    }
    guard number > 0 else {
      let known =
        stages.isEmpty
        ? "no stage has written anything" : "those of \(stages.sorted().joined(separator: ", ")) are"
      throw .nothing("no output of a stage '\(stage)' is in the manifest; \(known)")
    }
  }
}
