import Imaging
package import Manifests
package import StageGraph
import Synchronization
import SystemPackage

/// Opens the files of a run one after another, just far enough to know what they are and what they will cost.
package final class PhotographSource: ItemSource {
  private let files: [InputFile]
  private let done: Set<RecordPath>
  private let limits: ImageLimits
  private let cursor = Atomic(0)
  private let ignoredCount = Atomic(0)

  /// - Parameter done: photographs that an interrupted run has finished.
  package init(_ files: [InputFile], limits: RunLimits, skipping done: Set<RecordPath> = []) {
    self.files = files
    self.done = done
    self.limits = limits.image
  }

  /// Files that a walk found and that are no pictures, neither by name nor by content.
  package var ignored: Int { ignoredCount.load(ordering: .relaxed) }

  package func next() throws(StageFailure) -> Outcome<Sample>? {
    while true {
      let index = cursor.add(1, ordering: .relaxed).oldValue
      guard index < files.count else { return nil }
      if !done.isEmpty, done.contains(RecordPath(bytes: files[index].pathBytes)) { continue }
      if let outcome = try open(files[index]) { return outcome }
      ignoredCount.add(1, ordering: .relaxed)
    }
  }

  /// Nil for a file that is not meant to be processed at all.
  private func open(_ file: InputFile) throws(StageFailure) -> Outcome<Sample>? {
    var sample = Sample(file: file)
    if let trouble = file.trouble {
      return .failed(sample, StageFailure(.unreadable, "the directory cannot be read: \(trouble)"))
    }
    do throws(ImagingError) {
      sample.fingerprint = FileFingerprint(file.location)
      sample.header = try HeaderReader.read(ImageFile(path: file.locationBytes), limits: limits)
      return .passed(sample)
    } catch {
      if error == .notImage, !file.isLikelyPicture { return nil }
      let failure = StageFailure(error)
      guard failure.scope == .item else { throw failure }
      return .failed(sample, failure)
    }
  }
}
