/// Where in a window the subject stands, as far as the window is larger than what it is to hold.
package enum CropPlacement: String, Hashable, Sendable, CaseIterable {
  /// In the middle.
  case centre
  /// On a line that divides the window in thirds, the one on whose side the subject stands in the photograph.
  case thirds
}

/// One axis of a window that is to be placed, in whole pixels: what it should hold.
struct WindowAxis {
  /// The subject, inside the frame.
  let subject: Range<Int>
  /// The subject with its head room, which may reach out of the frame.
  let headed: Range<Int>
  /// The subject with head room and margin.
  let wanted: Range<Int>
  /// Pixels of the photograph, from 0.
  let frame: Int

  /// - Parameters:
  ///   - above: pixels of head room before the subject.
  ///   - length: pixels of the subject with head room and margin, at least those of the subject with head room.
  init(subject: Range<Int>, above: Int = 0, wanted length: Int, frame: Int) {
    self.subject = subject
    self.frame = frame
    headed = subject.lowerBound - above..<subject.upperBound
    let start = headed.lowerBound - (length - headed.count) / 2
    wanted = start..<start + length
  }

  /// The first pixel of a window of `length` pixels, which may reach out of the frame.
  ///
  /// A window too short for the subject shows its middle; one too short for the head room holds the subject and as much head room as it can;
  /// a longer one holds both; one longer than all that is wanted is free, beyond that, to place the subject. Moved the least way into
  /// the frame it still holds what it held of these inside the frame.
  func start(of length: Int, _ placement: CropPlacement) -> Int {
    if length < subject.count { return middle(of: subject, length) }
    if length < headed.count { return subject.upperBound - length }
    if length < wanted.count || placement == .centre { return middle(of: headed, length) }
    return third(length).clamped(to: wanted.upperBound - length...wanted.lowerBound)
  }

  private func middle(of span: Range<Int>, _ length: Int) -> Int {
    span.lowerBound - (length - span.count) / 2
  }

  /// The start at which the subject's middle lies on a third of the window.
  private func third(_ length: Int) -> Int {
    let twiceMiddle = subject.lowerBound + subject.upperBound
    let sixths = twiceMiddle <= frame ? 2 : 4
    return (3 * twiceMiddle - sixths * length) / 6
  }
}
