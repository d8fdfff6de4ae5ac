import Foundation

/// Makes texts safe as names of files, whatever they come from.
package enum SafeName {
  /// The longest name that Linux file systems take, in bytes.
  static let longest = 255
  /// The longest text that is filled into a name, so that the photograph's own name still fits beside it.
  private static let longestComponent = 100

  /// One component of a path: no slash, no control character, not `.` or `..`, no leading dot or dash, no trailing dot or blank.
  package static func component(_ text: String) -> String {
    let safe = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          let isForbidden =
            scalar.value < 32 || scalar.value == 127 || "/\\:*?\"<>|".unicodeScalars.contains(scalar)
          return isForbidden || scalar == "\u{FFFD}" ? "_" : scalar
        }))
    let edges = CharacterSet(charactersIn: " .")
    let trimmed = prefix(safe.trimmingCharacters(in: edges), bytes: longestComponent).trimmingCharacters(
      in: edges)
    return trimmed.hasPrefix("-") ? "_" + trimmed.dropFirst() : trimmed
  }

  /// The stem of a file that exists: its odd characters are its owner's choice, so only what cannot be a valid UTF-8 name is replaced.
  package static func stem(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 || $0.value == 127 || $0 == "\u{FFFD}" || $0 == "/" ? "_" : $0 }
      ))
  }

  /// The beginning of a text that has at most so many bytes; no scalar is torn.
  static func prefix(_ text: String, bytes: Int) -> String {
    guard text.utf8.count > bytes else { return text }
    var count = 0
    let scalars = text.unicodeScalars.prefix { scalar in
      count += UTF8.width(scalar)
      return count <= bytes
    }
    return String(scalars)
  }

  /// A path whose parts may have become empty, dotted or too long by filling in.
  static func path(_ text: String) -> String {
    text.split(separator: "/").map { part in
      [".", ".."].contains(part) ? "_" : shortened(String(part))
    }.joined(separator: "/")
  }

  /// Cut to what a file system takes, or to so many bytes, keeping the extension.
  static func shortened(_ name: String, to longest: Int = longest) -> String {
    guard name.utf8.count > longest else { return name }
    let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    let tail = ending.utf8.count <= 16 ? ending : ""
    return prefix(String(name.dropLast(tail.count)), bytes: longest - tail.utf8.count) + tail
  }
}
