import Geometry
import Imaging
import Manifests
import StageGraph

extension Sample {
  /// The line of the manifest that says what became of this photograph.
  func record(_ outcome: Record.Outcome) -> Record {
    var input = InputRecord(bytes: fingerprint?.size, sha256: sha256)
    if let header {
      input.format = header.format.rawValue
      input.width = header.upright.width
      input.height = header.upright.height
      input.orientation = header.orientation.rawValue
    }
    return Record(
      file: RecordPath(bytes: file.pathBytes), outcome: outcome, input: fingerprint == nil ? nil : input,
      predictions: predictions, rectangle: attended, corrected: corrected, outputs: outputs.map(\.record),
      decodes: decodes, notes: notes, times: times)
  }
}

extension Outcome where Item == Sample {
  /// How it ended, in the words of the record.
  var recordOutcome: Record.Outcome {
    switch self {
    case .passed: .ok
    case .dropped(_, let reason): .skipped(ReasonCode(rawValue: reason) ?? .filtered, detail: nil)
    case .failed(_, let failure):
      .failed(ReasonCode(rawValue: failure.code) ?? .internal, detail: failure.detail)
    }
  }
}
