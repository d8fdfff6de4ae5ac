import Foundation
package import SystemPackage

/// How a manifest is laid out.
package enum ManifestFormat: String, Hashable, Sendable, CaseIterable {
  /// JSON Lines: one record a line, `.jsonl`.
  case lines = "jsonl"
  /// One JSON array with one record a line, `.json`.
  case array = "json"
}

/// Reading and rewriting manifests, JSON Lines and arrays alike.
package enum Manifest {
  /// The manifest of an output directory.
  package static func path(in directory: FilePath, format: ManifestFormat = .lines) -> FilePath {
    directory.appending("manifest.\(format.rawValue)")
  }

  /// All records of a manifest.
  package struct Contents: Sendable {
    /// In the order of the file.
    package let records: [Record]
    /// Where the whole lines end; what follows was torn off by a crash.
    package let wholeBytes: Int
  }

  /// Reads a manifest into memory. A torn last line is left out.
  package static func read(_ path: FilePath) throws(ManifestError) -> Contents {
    var records: [Record] = []
    let wholeBytes = try scan(path) { entry in records.append(entry.record) }
    return Contents(records: records, wholeBytes: wholeBytes)
  }

  /// A record and where its line's JSON stands in the file.
  package struct Entry {
    /// The record itself.
    package let record: Record
    /// First byte of the record's JSON.
    package let offset: Int
    /// Bytes of the record's JSON.
    package let length: Int
  }

  /// Hands on one record after the other, in bounded memory. A torn last line is left out.
  ///
  /// - Returns: where the whole lines end.
  @discardableResult
  package static func scan(_ path: FilePath, _ body: (Entry) -> Void) throws(ManifestError) -> Int {
    var reader = try LineReader(path)
    let decoder = JSONDecoder()
    var wholeBytes = 0
    var number = 0
    while let line = try reader.next() {
      guard line.isWhole else { break }
      number += 1
      let json = elementBytes(line.bytes)
      wholeBytes = line.offset + line.bytes.count + 1
      guard !json.isEmpty else { continue }
      do {
        let record = try decoder.decode(Record.self, from: Data(json))
        body(Entry(record: record, offset: line.offset + json.startIndex, length: json.count))
      } catch {
        throw .malformed(path, line: number, detail: sentence(about: error))
      }
    }
    return wholeBytes
  }

  /// Writes the records of one manifest to another name, or to the same, in one atomic step.
  ///
  /// - Parameters:
  ///   - sorted: by path; otherwise the order stays.
  ///   - keeping: which records stay.
  package static func rewrite(
    _ source: FilePath, to destination: FilePath, format: ManifestFormat, sorted: Bool = false,
    keeping: (Record) -> Bool = { _ in true }
  ) throws(ManifestError) {
    // Only paths and places are held, not the records, of which there may be millions.
    var kept: [(path: RecordPath, offset: Int, length: Int)] = []
    try scan(source) { entry in
      if keeping(entry.record) {
        // Millions of paths are held only to be put in order.
        kept.append((sorted ? entry.record.file : RecordPath(""), entry.offset, entry.length))
      }
    }
    if sorted {
      kept.sort { $0.path < $1.path }
    }
    try onFile { () throws(FileError) in
      try copy(kept.map { ($0.offset, $0.length) }, of: source, to: destination, format: format)
    }
  }

  private static func copy(
    _ places: [(offset: Int, length: Int)], of source: FilePath, to destination: FilePath,
    format: ManifestFormat
  ) throws(FileError) {
    let input = try attempt(.open, source) {
      try FileDescriptor.open(source, .readOnly, options: [.closeOnExec])
    }
    defer { try? input.close() }
    var output = try AtomicFile(destination: destination)
    var buffer: [UInt8] = format == .array ? Array("[\n".utf8) : []
    for (index, place) in places.enumerated() {
      var json = [UInt8](repeating: 0, count: place.length)
      let count = try attempt(.read, source) {
        try json.withUnsafeMutableBytes { try input.read(fromAbsoluteOffset: Int64(place.offset), into: $0) }
      }
      guard count == place.length else { throw FileError(.read, source, .ioError) }
      buffer += json
      buffer += (format == .array && index + 1 < places.count ? ",\n" : "\n").utf8
      if buffer.count >= 1 << 20 {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    if format == .array {
      buffer += "]\n".utf8
    }
    try output.write(buffer)
    try output.sync()
    try output.commit()
    try synchronizeDirectory(parent(of: destination))
  }

  /// The JSON of one line: without the brackets and commas of an array, and without white space around it.
  private static func elementBytes(_ line: [UInt8]) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 9 || byte == 13 }
    var json = line.drop(while: isSpace)
    while let last = json.last, isSpace(last) || last == UInt8(ascii: ",") {
      json.removeLast()
    }
    return json.elementsEqual("[".utf8) || json.elementsEqual("]".utf8) ? [] : json
  }
}
