package import Geometry
package import Imaging
package import Manifests
import StageGraph

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
  /// The best first; nil where no network has looked.
  package var predictions: [PredictionRecord]?
  /// Where the network looked.
  package var attended: LocatedRectangle?
  /// The last crop.
  package var region: CropRegion?
  /// What `write` has encoded and not yet put on the disk.
  package var encoded: EncodedPicture?
  package var outputs: [PlannedOutput] = []
  package var decodes = 0
  /// By stage, in the order of the work.
  package var times: [StageTime] = []

  package init(file: InputFile) { self.file = file }

  // MARK: GraphItem

  package var byteCost: Int { fingerprint?.size ?? 0 }

  package func withoutPayload() -> Sample {
    var sample = self
    sample.bytes = nil
    sample.picture = nil
    sample.encoded = nil
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
      joined.attended = joined.attended ?? branch.attended
      joined.sha256 = joined.sha256 ?? branch.sha256
      joined.outputs += branch.outputs.filter { output in !joined.outputs.contains { $0.file == output.file } }
      joined.decodes += branch.decodes - base.decodes
      joined.times += branch.times.filter { time in !joined.times.contains { $0.stage == time.stage } }
    }
    return joined
  }
}

/// Decoded pixels, and what they show.
package struct Picture: Sendable {
  package let pixels: PixelBuffer
  /// True while they show the whole photograph, at whatever scale.
  package let isWhole: Bool
  /// What was laid behind transparent pixels, should the file be decoded again.
  package let background: RGB

  package init(_ pixels: PixelBuffer, isWhole: Bool, background: RGB = .white) {
    self.pixels = pixels
    self.isWhole = isWhole
    self.background = background
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
  package let record: OutputRecord

  package init(file: StagedFile, record: OutputRecord) {
    self.file = file
    self.record = record
  }
}
