/// Lets through the properties of an XMP packet that a policy wants, as they are written.
struct XMPPacket {
  private let policy: MetadataPolicy
  private var output: [UInt8] = []
  private var open: [Element] = []
  private var properties = 0

  /// Deeper nesting and more namespaces are damage.
  private static let mostDepth = 64
  private static let mostNamespaces = 200

  /// An element that is being read.
  private struct Element {
    let name: ArraySlice<UInt8>
    let qualified: XMPName
    /// Prefixes and what they stand for, its own and those of the elements around it.
    let namespaces: [ArraySlice<UInt8>: String]
    let isKept: Bool
    /// True inside a property, and for the property itself.
    let isProperty: Bool
  }

  /// The packet with what the policy keeps; nil where that is nothing, and for what is no well-formed UTF-8 packet.
  static func filtered(_ packet: [UInt8], _ policy: MetadataPolicy) -> [UInt8]? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let packet = packet.starts(with: mark) ? Array(packet.dropFirst(mark.count)) : packet
    guard String(validating: packet, as: UTF8.self) != nil else { return nil }
    var reader = XMPPacket(policy: policy)
    do throws(XMLScanner.Malformed) {
      var scanner = XMLScanner(packet)
      while let token = try scanner.next() { try reader.take(token) }
    } catch {
      return nil
    }
    return reader.open.isEmpty && reader.properties > 0 ? reader.output : nil
  }

  private init(policy: MetadataPolicy) { self.policy = policy }

  private mutating func take(_ token: XMLScanner.Token) throws(XMLScanner.Malformed) {
    switch token {
    case .comment: break
    case .instruction(let source):
      // The packet's own wrapper; others are not ours to repeat.
      if open.isEmpty, source.starts(with: "<?xpacket".utf8) { output += source }
    case .text(let source):
      // Outside the root stand kilobytes of blanks, room for editing in place.
      if let around = open.last, around.isKept { output += source }
    case .start(let name, let attributes, let isEmpty):
      try start(name, attributes, isEmpty: isEmpty)
    case .end(let name):
      guard let element = open.popLast(), element.name == name else { throw XMLScanner.Malformed() }
      if element.isKept { output += "</".utf8 + name + ">".utf8 }
    }
  }

  private mutating func start(
    _ name: ArraySlice<UInt8>, _ attributes: [XMLScanner.Attribute], isEmpty: Bool
  ) throws(XMLScanner.Malformed) {
    guard open.count < Self.mostDepth else { throw XMLScanner.Malformed() }
    let around = open.last
    var namespaces = around?.namespaces ?? [:]
    for attribute in attributes {
      if let prefix = XMPName.declaredPrefix(attribute.name) {
        namespaces[prefix] = String(decoding: attribute.value, as: UTF8.self)
      }
    }
    guard namespaces.count <= Self.mostNamespaces else { throw XMLScanner.Malformed() }
    let qualified = XMPName(name, namespaces)
    let isProperty = around.map { $0.isProperty || $0.qualified == .description } ?? false
    let isTopProperty = isProperty && around?.isProperty == false
    let isKept =
      (around?.isKept ?? true) && (isProperty ? keeps(qualified, isTop: isTopProperty) : qualified.isFrame)
    if isKept, isTopProperty { properties += 1 }

    if isKept {
      let belongsToDescription = !isProperty && qualified == .description
      output += "<".utf8 + name
      for attribute in attributes where keeps(attribute, namespaces, ofDescription: belongsToDescription) {
        output += " ".utf8 + attribute.source
      }
      output += (isEmpty ? "/>" : ">").utf8
    }
    if !isEmpty {
      open.append(
        Element(
          name: name, qualified: qualified, namespaces: namespaces, isKept: isKept, isProperty: isProperty))
    }
  }

  private func keeps(_ name: XMPName, isTop: Bool) -> Bool {
    switch policy {
    case .strip: false
    case .copyright: (!isTop || name.isAboutRights) && !name.isStale && !name.isAboutPosition
    case .keep(let position): !name.isStale && (position || !name.isAboutPosition)
    }
  }

  /// Properties may be written as attributes too; those of a description count.
  private mutating func keeps(
    _ attribute: XMLScanner.Attribute, _ namespaces: [ArraySlice<UInt8>: String], ofDescription: Bool
  ) -> Bool {
    if XMPName.declaredPrefix(attribute.name) != nil { return true }
    let name = XMPName(attribute.name, namespaces)
    guard !name.isSyntax else { return true }
    let isKept = keeps(name, isTop: ofDescription)
    if isKept, ofDescription { properties += 1 }
    return isKept
  }
}
