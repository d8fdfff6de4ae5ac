import Dispatch
import Foundation
import Synchronization
package import SystemPackage

/// Reads a finished manifest of JSON Lines record by record, and keeps the lines as they are.
///
/// Decoding is what takes long, so lines are read ahead and decoded on all cores. The file stays open: one that takes its name meanwhile
/// is not read. Not for use by two threads at once.
package final class RecordReader {
  /// A record, and the line it stands on, without the newline.
  package struct Entry: Sendable {
    package let record: Record
    package let line: [UInt8]
    /// From 1.
    package let number: Int
  }

  package let path: FilePath
  private var lines: LineReader
  private let chunk: Int
  private var number = 0
  private var ahead: ArraySlice<Result<Entry, ManifestError>> = []

  /// - Parameter chunk: how many bytes are read at once, and how many of lines are decoded ahead.
  package init(_ path: FilePath, chunk: Int) throws(ManifestError) {
    self.path = path
    self.chunk = chunk
    lines = try LineReader(path, chunk: chunk)
  }

  /// The length of the file and its SHA-256.
  package func fingerprint() throws(ManifestError) -> (bytes: Int, sha256: String) { try lines.fingerprint() }

  /// The next record; nil at the end.
  package func next() throws(ManifestError) -> Entry? {
    if ahead.isEmpty { ahead = try readAhead()[...] }
    return try ahead.popFirst()?.get()
  }

  private func readAhead() throws(ManifestError) -> [Result<Entry, ManifestError>] {
    var batch: [LineReader.Line] = []
    var bytes = 0
    while bytes < chunk, let line = try lines.next() {
      batch.append(line)
      bytes += line.bytes.count
    }
    let first = number + 1
    number += batch.count
    let found = Mutex([Result<Entry, ManifestError>?](repeating: nil, count: batch.count))
    let stripes = min(batch.count, ProcessInfo.processInfo.activeProcessorCount)
    DispatchQueue.concurrentPerform(iterations: stripes) { [batch, path] stripe in
      let decoder = JSONDecoder()
      for index in stride(from: stripe, to: batch.count, by: stripes) {
        let entry = Self.entry(batch[index], number: first + index, of: path, decoder)
        found.withLock { $0[index] = entry }
      }
    }
    return found.withLock { $0.compactMap(\.self) }
  }

  private static func entry(
    _ line: LineReader.Line, number: Int, of path: FilePath, _ decoder: JSONDecoder
  ) -> Result<Entry, ManifestError> {
    guard line.isWhole else {
      return .failure(.malformed(path, line: number, detail: "the line does not end"))
    }
    do {
      let record = try decoder.decode(Record.self, from: Data(line.bytes))
      return .success(Entry(record: record, line: line.bytes, number: number))
    } catch {
      return .failure(.malformed(path, line: number, detail: sentence(about: error)))
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
