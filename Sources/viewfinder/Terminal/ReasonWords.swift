import Manifests

extension ReasonCode {
  /// What it means, for people who do not know the code.
  var words: String {
    switch self {
    case .unreadable: "the file cannot be opened or read"
    case .notImage: "the file is no picture"
    case .blockedFormat: "a format that is not opened"
    case .truncated: "the file ends before the picture does"
    case .corrupt: "the picture cannot be decoded"
    case .tooLarge: "more bytes or pixels than the limits allow"
    case .tooManyPages: "more pages than the limits allow"
    case .timeout: "it took longer than the limits allow"
    case .outOfMemory: "it needed more memory than there was"
    case .encode: "an output could not be encoded"
    case .io: "an output could not be written"
    case .collision: "another file stands where an output should go"
    case .changed: "the file changed while it was processed"
    case .filtered: "a filter passed it over"
    case .program: "a program of the pipeline's own failed on it, or refused it"
    case .internal: "a mistake of this program"
    }
  }
}
