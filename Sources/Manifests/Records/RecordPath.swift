import Foundation

/// A file's path as a manifest gives it: text, and beside it the bytes when they are not UTF-8.
package struct RecordPath: Hashable, Sendable {
  /// The path as text; bytes that are no UTF-8 are replaced by U+FFFD.
  package let text: String
  /// The true bytes when `text` does not give them, otherwise `nil`.
  package let bytes: [UInt8]?

  /// A path that is text.
  package init(_ text: String) {
    self.text = text
    bytes = nil
  }

  /// A path of any bytes, as the file system has it.
  package init(bytes: [UInt8]) {
    text = String(decoding: bytes, as: UTF8.self)
    self.bytes = text.utf8.elementsEqual(bytes) ? nil : bytes
  }

  /// The bytes to give to the file system.
  package var rawBytes: [UInt8] { bytes ?? Array(text.utf8) }

  /// `path_bytes` of the manifest: base64, and nil where the text says it all.
  package var encodedBytes: String? { bytes.map { Data($0).base64EncodedString() } }

  /// Reads `path` and `path_bytes` of the manifest; `nil` when the latter is not base64.
  init?(text: String, encodedBytes: String?) {
    guard let encodedBytes else {
      self.init(text)
      return
    }
    guard let data = Data(base64Encoded: encodedBytes) else { return nil }
    self.init(bytes: Array(data))
  }
}

// Paths are their bytes. Swift's strings are equal when they look alike, but a file system may hold both a letter with its accent in one scalar
// and the same in two, and those are two files.
extension RecordPath {
  package static func == (a: RecordPath, b: RecordPath) -> Bool { a.rawBytes == b.rawBytes }

  package func hash(into hasher: inout Hasher) { hasher.combine(rawBytes) }
}

extension RecordPath: Comparable {
  /// By bytes: the same order on every machine and in every language.
  package static func < (a: RecordPath, b: RecordPath) -> Bool {
    a.rawBytes.lexicographicallyPrecedes(b.rawBytes)
  }
}
