import Imaging
import Manifests
package import StageGraph

/// Reads the file whole, once, and takes its hash.
package struct ReadStage: PhotographStage {
  package static let schema = StageSchema(
    name: "read", summary: "reads the file and its hash",
    discussion: """
      Every pipeline starts here. The header is looked at before anything large happens: files that are no pictures, of a \
      blocked format or over the limits are refused with a record. Formats are told by content, never by name.
      """,
    adds: ["file", "width", "height", "aspect", "format"])

  package let phases: [Phase] = [.input, .compute]

  private let limit: Int

  package init(_ spec: StageSpec, _ setup: StageSetup) { limit = setup.limits.image.bytes }

  /// Two more than cores: while some wait for a disk, others keep the cores busy.
  package static func defaultWorkers(jobs: Int) -> Int { jobs + 2 }

  package func input(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) {
    do throws(ImagingError) {
      let file = try sample.file.place.open()
      guard try sample.file.place.fingerprint() == sample.fingerprint else { throw .changed }
      sample.bytes = try ImageBytes(contentsOf: file, limit: limit)
    } catch {
      throw StageFailure(error)
    }
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    sample.sha256 = sample.bytes?.withBytes { Hashing.sha256($0) }
    // What a person said of another photograph does not hold for this one.
    if let looked = sample.correction?.sha256, looked != sample.sha256 { sample.correction = nil }
    return .pass
  }
}
