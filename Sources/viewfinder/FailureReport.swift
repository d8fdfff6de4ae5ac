import Manifests
import Stages
import Synchronization

/// Says on the terminal which photographs failed, while their records pass by.
final class FailureReport: RecordOutput {
  /// What is done with a message; set when there is a display.
  final class Listener: Sendable {
    private let action = Mutex<(@Sendable (String) -> Void)?>(nil)

    func set(_ action: @escaping @Sendable (String) -> Void) { self.action.withLock { $0 = action } }
    func hear(_ message: String) { action.withLock { $0 }?(message) }
  }

  /// More than these are only in the manifest.
  private static let most = 10

  let listener = Listener()
  private let output: any RecordOutput
  private let count = Mutex(0)

  init(into output: any RecordOutput) { self.output = output }

  func append(_ records: [Record]) throws(ManifestError) {
    try output.append(records)
    for record in records where record.status == .failed {
      let number = count.withLock { count in
        count += 1
        return count
      }
      guard number <= Self.most + 1 else { continue }
      listener.hear(
        number <= Self.most
          ? "failed: \(record.path.debugDescription): \(record.reason?.rawValue ?? ""): \(record.detail ?? "")"
          : "further failures are in the manifest only")
    }
  }

  func close() throws(ManifestError) { try output.close() }
}
