import Foundation
package import SystemPackage

/// What can go wrong with a manifest.
package enum ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is a manifest already, and nothing was said about it.
  case exists(FilePath)
  /// Another process has the manifest open for writing.
  case inUse(FilePath)
  /// A line, counted from 1, that is not a record.
  case malformed(FilePath, line: Int, detail: String)
  /// The file system refused.
  case file(FileError)

  package var description: String {
    switch self {
    case .exists(let path): "\(path) exists already"
    case .inUse(let path): "\(path) is being written by another process"
    case .malformed(let path, let line, let detail): "\(path):\(line): \(detail)"
    case .file(let error): error.description
    }
  }
}

/// Runs file operations on behalf of a manifest.
func onFile<Result>(_ body: () throws(FileError) -> Result) throws(ManifestError) -> Result {
  do {
    return try body()
  } catch {
    throw .file(error)
  }
}

/// What was wrong with JSON, in our own words.
func sentence(about error: any Error) -> String {
  func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    return "\(place(context.codingPath + [key])) is missing"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    return "\(place(context.codingPath)) has the wrong type"
  case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
    return "\(place(context.codingPath)): \(context.debugDescription)"
  default:
    return "not valid JSON"
  }
}
