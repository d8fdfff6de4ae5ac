/// Why photographs or what is known about them cannot be had. `description` is one line for the user.
package struct DataError: Error, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong, for callers that decide by it.
  package enum Reason: String, Sendable {
    /// A file or folder does not exist or cannot be read.
    case unreadable
    /// There is nothing of what was asked for.
    case empty
    /// The content is not what it should be.
    case malformed
  }

  package let reason: Reason
  package let description: String

  /// - Parameters:
  ///   - path: the file or folder at fault.
  ///   - line: its line, counted from 1, if it is one.
  package init(_ reason: Reason, in path: String, line: Int? = nil, _ detail: String) {
    self.reason = reason
    description = line.map { "\(path):\($0): \(detail)" } ?? "\(path): \(detail)"
  }
}
