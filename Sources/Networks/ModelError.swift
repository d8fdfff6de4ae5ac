/// Why a model cannot be loaded or used. `description` is one line for the user: which file, which tensor, what is
/// wrong, and what can be done.
package struct ModelError: Error, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong, for callers that decide by it.
  package enum Reason: String, Sendable {
    /// The file does not exist, is no regular file, or cannot be read.
    case unreadable
    /// The file is damaged or is no safetensors file.
    case malformed
    /// The file is sound but holds something this program does not know.
    case unsupported
    /// A tensor the architecture needs is not in the file.
    case missingTensor
    /// A tensor has another shape than the architecture needs, or layers do not fit together.
    case wrongShape
    /// A tensor, or what is computed from it, holds infinities or NaN.
    case notFinite
    /// The canvas handed in has another size than the model card says.
    case wrongCanvas
  }

  package let reason: Reason
  /// The file, or whatever else the parameters came from.
  package let origin: String
  /// The tensor or layer at fault, if it is one.
  package let subject: String?
  package let detail: String

  package init(_ reason: Reason, in origin: String, at subject: String? = nil, _ detail: String) {
    self.reason = reason
    self.origin = origin
    self.subject = subject
    self.detail = detail
  }

  package var description: String {
    "\(origin): " + (subject.map { "'\($0)' " } ?? "") + detail
  }
}
