import Dispatch

/// A moment on the clock that does not jump.
package struct Deadline: Sendable {
  private let end: DispatchTime

  package init(seconds: Double) { end = .now() + seconds }

  package var hasPassed: Bool { DispatchTime.now() >= end }

  /// Milliseconds until then as poll(2) takes them, at least 0.
  package var milliseconds: Int32 {
    let (now, end) = (DispatchTime.now().uptimeNanoseconds, end.uptimeNanoseconds)
    return end <= now ? 0 : Int32(clamping: (end - now) / 1_000_000 + 1)
  }
}
