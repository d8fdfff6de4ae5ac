import Glibc
package import Imaging
package import Manifests
package import StageGraph
import SystemPackage

extension StageFailure {
  /// A failure with one of the record's reason codes.
  package init(_ reason: ReasonCode, _ detail: String, scope: Scope = .item) {
    self.init(code: reason.rawValue, detail: detail, scope: scope)
  }

  /// What went wrong with the photograph itself.
  package init(_ error: ImagingError) {
    let reason: ReasonCode =
      switch error {
      case .unreadable: .unreadable
      case .changed: .changed
      case .notImage: .notImage
      case .blockedFormat: .blockedFormat
      case .badHeader, .corrupt: .corrupt
      // The kernel kills when memory runs out.
      case .codecDied(SIGKILL): .outOfMemory
      case .codecDied: .corrupt
      case .tooLarge: .tooLarge
      case .tooManyPages: .tooManyPages
      case .truncated: .truncated
      case .timedOut, .cancelled: .timeout
      case .outOfMemory: .outOfMemory
      case .encodeFailed: .encode
      case .operationFailed: .internal
      }
    self.init(reason, error.detail, scope: error.concernsEveryFile ? .host : .item)
  }

  /// What went wrong with an output. A full or read-only disk and a lack of descriptors concern every photograph that is left,
  /// so they end the run instead of becoming one failed record each.
  package init(_ error: FileError) {
    let reason: ReasonCode = error.errno == .fileExists ? .collision : .io
    self.init(reason, error.description, scope: error.stopsIntake ? .host : .item)
  }
}

extension StageFailure {
  /// A record, or the directory of the outputs, cannot be written: no photograph can end well any more.
  init(ofRun error: FileError) {
    self.init(.io, error.description, scope: error.stopsIntake ? .host : .run)
  }

  init(ofRun error: ManifestError) {
    if case .file(let error) = error {
      self.init(ofRun: error)
    } else {
      self.init(.io, error.description, scope: .run)
    }
  }
}
