package import Manifests
import Synchronization

/// Where the records of a run go. Called by one thread at a time.
package protocol RecordOutput: AnyObject, Sendable {
  /// Sees, before outputs get their names, whether records of them could still be taken.
  func check() throws(ManifestError)

  /// Takes records for good: when it returns, they are where they belong.
  func append(_ records: [Record]) throws(ManifestError)

  /// Ends the output. Nothing may be appended afterwards.
  func close() throws(ManifestError)
}

extension RecordOutput {
  package func check() throws(ManifestError) {}
}

/// A manifest file.
package final class ManifestOutput: RecordOutput {
  private let writer: Mutex<RecordWriter?>

  package init(_ writer: consuming sending RecordWriter) { self.writer = Mutex(consume writer) }

  package func check() throws(ManifestError) {
    try writer.withLock { writer throws(ManifestError) in try writer?.checkIsThere() }
  }

  package func append(_ records: [Record]) throws(ManifestError) {
    try writer.withLock { writer throws(ManifestError) in try writer?.append(records) }
  }

  package func close() throws(ManifestError) {
    let last = writer.withLock { $0.take() }
    if let last { try last.close() }
  }
}

/// Records as lines of JSON, handed to a closure as they come.
package final class LineOutput: RecordOutput {
  private let write: @Sendable ([UInt8]) throws(FileError) -> Void

  package init(_ write: @escaping @Sendable ([UInt8]) throws(FileError) -> Void) { self.write = write }

  package func append(_ records: [Record]) throws(ManifestError) {
    do throws(FileError) {
      try write(records.flatMap(\.line))
    } catch {
      throw .file(error)
    }
  }

  package func close() {}
}
