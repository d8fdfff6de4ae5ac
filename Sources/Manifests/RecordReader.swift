import Foundation
package import SystemPackage

/// Reads a finished manifest of JSON Lines record by record, and keeps the lines as they are.
///
/// The file stays open: one that takes its name meanwhile is not read. Not for use by two threads at once.
package final class RecordReader {
  /// A record, and the line it stands on, without the newline.
  package struct Entry {
    package let record: Record
    package let line: [UInt8]
    /// From 1.
    package let number: Int
  }

  package let path: FilePath
  private var lines: LineReader
  private let decoder = JSONDecoder()
  private var number = 0

  /// - Parameter chunk: how many bytes are read at once.
  package init(_ path: FilePath, chunk: Int) throws(ManifestError) {
    self.path = path
    lines = try LineReader(path, chunk: chunk)
  }

  /// The length of the file and its SHA-256.
  package func fingerprint() throws(ManifestError) -> (bytes: Int, sha256: String) { try lines.fingerprint() }

  /// The next record; nil at the end.
  package func next() throws(ManifestError) -> Entry? {
    guard let line = try lines.next() else { return nil }
    number += 1
    guard line.isWhole else {
      throw .malformed(path, line: number, detail: "the line does not end")
    }
    do {
      let record = try decoder.decode(Record.self, from: Data(line.bytes))
      return Entry(record: record, line: line.bytes, number: number)
    } catch {
      throw .malformed(path, line: number, detail: sentence(about: error))
    }
  }
}

extension Manifest {
  /// How many whole lines a file has, whatever stands on them.
  package static func lineCount(_ path: FilePath) throws(ManifestError) -> Int {
    try onFile { () throws(FileError) in
      let file = try attempt(.open, path) {
        try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      }
      defer { try? file.close() }
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
      defer { buffer.deallocate() }
      var lines = 0
      while true {
        let count = try attempt(.read, path) { try file.read(into: buffer) }
        if count == 0 { return lines }
        var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          lines += 1
          rest = rest[(end + 1)...]
        }
      }
    }
  }
}
