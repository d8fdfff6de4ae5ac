import Imaging

/// A table read from a CSV file as RFC 4180 has it: UTF-8, commas, a header, fields in quotes where needed, lines that
/// end in LF or CRLF. Every row has as many fields as the header; whatever else the file holds is an error that names
/// the line.
package struct CSVTable: Sendable {
  /// One record.
  package struct Row: Sendable {
    /// Where it begins, counted from 1.
    package let line: Int
    fileprivate let fields: ArraySlice<String>

    /// The field of a column, by its index.
    package subscript(column: Int) -> String { fields[fields.startIndex + column] }
  }

  /// A file above it is refused before it is read.
  package static let largestFile = 64 << 20
  /// No list of photographs comes near; they bound the memory a hostile file can take.
  static let mostColumns = 1000
  static let mostFields = 16_000_000

  /// The file's name, as messages give it.
  package let path: String
  /// The header, of different names.
  package let columns: [String]
  private let fields: [String]
  private let lines: [Int]

  /// Reads and checks a file.
  package init(path: String) throws(DataError) {
    let bytes: [UInt8]
    do throws(ImagingError) {
      let file = try ImageFile(path: path)
      bytes = try ImageBytes(contentsOf: file, limit: CSVTable.largestFile).withBytes { Array($0) }
    } catch {
      throw DataError(.unreadable, in: path, error.detail)
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Checks a file's bytes. `path` names them in messages.
  package init(bytes: [UInt8], path: String) throws(DataError) {
    var reader = CSVReader(bytes: bytes, path: path)
    guard let header = try reader.record(atMost: CSVTable.mostColumns) else {
      throw DataError(.malformed, in: path, "is empty; a header with the columns' names is missing")
    }
    var names: Set<String> = []
    for name in header.fields where !names.insert(name).inserted {
      throw DataError(.malformed, in: path, line: header.line, "two columns are called '\(name)'")
    }
    var fields: [String] = []
    var lines: [Int] = []
    while let record = try reader.record(atMost: header.fields.count) {
      guard record.fields.count == header.fields.count else {
        throw DataError(
          .malformed, in: path, line: record.line,
          "has \(record.fields.count) fields where the header has \(header.fields.count)")
      }
      fields += record.fields
      lines.append(record.line)
      guard fields.count <= CSVTable.mostFields else {
        throw DataError(
          .malformed, in: path, line: record.line, "has more than \(CSVTable.mostFields) fields before its end")
      }
    }
    self.path = path
    columns = header.fields
    self.fields = fields
    self.lines = lines
  }

  /// The records in the order of the file.
  package var rows: some Sequence<Row> {
    lines.lazy.enumerated().map { index, line in
      Row(line: line, fields: fields[index * columns.count..<(index + 1) * columns.count])
    }
  }

  /// The index of a column, which must be there.
  package func column(_ name: String) throws(DataError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw DataError(
        .malformed, in: path, line: 1, "has no column '\(name)'; there are \(columns.joined(separator: ", "))")
    }
    return index
  }

  /// An error that names a row.
  package func malformed(_ row: Row, _ detail: String) -> DataError {
    DataError(.malformed, in: path, line: row.line, detail)
  }

  /// A field that must be a whole number of a range.
  package func integer(_ row: Row, _ column: Int, in range: ClosedRange<Int>) throws(DataError) -> Int {
    guard let value = Int(row[column]), range.contains(value) else {
      throw malformed(
        row,
        "'\(row[column])' in column \(columns[column]) is no whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return value
  }

  /// A field that must be a finite number.
  package func number(_ row: Row, _ column: Int) throws(DataError) -> Double {
    guard let value = Double(row[column]), value.isFinite else {
      throw malformed(row, "'\(row[column])' in column \(columns[column]) is no number")
    }
    return value
  }
}

/// Cuts bytes into records.
private struct CSVReader {
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let bytes: [UInt8]
  private let path: String
  private var position: Int
  private var line = 1

  init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    // Some programs begin UTF-8 files with a byte order mark.
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next record; nil at the end. More fields than `limit` are an error, found before they are collected.
  mutating func record(atMost limit: Int) throws(DataError) -> (line: Int, fields: [String])? {
    guard position < bytes.count else { return nil }
    let start = line
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      guard fields.count < limit else {
        throw DataError(.malformed, in: path, line: start, "has more than \(limit) fields")
      }
      position += 1
    }
    try endLine()
    return (start, fields)
  }

  private mutating func endLine() throws(DataError) {
    guard position < bytes.count else { return }
    if bytes[position] == Self.carriageReturn { position += 1 }
    guard position < bytes.count, bytes[position] == Self.lineFeed else {
      throw malformed("a carriage return stands within a line")
    }
    position += 1
    line += 1
  }

  private mutating func field() throws(DataError) -> String {
    guard position < bytes.count, bytes[position] == Self.quote else {
      let start = position
      while position < bytes.count, !Self.endsField(bytes[position]) {
        if bytes[position] == Self.quote {
          throw malformed("a quote stands within a field that begins without")
        }
        position += 1
      }
      return try text(bytes[start..<position])
    }
    return try quotedField()
  }

  private mutating func quotedField() throws(DataError) -> String {
    let start = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != Self.quote {
        if byte == Self.lineFeed { line += 1 }
        content.append(byte)
      } else if position < bytes.count, bytes[position] == Self.quote {
        position += 1
        content.append(byte)
      } else {
        guard position == bytes.count || Self.endsField(bytes[position]) else {
          throw malformed("something stands behind a closing quote")
        }
        return try text(content[...])
      }
    }
    throw DataError(.malformed, in: path, line: start, "a quote is never closed")
  }

  private static func endsField(_ byte: UInt8) -> Bool {
    byte == comma || byte == lineFeed || byte == carriageReturn
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(DataError) -> String {
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw malformed("is not UTF-8 text")
    }
    return text
  }

  private func malformed(_ detail: String) -> DataError {
    DataError(.malformed, in: path, line: line, detail)
  }
}
