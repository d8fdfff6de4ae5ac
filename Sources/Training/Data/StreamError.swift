/// Why a stream cannot go on. `description` is one line for the user.
package enum StreamError: Error, Hashable, CustomStringConvertible {
  /// The place to start from does not exist: it belongs to other photographs.
  case impossibleStart(StreamPosition)
  /// Not one photograph of this epoch could be decoded.
  case nothingToShow(epoch: Int)
  /// The host lacks something that every photograph needs.
  case host(String)

  package var description: String {
    switch self {
    case .impossibleStart(let position):
      "there is no photograph \(position.photograph) in epoch \(position.epoch): the list of photographs has changed"
    case .nothingToShow: "none of the photographs can be decoded"
    case .host(let detail): detail
    }
  }
}
