package import Geometry

/// What is known of a photograph's file. A value is `nil` when reading failed before it was known.
package struct InputRecord: Hashable, Sendable {
  /// Length of the file.
  package var bytes: Int?
  /// SHA-256 of the file, 64 lower-case hexadecimal digits.
  package var sha256: String?
  /// Short lower-case name, such as `jpeg`.
  package var format: String?
  /// Columns of the upright photograph.
  package var width: Int?
  /// Rows of the upright photograph.
  package var height: Int?
  /// The EXIF orientation, 1 to 8.
  package var orientation: Int?

  /// Takes the values as they are.
  package init(
    bytes: Int? = nil, sha256: String? = nil, format: String? = nil, width: Int? = nil, height: Int? = nil,
    orientation: Int? = nil
  ) {
    self.bytes = bytes
    self.sha256 = sha256
    self.format = format
    self.width = width
    self.height = height
    self.orientation = orientation
  }
}

/// One label the network gave.
package struct PredictionRecord: Hashable, Sendable {
  /// As the model names it.
  package var label: String
  /// Place of the label in the model's list, from 0; `nil` for a label that a person gave and the model does not know.
  package var index: Int?
  /// Probability, in [0, 1].
  package var score: Double

  /// Takes the values as they are.
  package init(label: String, index: Int?, score: Double) {
    self.label = label
    self.index = index
    self.score = score
  }
}

/// What a person has changed in a record.
package struct CorrectedRecord: Hashable, Sendable {
  /// The best label before and now; `nil` where it is the network's.
  package var label: LabelCorrection?
  /// Ids of the stages that cut as the person said, in order.
  package var crops: [String]

  /// Takes the values as they are.
  package init(label: LabelCorrection? = nil, crops: [String] = []) {
    self.label = label
    self.crops = crops
  }
}

/// One file that was written or placed.
package struct OutputRecord: Hashable, Sendable {
  /// Id of the stage.
  package var stage: String
  /// Relative to the output directory.
  package var file: RecordPath
  /// Columns of the written picture.
  package var width: Int
  /// Rows of the written picture.
  package var height: Int
  /// Length of the file.
  package var bytes: Int
  /// SHA-256 of the file, 64 lower-case hexadecimal digits.
  package var sha256: String
  /// That of the last crop before the output; `nil` when nothing was cut, as for a sorted original.
  package var crop: CropRegion?
  /// How the original came here; `nil` for what was encoded.
  package var placed: Placement?
  /// Files that belong to the original and travelled along.
  package var sidecars: [SidecarRecord]

  /// Takes the values as they are.
  package init(
    stage: String, file: RecordPath, width: Int, height: Int, bytes: Int, sha256: String,
    crop: CropRegion? = nil, placed: Placement? = nil, sidecars: [SidecarRecord] = []
  ) {
    self.stage = stage
    self.file = file
    self.width = width
    self.height = height
    self.bytes = bytes
    self.sha256 = sha256
    self.crop = crop
    self.placed = placed
    self.sidecars = sidecars
  }

  /// The path as text, lossy when it is not UTF-8.
  package var path: String { file.text }
}

/// How an original comes to its sorted place.
package enum Placement: String, Hashable, Sendable, CaseIterable, Codable {
  case copy, hardlink, symlink, move
}

/// A file beside a photograph that travelled with it, such as an edit's settings.
package struct SidecarRecord: Hashable, Sendable {
  /// Where it was, as the record's own path is given.
  package var from: RecordPath
  /// Relative to the output directory.
  package var file: RecordPath

  /// Takes the values as they are.
  package init(from: RecordPath, file: RecordPath) {
    self.from = from
    self.file = file
  }
}

/// What the program of an `exec` stage has noted about a photograph.
package struct StageNotes: Hashable, Sendable {
  /// Id of the stage.
  package var stage: String
  /// An object; its keys are in order.
  package var object: JSONValue

  /// Takes the values as they are.
  package init(stage: String, object: JSONValue) {
    self.stage = stage
    self.object = object
  }
}

/// How long one stage worked on a photograph.
package struct StageTime: Hashable, Sendable {
  /// Id of the stage.
  package var stage: String
  /// Time at work, waiting not counted.
  package var milliseconds: Double

  /// Takes the values as they are.
  package init(stage: String, milliseconds: Double) {
    self.stage = stage
    self.milliseconds = milliseconds
  }
}
