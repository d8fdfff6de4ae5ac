import Synchronization

/// What the programs of one stage write to their standard error, as messages of the run: each line shortened, and so many in a run.
///
/// Thread-safe.
final class ProgramMessages: Sendable {
  private let stage: String
  private let say: @Sendable (String) -> Void
  private let shown = Mutex(0)

  private static let most = 200
  /// Characters of a line that are shown.
  static let longest = 500

  init(stage: String, say: @escaping @Sendable (String) -> Void) {
    self.stage = stage
    self.say = say
  }

  func add(_ line: [UInt8]) {
    let number = shown.withLock { shown in
      shown = min(shown + 1, Self.most + 1)
      return shown
    }
    if number <= Self.most { say("\(stage): \(String(decoding: line, as: UTF8.self).printable)") }
    if number == Self.most { say("\(stage): what its program says from here on is not shown") }
  }
}

/// Cuts a stream into lines, of which it keeps the beginnings.
struct LineCutter {
  private var line: [UInt8] = []

  /// Bytes of a line that are kept, more than are shown in the end.
  private static let longest = 4 * ProgramMessages.longest

  mutating func take(_ bytes: [UInt8], _ emit: ([UInt8]) -> Void) {
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if part.offset > 0 { end(emit) }
      line += part.element.prefix(Self.longest - line.count)
    }
  }

  /// What came after the last newline.
  mutating func end(_ emit: ([UInt8]) -> Void) {
    if !line.isEmpty { emit(line) }
    line = []
  }
}

extension String {
  /// The text with control characters shown as escapes, and not longer than a message should be: it comes from a stranger and must not
  /// steer a terminal.
  var printable: String {
    let escaped = unicodeScalars.prefix(ProgramMessages.longest).map { scalar in
      let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
      return isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
    return unicodeScalars.count <= ProgramMessages.longest ? escaped : escaped + "…"
  }
}
