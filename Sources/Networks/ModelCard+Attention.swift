extension ModelCard {
  /// What kind of attention a network has, where it stands and what it reads, by names of layers.
  ///
  /// A card needs to give only `after`; without `kind` the attention is rectangular, as the first cards had it.
  package struct Attention: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
      /// `RectangularAttention`
      case rectangle
      /// `PositionwiseAttention`
      case positionwise
      /// `SpatialGate`
      case spatialGate = "spatial-gate"
    }

    package let kind: Kind
    /// The layer whose map is weighed.
    package let after: String
    /// The layer whose map is looked at. A spatial gate looks at the map it weighs.
    package let detail: String
    /// A deeper one, looked at too.
    package let semantic: String?
    /// Channels of the trunk's convolutions.
    package let width: Int
    /// What is done with the map. A spatial gate multiplies.
    package let use: AttentionUse
    /// How the rectangle is found.
    package let head: RectangularAttention.Head
    /// Whether the rectangle's axes are those of the canvas.
    package let upright: Bool
    /// How strongly a moments head keeps nearly square rectangles upright.
    package let uprightness: Double
    /// Sharpness of the rectangle's edges, in reciprocal canvas units.
    package let sharpness: Double
    /// The rectangle's least half size, in canvas units.
    package let leastSize: Double

    /// An attention that looks at the map it stands after, unless `detail` names another.
    package init(
      _ kind: Kind, after: String, detail: String? = nil, semantic: String? = nil, width: Int = 64,
      use: AttentionUse = .multiply, head: RectangularAttention.Head = .moments, upright: Bool = false,
      uprightness: Double = 0, sharpness: Double = 10, leastSize: Double = 0.12
    ) {
      self.kind = kind
      self.after = after
      self.detail = detail ?? after
      self.semantic = semantic
      self.width = width
      self.use = use
      self.head = head
      self.upright = upright
      self.uprightness = uprightness
      self.sharpness = sharpness
      self.leastSize = leastSize
    }

    package init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        try members.decodeName(forKey: .kind, absent: .rectangle),
        after: try members.decode(String.self, forKey: .after),
        detail: try members.decodeIfPresent(String.self, forKey: .detail),
        semantic: try members.decodeIfPresent(String.self, forKey: .semantic),
        width: try members.decodeIfPresent(Int.self, forKey: .width) ?? 64,
        use: try members.decodeName(forKey: .use, absent: .multiply),
        head: try members.decodeName(forKey: .head, absent: .moments),
        upright: try members.decodeIfPresent(Bool.self, forKey: .upright) ?? false,
        uprightness: try members.decodeIfPresent(Double.self, forKey: .uprightness) ?? 0,
        sharpness: try members.decodeIfPresent(Double.self, forKey: .sharpness) ?? 10,
        leastSize: try members.decodeIfPresent(Double.self, forKey: .leastSize) ?? 0.12)
    }

    /// The layer that stands behind `after`.
    package var layer: any LayerConfiguration {
      switch kind {
      case .rectangle:
        RectangularAttention.Configuration(
          detail: detail, semantic: semantic, width: width, head: head, use: use, upright: upright,
          uprightness: uprightness, sharpness: sharpness, leastSize: leastSize)
      case .positionwise:
        PositionwiseAttention.Configuration(detail: detail, semantic: semantic, width: width, use: use)
      case .spatialGate: SpatialGate.Configuration()
      }
    }

    /// What is wrong with the values, in words that follow the card's name.
    var problem: String? {
      if !(1...4096).contains(width) { return "has an attention of width \(width)" }
      if !(sharpness > 0 && sharpness <= 1000) { return "has an impossible sharpness" }
      if !(leastSize > 0 && leastSize <= 1) { return "has an impossible least size" }
      if !(uprightness >= 0 && uprightness <= 1000) { return "has an impossible uprightness" }
      return nil
    }
  }

  /// A name in a card that stands for something this program does not know.
  struct UnknownName: Error, CustomStringConvertible {
    let path: String
    let name: String
    let known: [String]

    var description: String {
      "names '\(name.shortened)' as '\(path)'; known are \(known.joined(separator: ", "))"
    }
  }
}

extension KeyedDecodingContainer {
  /// One of an enumeration's names; `absent` where there is none.
  fileprivate func decodeName<Name: RawRepresentable<String> & CaseIterable>(
    forKey key: Key, absent: Name
  ) throws -> Name {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return absent }
    guard let name = Name(rawValue: text) else {
      throw ModelCard.UnknownName(
        path: (codingPath + [key]).map(\.stringValue).joined(separator: "."), name: text,
        known: Name.allCases.map(\.rawValue))
    }
    return name
  }
}
