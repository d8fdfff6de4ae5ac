import Manifests
import SystemPackage

/// A file that is written piece by piece and appears when it is whole.
struct TextFile: ~Copyable {
  private var file: AtomicFile
  private var waiting: [UInt8] = []

  init(_ path: FilePath) throws(ExportError) {
    do throws(FileError) { file = try AtomicFile(destination: path) } catch { throw .file(error) }
  }

  mutating func write(_ text: String) throws(ExportError) { try write(Array(text.utf8)) }

  mutating func write(_ bytes: [UInt8]) throws(ExportError) {
    waiting += bytes
    if waiting.count >= 1 << 18 { try flush() }
  }

  /// Makes the file durable and gives it its name.
  consuming func finish() throws(ExportError) {
    try flush()
    do throws(FileError) {
      try file.sync()
      try file.commit()
    } catch {
      throw .file(error)
    }
  }

  private mutating func flush() throws(ExportError) {
    do throws(FileError) { try file.write(waiting) } catch { throw .file(error) }
    waiting.removeAll(keepingCapacity: true)
  }
}

extension ExportError {
  /// Runs a file operation.
  static func wrapping<Value>(_ body: () throws(FileError) -> Value) throws(ExportError) -> Value {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }
}
