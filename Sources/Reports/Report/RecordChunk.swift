import Manifests

/// Collects records and writes a file of data for every so many.
///
/// A page that was opened from a disk may not read files, but it may run scripts: the data is a call with JSON.
struct RecordChunk {
  /// Records in a file.
  static let length = 500

  private let directory: SheetDirectory
  /// Records so far.
  private(set) var count = 0
  private var waiting: [JSONValue] = []

  init(_ directory: SheetDirectory) { self.directory = directory }

  /// - Parameter note: why it has no thumbnail; nil where it has one.
  mutating func add(_ record: Record, note: String?) throws(FileError) {
    count += 1
    waiting.append(
      JSONValue(members: [
        "number": .integer(count),
        "thumbnail": note == nil ? .string("thumbnails/\(SheetDirectory.thumbnailName(count))") : nil,
        "note": note.map(JSONValue.string),
        "record": record.json,
      ]))
    if waiting.count == Self.length { try finish() }
  }

  /// Writes what waits.
  mutating func finish() throws(FileError) {
    guard !waiting.isEmpty else { return }
    let name = SheetDirectory.chunkName((count + Self.length - 1) / Self.length)
    try directory.write(Script.call("records", .array(waiting)), to: "data/\(name)")
    waiting.removeAll()
  }
}

/// Data as a script.
enum Script {
  /// `viewfinder.NAME(JSON);` in ASCII where a script could misread it: `<`, which may end a script element, and the two line
  /// separators that JSON allows inside strings and older scripts do not. All three occur only inside strings.
  static func call(_ name: String, _ json: JSONValue) -> [UInt8] {
    var script = Array("viewfinder.\(name)(".utf8)
    let bytes = json.bytes
    script.reserveCapacity(bytes.count + 64)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "<") {
        script += #"\u003c"#.utf8
        index += 1
      } else if bytes[index] == 0xE2, index + 2 < bytes.count, bytes[index + 1] == 0x80,
        bytes[index + 2] & 0xFE == 0xA8
      {
        script += (bytes[index + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8
        index += 3
      } else {
        script.append(bytes[index])
        index += 1
      }
    }
    return script + ");\n".utf8
  }
}
