/// Words as a POSIX shell reads them.
enum ShellText {
  /// One word: as it is where a shell leaves it alone, otherwise in single quotes, in which nothing has a meaning.
  static func word(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      case UInt8(ascii: "="): text.hasPrefix("-")  // elsewhere it may assign a variable
      default: "_@%+:,./-".utf8.contains(byte)
      }
    }
    if isPlain, !text.isEmpty { return text }
    return "'" + text.replacing("'", with: #"'\''"#) + "'"
  }

  /// A command or a part of one.
  static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }
}
