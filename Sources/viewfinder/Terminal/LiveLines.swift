/// Lines at the end of a terminal that are drawn again in place. A value that only knows what is shown: what it returns is written by others.
struct LiveLines {
  private var shown = 0

  /// What replaces the lines that are there by others. None may be longer than the terminal is wide.
  mutating func draw(_ lines: [String]) -> String {
    defer { shown = lines.count }
    // Each line is overwritten before the rest of it is erased, so that nothing flickers.
    return top + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\n") + "\u{1B}[J"
  }

  /// What takes the lines away.
  mutating func clear() -> String {
    defer { shown = 0 }
    return shown > 0 ? top + "\u{1B}[J" : ""
  }

  /// Back to the beginning of the first line.
  private var top: String { shown > 1 ? "\r\u{1B}[\(shown - 1)A" : "\r" }
}
