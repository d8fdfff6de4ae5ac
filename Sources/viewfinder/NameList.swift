import Foundation
import SystemPackage

/// Reads lists of file names, whose bytes need not be UTF-8.
enum NameList {
  /// - Parameter source: a file, or `-` for stdin.
  static func read(_ source: String, zeroTerminated: Bool) throws(Exit) -> [FilePath] {
    let data: Data
    do {
      data =
        source == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(fileURLWithPath: source))
    } catch {
      throw Exit(ExitStatus.noInput, "cannot read the list \(source)")
    }
    let end: UInt8 = zeroTerminated ? 0 : 0x0A
    let names = data.split(separator: end).compactMap { name -> FilePath? in
      // A list made on another system may end its lines with a carriage return.
      let bytes = !zeroTerminated && name.last == 0x0D ? name.dropLast() : name
      guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
      return (Array(bytes).map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
        FilePath(platformString: $0.baseAddress!)
      }
    }
    guard !names.isEmpty else { throw Exit(ExitStatus.noInput, "the list \(source) names no file") }
    return names
  }
}
