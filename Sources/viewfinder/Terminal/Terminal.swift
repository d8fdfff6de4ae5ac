import ArgumentParser
import Foundation
import Glibc

/// What stderr and stdout can do.
enum Terminal {
  static var stderrIsTerminal: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Columns of the terminal on stderr; 80 where nobody knows.
  static var columns: Int {
    if let size, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }

  /// Lines of the terminal on stderr; 24 where nobody knows.
  static var rows: Int { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } ?? 24 }

  private static var size: winsize? {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  /// Writes all of a text, whatever the number of calls it takes. Errors are nobody's to hear of.
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { return }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }
}

/// When words are coloured.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case auto, always, never

  /// `auto` colours on a terminal, unless NO_COLOR is set.
  var isOn: Bool {
    switch self {
    case .auto:
      Terminal.stderrIsTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    case .always: true
    case .never: false
    }
  }
}

/// Colours that every terminal has and its theme chooses.
enum Ink: Int {
  case bold = 1
  case dim = 2
  case red = 31
  case green = 32
  case yellow = 33

  /// The text in this colour.
  func on(_ text: String) -> String { text.isEmpty ? "" : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}

/// Texts for people.
enum Readable {
  /// `3:07` or `2:05:09`.
  static func duration(_ seconds: Double) -> String {
    let total = Int(seconds.rounded())
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }

  /// `412 MB`
  static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(count)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return String(format: unit == 0 || value >= 100 ? "%.0f %@" : "%.1f %@", value, units[unit])
  }

  /// `1 photograph`, `2 photographs`
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// Without what would steer a terminal, and no longer than so many characters.
  static func plain(_ text: String, most: Int = .max) -> String {
    let shown = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    return shown.count > most ? shown.prefix(most - 1) + "…" : shown
  }

  /// A word that a shell takes as it stands.
  static func shell(_ word: String) -> String {
    word.contains(/[^A-Za-z0-9_\/.,:+=@%-]/) || word.isEmpty
      ? "'" + word.replacing("'", with: "'\\''") + "'" : word
  }

  static func rate(_ perSecond: Double) -> String {
    String(format: perSecond < 10 ? "%.1f" : "%.0f", perSecond)
  }
}
