import Manifests
import SystemPackage

/// A manifest that is written line by line and appears whole or not at all.
final class MergedManifest {
  private var file: AtomicFile
  private let format: ManifestFormat
  private var buffer: [UInt8]
  private var isFirst = true

  init(_ path: FilePath, _ format: ManifestFormat) throws(MergeError) {
    self.format = format
    buffer = format == .array ? Array("[\n".utf8) : []
    do throws(FileError) {
      file = try AtomicFile(destination: path)
    } catch {
      throw .manifest(.file(error))
    }
  }

  /// - Parameter line: a record, without the newline.
  func append(_ line: [UInt8]) throws(MergeError) {
    if format == .array, !isFirst { buffer += ",\n".utf8 }
    isFirst = false
    buffer += line
    if format == .lines { buffer.append(UInt8(ascii: "\n")) }
    if buffer.count >= 1 << 20 { try flush() }
  }

  /// Gives the manifest its name.
  func commit() throws(MergeError) {
    if format == .array { buffer += (isFirst ? "]\n" : "\n]\n").utf8 }
    try flush()
    try onShardFiles { () throws(FileError) in
      try file.sync()
      try file.commit()
      try synchronizeDirectory(file.destination.removingLastComponent())
    }
  }

  private func flush() throws(MergeError) {
    try onShardFiles { () throws(FileError) in try file.write(buffer) }
    buffer.removeAll(keepingCapacity: true)
  }
}
