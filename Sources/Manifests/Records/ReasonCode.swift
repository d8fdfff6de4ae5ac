/// Why a photograph failed or was skipped. The raw values are what manifests say.
package enum ReasonCode: String, Hashable, Sendable, CaseIterable, Codable {
  /// The file could not be opened or read.
  case unreadable
  /// The bytes are not an image of any known format.
  case notImage = "not_image"
  /// A known format that this program does not open.
  case blockedFormat = "blocked_format"
  /// The file ends before the picture does.
  case truncated
  /// The file is whole but its contents are damaged.
  case corrupt
  /// More bytes or pixels than the limits allow.
  case tooLarge = "too_large"
  /// More pages than the limits allow.
  case tooManyPages = "too_many_pages"
  /// More time than the limits allow.
  case timeout
  /// Memory could not be had.
  case outOfMemory = "out_of_memory"
  /// An output could not be encoded.
  case encode
  /// An output could not be written.
  case io
  /// Another file stands where the output should go.
  case collision
  /// The file changed while it was read.
  case changed
  /// A program of the pipeline's own failed on it, or said that it cannot be used.
  case program
  /// A filter ended the photograph's way.
  case filtered
  /// A mistake of this program.
  case `internal`
}
