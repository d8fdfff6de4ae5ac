/// A format that is recognised but not decoded.
package enum BlockedFormat: Hashable, Sendable, Codable {
  /// By the name people know it by.
  case named(String)
  /// What a camera's sensor saw, by the usual extension of its files. It needs developing, and a preview inside is not the picture.
  case cameraRaw(String)

  /// One sentence for people.
  var detail: String {
    switch self {
    case .named(let name): "\(name) files are not supported"
    case .cameraRaw(let name):
      "camera raw (\(name)) is not decoded; convert it or use the JPEG beside it"
    }
  }
}
