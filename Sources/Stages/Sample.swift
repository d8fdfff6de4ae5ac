package import Geometry
package import Imaging
package import Manifests
import StageGraph
import SystemPackage

/// A photograph on its way through a pipeline, and everything that is known of it so far.
///
/// A value: branches change their own copies. Bytes and pixels are shared and immutable.
package struct Sample: GraphItem {
  package let file: InputFile
  /// The file as it was when its header was read; one that differs later has changed under our hands.
  package var fingerprint: FileFingerprint?
  /// What its header says; nil when that could not be read.
  package var header: ImageHeader?
  /// SHA-256 of the file, in hexadecimal.
  package var sha256: String?
  /// The compressed file.
  package var bytes: ImageBytes?
  package var picture: Picture?
  /// The best first; nil where no network has looked. A label that a person gave goes before all.
  package var predictions: [PredictionRecord]?
  /// What a person wants otherwise than the program made it.
  package var correction: SampleCorrection?
  /// The label that a person has set right.
  package var correctedLabel: LabelCorrection?
  /// Where the network looked.
  package var attended: LocatedRectangle?
  /// The last crop.
  package var region: CropRegion?
  /// What `write` has encoded and not yet put on the disk.
  package var encoded: EncodedPicture?
  /// Between an `exec` stage and its program.
  package var exchange: Exchange?
  package var outputs: [PlannedOutput] = []
  package var decodes = 0
  /// What programs have noted, in the order of the work.
  package var notes: [StageNotes] = []
  /// By stage, in the order of the work.
  package var times: [StageTime] = []

  package init(file: InputFile) { self.file = file }

  // MARK: GraphItem

  package var name: String { file.path.string }

  package var byteCost: Int { fingerprint?.size ?? 0 }

  package func withoutPayload() -> Sample {
    var sample = self
    sample.bytes = nil
    sample.picture = nil
    sample.encoded = nil
    sample.exchange = nil
    return sample
  }

  package mutating func spent(nanoseconds: UInt64, in stage: String) {
    let milliseconds = Double(nanoseconds) / 1e6
    if let index = times.firstIndex(where: { $0.stage == stage }) {
      times[index].milliseconds += milliseconds
    } else {
      times.append(StageTime(stage: stage, milliseconds: milliseconds))
    }
  }

  /// Outputs add up in file order; pixels and the region of a crop belong to a branch and end here.
  package static func joining(_ branches: [Sample], since base: Sample) -> Sample {
    var joined = base
    for branch in branches {
      joined.predictions = joined.predictions ?? branch.predictions
      joined.correctedLabel = joined.correctedLabel ?? branch.correctedLabel
      joined.attended = joined.attended ?? branch.attended
      joined.sha256 = joined.sha256 ?? branch.sha256
      joined.outputs += branch.outputs.filter { output in !joined.outputs.contains { $0.file == output.file } }
      joined.decodes += branch.decodes - base.decodes
      joined.notes += branch.notes.filter { note in !joined.notes.contains { $0.stage == note.stage } }
      joined.times += branch.times.filter { time in !joined.times.contains { $0.stage == time.stage } }
    }
    return joined
  }
}

/// Pixels, and what they show.
package struct Picture: Sendable {
  package let pixels: PixelBuffer
  /// Width and height as later stages count them: those of the photograph where it was decoded at a smaller scale, else those of the
  /// pixels.
  package let size: PixelSize
  /// The part of the photograph they show, in pixels of the upright photograph, its own x axis to the right; nil while it is the whole.
  package let part: OrientedRectangle?
  /// What was laid behind transparent pixels, should the file be decoded again.
  package let background: RGB
  /// Whether something was drawn on them, or a program has changed them: what the file no longer holds.
  package let isAltered: Bool

  package init(
    _ pixels: PixelBuffer, size: PixelSize? = nil, showing part: OrientedRectangle? = nil,
    background: RGB = .white, isAltered: Bool = false
  ) {
    self.pixels = pixels
    self.size = size ?? pixels.size
    self.part = part
    self.background = background
    self.isAltered = isAltered
  }

  /// True while they show the whole photograph, at whatever scale.
  package var isWhole: Bool { part == nil }

  /// Where a point of the upright photograph lies in these pixels; it may be outside.
  package func point(_ point: Point, ofPhotograph upright: PixelSize) -> Point {
    let part = part ?? OrientedRectangle(Box(upright))
    let e1 = Point(direction: part.angle)
    let offset = point - part.center
    return Point(
      x: (offset.dot(e1) / part.width + 0.5) * Double(pixels.size.width),
      y: (offset.dot(e1.perpendicular) / part.height + 0.5) * Double(pixels.size.height))
  }
}

/// A compressed picture on its way to the disk.
package struct EncodedPicture: Sendable {
  let bytes: [UInt8]
  let record: OutputRecord
}

/// An output that stands under a temporary name until the photograph's record is written.
package struct PlannedOutput: Sendable {
  package let file: StagedFile
  package var record: OutputRecord
  /// Files that belong to a placed original and come along.
  package var companions: [StagedFile] = []
  /// What a move takes away, once the record is durable.
  package var leaving: [LeavingFile] = []

  /// Everything that gets its name, or goes, together.
  var files: [StagedFile] { [file] + companions }

  package init(file: StagedFile, record: OutputRecord) {
    self.file = file
    self.record = record
  }
}

/// A file that goes from its place because it was moved.
package struct LeavingFile: Sendable {
  let path: FilePath
  /// As it was when it was moved.
  private let fingerprint: FileFingerprint?

  init(_ path: FilePath) {
    self.path = path
    fingerprint = FileFingerprint(path)
  }

  /// Whether it is still the file that was moved, and nobody has written another in its place.
  var isUnchanged: Bool { FileFingerprint(path) == fingerprint }
}
