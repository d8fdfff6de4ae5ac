import Synchronization
import Tensors

/// Scratch memory for network passes: as many as ever ran at once, used again and again.
///
/// Thread-safe: a workspace is taken out while it is used.
final class WorkspacePool: Sendable {
  /// A workspace may not be shared, but it may be passed on: it is in one pair of hands at a time.
  private struct Idle: @unchecked Sendable {
    let workspace: Workspace
  }

  private let idle = Mutex<[Idle]>([])

  func with<Result, Failure: Error>(_ body: (Workspace) throws(Failure) -> Result) throws(Failure) -> Result {
    let taken = idle.withLock { $0.popLast() } ?? Idle(workspace: Workspace())
    defer { idle.withLock { $0.append(taken) } }
    return try body(taken.workspace)
  }
}
