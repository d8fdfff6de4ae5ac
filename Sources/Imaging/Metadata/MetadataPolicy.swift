/// What a written picture takes over of its photograph's metadata.
package enum MetadataPolicy: Hashable, Sendable, Codable {
  /// Nothing.
  case strip
  /// Who made it and whose it is.
  case copyright
  /// What is still true of the new pixels. Where the photograph was taken only with `position`.
  case keep(position: Bool)

  var keepsPosition: Bool { self == .keep(position: true) }
}
