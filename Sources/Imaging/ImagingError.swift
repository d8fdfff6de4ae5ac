/// Why a photograph could not be read, decoded, changed or encoded. The case is the call that failed, never the
/// text of a codec: codecs share one text between threads.
package enum ImagingError: Error, Hashable, Sendable, Codable {
  /// What a limit is about.
  package enum Quantity: String, Sendable, Codable {
    case bytes
    case pixels
  }

  /// A call of the operating system failed with this errno.
  case unreadable(call: String, errno: Int32)
  /// The file became shorter or longer while it was read.
  case changed
  /// The content is no picture.
  case notImage
  /// A format that is recognised but not decoded.
  case blockedFormat(BlockedFormat)
  /// The header cannot be made sense of.
  case badHeader(ImageFormat)
  /// More bytes or pixels than the limit.
  case tooLarge(Quantity, value: Int, limit: Int)
  /// More pages or frames than the limit.
  case tooManyPages(Int, limit: Int)
  /// The file ends too early. `row` counts the rows of the stored picture that could be decoded, if any was tried.
  case truncated(ImageFormat, row: Int?)
  /// The pixels cannot be decoded from this row of the stored picture on.
  case corrupt(ImageFormat, row: Int)
  /// The time limit was reached, at this row of the stored picture where that is known.
  case timedOut(row: Int?)
  /// The process that ran the codec died of this signal, or for 0 ended without an answer.
  case codecDied(signal: Int32)
  /// Somebody asked to stop.
  case cancelled
  /// A buffer of this many bytes could not be had.
  case outOfMemory(bytes: Int)
  /// The pixels could not be written in this format.
  case encodeFailed(ImageFormat)
  /// An operation on sound pixels failed; its name.
  case operationFailed(String)

  /// One sentence for people.
  package var detail: String {
    switch self {
    case .unreadable(let call, let errno): "\(call): \(describe(errno: errno))"
    case .changed: "the file changed while it was read"
    case .notImage: "the content is not that of a picture"
    case .blockedFormat(let format): format.detail
    case .badHeader(let format): "the \(format.rawValue) header cannot be read"
    case .tooLarge(let quantity, let value, let limit):
      "\(value) \(quantity.rawValue) are more than the limit of \(limit)"
    case .tooManyPages(let pages, let limit): "\(pages) pages are more than the limit of \(limit)"
    case .truncated(let format, nil): "the \(format.rawValue) file ends within its header"
    case .truncated(let format, let row?): "the \(format.rawValue) file ends early, at about row \(row)"
    case .corrupt(let format, let row): "the \(format.rawValue) data cannot be decoded from row \(row) on"
    case .timedOut(nil): "decoding took too long and was stopped"
    case .timedOut(let row?): "decoding took too long and was stopped at row \(row)"
    case .codecDied(0): "the codec ended without an answer"
    case .codecDied(let signal): "the codec died of signal \(signal) (\(describe(signal: signal)))"
    case .cancelled: "decoding was cancelled"
    case .outOfMemory(let bytes): "no memory for a buffer of \(bytes) bytes"
    case .encodeFailed(let format): "encoding as \(format.rawValue) failed"
    case .operationFailed(let name): "the operation \(name) failed"
    }
  }
}
