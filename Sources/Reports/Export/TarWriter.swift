import Manifests
import SystemPackage

/// A tar archive (POSIX ustar) that is written member by member. The same members give the same bytes: all belong to nobody and are
/// of the year 1970.
struct TarWriter: ~Copyable {
  private static let block = 512

  private var file: TextFile
  /// Bytes so far.
  private(set) var size = 0

  init(_ path: FilePath) throws(ExportError) { file = try TextFile(path) }

  /// - Parameter name: at most 100 bytes.
  mutating func add(_ name: String, _ contents: [UInt8]) throws(ExportError) {
    precondition(name.utf8.count <= 100, "the header has room for 100 bytes of a name")
    try append(Self.header(name, size: contents.count))
    try append(contents)
    try append(Self.padding(contents.count))
  }

  /// Ends the archive and gives it its name.
  consuming func finish() throws(ExportError) {
    try append([UInt8](repeating: 0, count: 2 * Self.block))
    try file.finish()
  }

  private mutating func append(_ bytes: [UInt8]) throws(ExportError) {
    try file.write(bytes)
    size += bytes.count
  }

  private static func padding(_ count: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (block - count % block) % block)
  }

  private static func header(_ name: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at place: Int) {
      header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(name, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(size, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    // The sum is taken with blanks in its own place.
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
    return header
  }
}
