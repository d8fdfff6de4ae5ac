package import Geometry

/// One line of a manifest: what was done with one photograph, and why.
package struct Record: Hashable, Sendable {
  /// The `schema` member of every record.
  package static let schema = "viewfinder/record/1"

  /// Where the photograph was found, below its input directory.
  package var file: RecordPath
  /// How its way ended, and why.
  package var outcome: Outcome
  /// What is known of the file; `nil` when it could not be read.
  package var input: InputRecord?
  /// The best labels, best first; `nil` when no stage classified.
  package var predictions: [PredictionRecord]?
  /// Where the network looked; `nil` when no stage classified.
  package var rectangle: LocatedRectangle?
  /// What a person has changed; `nil` where all is the program's own.
  package var corrected: CorrectedRecord?
  /// In the order of the pipeline file.
  package var outputs: [OutputRecord]
  /// How often pixels were decoded: once for all, and once more for each crop that wants more pixels than that gave.
  package var decodes: Int
  /// What programs of the pipeline's own have noted; in the order of the names after reading back.
  package var notes: [StageNotes]
  /// In the order of the pipeline file; in that of the names after reading back.
  package var times: [StageTime]

  /// Takes the values as they are.
  package init(
    file: RecordPath, outcome: Outcome = .ok, input: InputRecord? = nil, predictions: [PredictionRecord]? = nil,
    rectangle: LocatedRectangle? = nil, corrected: CorrectedRecord? = nil, outputs: [OutputRecord] = [],
    decodes: Int = 0, notes: [StageNotes] = [], times: [StageTime] = []
  ) {
    self.file = file
    self.outcome = outcome
    self.input = input
    self.predictions = predictions
    self.rectangle = rectangle
    self.corrected = corrected
    self.outputs = outputs
    self.decodes = decodes
    self.notes = notes
    self.times = times
  }

  /// The path as text, lossy when `pathBytes` is not `nil`.
  package var path: String { file.text }
  /// The path's bytes when they are not UTF-8.
  package var pathBytes: [UInt8]? { file.bytes }
  /// How its way ended.
  package var status: Status { outcome.status }
  /// `nil` exactly when the status is `ok`.
  package var reason: ReasonCode? { outcome.reason }
  /// Our own sentence about the reason.
  package var detail: String? { outcome.detail }
}

extension Record {
  /// How a way ended, in one word. The raw values are what manifests say.
  package enum Status: String, Hashable, Sendable, CaseIterable, Codable {
    case ok
    case failed
    case skipped
  }

  /// How a photograph's way ended. Only what is not ok has a reason.
  package enum Outcome: Hashable, Sendable {
    /// Every branch that was not filtered reached its end.
    case ok
    /// Something went wrong.
    case failed(ReasonCode, detail: String?)
    /// Nothing went wrong, but no branch reached its end.
    case skipped(ReasonCode, detail: String?)

    /// The outcome in one word.
    package var status: Status {
      switch self {
      case .ok: .ok
      case .failed: .failed
      case .skipped: .skipped
      }
    }

    /// `nil` when ok.
    package var reason: ReasonCode? {
      switch self {
      case .ok: nil
      case .failed(let reason, _), .skipped(let reason, _): reason
      }
    }

    /// Our own sentence; `nil` when ok.
    package var detail: String? {
      switch self {
      case .ok: nil
      case .failed(_, let detail), .skipped(_, let detail): detail
      }
    }
  }
}
