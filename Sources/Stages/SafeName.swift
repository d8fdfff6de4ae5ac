import Foundation

/// Makes texts safe as names of files, whatever they come from.
package enum SafeName {
  /// The longest name that Linux file systems take, in bytes.
  private static let longest = 255

  /// One component of a path: no slash, no control character, not `.` or `..`, no leading dot or dash, no trailing dot or blank.
  package static func component(_ text: String) -> String {
    let safe = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          let isForbidden =
            scalar.value < 32 || scalar.value == 127 || "/\\:*?\"<>|".unicodeScalars.contains(scalar)
          return isForbidden || scalar == "\u{FFFD}" ? "_" : scalar
        }))
    let trimmed = safe.trimmingCharacters(in: CharacterSet(charactersIn: " ."))
    return trimmed.hasPrefix("-") ? "_" + trimmed.dropFirst() : trimmed
  }

  /// The stem of a file that exists: its odd characters are its owner's choice, so only what cannot be a valid UTF-8 name is replaced.
  package static func stem(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 || $0.value == 127 || $0 == "\u{FFFD}" || $0 == "/" ? "_" : $0 }
      ))
  }

  /// A path whose parts may have become empty, dotted or too long by filling in.
  static func path(_ text: String) -> String {
    text.split(separator: "/").map { part in
      [".", ".."].contains(part) ? "_" : shortened(String(part))
    }.joined(separator: "/")
  }

  /// Cut to what a file system takes, keeping the extension.
  private static func shortened(_ name: String) -> String {
    guard name.utf8.count > longest else { return name }
    let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    let tail = ending.utf8.count <= 16 ? ending : ""
    var stem = name.dropLast(tail.count)
    while stem.utf8.count + tail.utf8.count > longest { stem.removeLast() }
    return stem + tail
  }
}
