package import Imaging
package import Manifests
package import StageGraph
import Synchronization
import SystemPackage

/// Opens the files of a run one after another, just far enough to know what they are and what they will cost.
package final class PhotographSource: ItemSource {
  private let files: FileTable
  private let done: Set<RecordPath>
  private let corrections: [RecordPath: SampleCorrection]
  private let limits: RunLimits
  private let codecs: Codecs
  private let cursor = Atomic(0)
  private let ignoredCount = Atomic(0)

  /// - Parameters:
  ///   - done: photographs that an interrupted run has finished.
  ///   - corrections: what a person wants otherwise.
  package init(
    _ files: FileTable, limits: RunLimits, codecs: Codecs = .here, skipping done: Set<RecordPath> = [],
    correcting corrections: [RecordPath: SampleCorrection] = [:]
  ) {
    self.files = files
    self.done = done
    self.corrections = corrections
    self.limits = limits
    self.codecs = codecs
  }

  /// Files that a walk found and that are no pictures, neither by name nor by content.
  package var ignored: Int { ignoredCount.load(ordering: .relaxed) }

  package var opening: String? {
    let index = cursor.load(ordering: .relaxed) - 1
    return files.indices.contains(index) ? files[index].path.string : nil
  }

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
    if !corrections.isEmpty { sample.correction = corrections[RecordPath(bytes: file.pathBytes)] }
    if let trouble = file.trouble {
      return .failed(sample, StageFailure(trouble.reason, trouble.detail))
    }
    do throws(Errno) {
      sample.fingerprint = try FileFingerprint.now(file.place)
    } catch {
      let failure = StageFailure(ImagingError.unreadable(call: "open", errno: error.rawValue))
      guard failure.scope == .item else { throw failure }
      return .failed(sample, failure)
    }
    if file.member != nil, sample.fingerprint == nil, FileFingerprint(file.location) != nil {
      let detail = "the archive is not the one any more that was listed; begin a new run"
      return .failed(sample, StageFailure(.changed, detail))
    }
    do throws(ImagingError) {
      sample.header = try codecs.header(
        ofFile: file.locationBytes, part: file.member?.contents, limits: limits.image, seconds: limits.timeout)
      return .passed(sample)
    } catch {
      if !file.isLikelyPicture, error == .notImage || error.isMissing { return nil }
      let failure = StageFailure(error)
      guard failure.scope == .item else { throw failure }
      return .failed(sample, failure)
    }
  }
}
