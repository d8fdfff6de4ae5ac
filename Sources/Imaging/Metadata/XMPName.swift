/// The name of an XMP property: what its prefix stands for, and the name proper.
struct XMPName: Hashable {
  private let namespace: String
  private let local: String

  /// The namespace of names whose prefix nobody has declared.
  private static let unknown = ""

  private init(namespace: String, local: String) {
    self.namespace = namespace
    self.local = local
  }

  init(_ written: ArraySlice<UInt8>, _ namespaces: [ArraySlice<UInt8>: String]) {
    let parts = written.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    local = String(decoding: parts.last ?? [], as: UTF8.self)
    namespace =
      parts.count == 2
      ? Self.reserved[String(decoding: parts[0], as: UTF8.self)] ?? namespaces[parts[0]] ?? Self.unknown
      : namespaces[[]] ?? Self.unknown
  }

  /// The prefix that an attribute declares; empty for the one without; nil for other attributes.
  static func declaredPrefix(_ attribute: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if attribute.elementsEqual("xmlns".utf8) { return [] }
    return attribute.starts(with: "xmlns:".utf8) ? attribute.dropFirst(6) : nil
  }

  private static let reserved = ["xml": "http://www.w3.org/XML/1998/namespace"]
  private static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  private static let meta = "adobe:ns:meta/"

  static let description = XMPName(namespace: rdf, local: "Description")

  /// What stands around the properties.
  var isFrame: Bool {
    self == .description || self == XMPName(namespace: Self.rdf, local: "RDF") || namespace == Self.meta
  }

  /// Syntax of RDF and XML rather than a property.
  var isSyntax: Bool { [Self.rdf, Self.meta, Self.reserved["xml"]].contains(namespace) }

  /// Who made it, whose it is, and on what terms.
  var isAboutRights: Bool {
    switch namespace {
    case "http://purl.org/dc/elements/1.1/": ["creator", "rights"].contains(local)
    case "http://ns.adobe.com/photoshop/1.0/": ["Credit", "Source"].contains(local)
    case "http://ns.adobe.com/tiff/1.0/": ["Artist", "Copyright"].contains(local)
    case "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": local == "CreatorContactInfo"
    default:
      ["http://ns.adobe.com/xap/1.0/rights/", "http://creativecommons.org/ns#"].contains(namespace)
        || namespace.hasPrefix("http://ns.useplus.org/ldf/")
    }
  }

  /// Where the photograph was taken, as coordinates, whoever defined the name.
  var isAboutPosition: Bool {
    let name = local.lowercased()
    return namespace.contains("wgs84_pos")
      || ["gps", "latitude", "longitude"].contains { name.contains($0) }
  }

  /// What new pixels make untrue, and pictures within the metadata.
  var isStale: Bool {
    switch namespace {
    case "http://ns.adobe.com/tiff/1.0/":
      !["Make", "Model", "Artist", "Copyright", "Software", "DateTime", "ImageDescription"].contains(local)
    case "http://ns.adobe.com/exif/1.0/":
      ["PixelXDimension", "PixelYDimension", "ColorSpace", "SubjectArea", "SubjectLocation"].contains(local)
    case "http://ns.adobe.com/xap/1.0/": local == "Thumbnails"
    case "http://ns.adobe.com/photoshop/1.0/": ["ICCProfile", "ColorMode"].contains(local)
    default: Self.staleNamespaces.contains { namespace.hasPrefix($0) }
    }
  }

  /// Edits that a raw developer would apply once more, regions of faces, pictures and films appended to the file, further packets.
  private static let staleNamespaces = [
    "http://ns.adobe.com/camera-raw-settings/", "http://ns.adobe.com/xmp/note/",
    "http://www.metadataworkinggroup.com/schemas/regions/", "http://ns.microsoft.com/photo/1.2/",
    "http://ns.apple.com/faceinfo/", "http://ns.google.com/photos/", "http://ns.adobe.com/xap/1.0/g/img/",
  ]
}
