/// Written as a mapping of the ranges that differ from ``Augmentation/none``; a range is a list of two numbers.
///
///     crop: {area: [0.35, 1], ratio: [0.75, 1.3333]}
///     flip: 0.5
///
/// Unknown names and numbers that make no sense are errors.
extension Augmentation: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case crop, scale, stretch, rotation, shift, flip, plain, brightness, contrast, saturation
  }

  private static let factors = 0.05...20.0

  package init(from decoder: any Decoder) throws {
    self.init()
    let values = try KnownValues<Key>(decoder)
    crop = try values.container.decodeIfPresent(Crop.self, forKey: .crop)
    scale = try values.range(.scale, within: Self.factors) ?? scale
    stretch = try values.range(.stretch, within: Self.factors) ?? stretch
    rotation = try values.range(.rotation, within: -180...180) ?? rotation
    shift = try values.range(.shift, within: -2...2) ?? shift
    flip = try values.number(.flip, within: 0...1) ?? flip
    plain = try values.number(.plain, within: 0...1) ?? plain
    brightness = try values.range(.brightness, within: 0...20) ?? brightness
    contrast = try values.range(.contrast, within: 0...20) ?? contrast
    saturation = try values.range(.saturation, within: 0...20) ?? saturation
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    let none = Augmentation.none
    func put(_ key: Key, _ path: KeyPath<Augmentation, ClosedRange<Double>>) throws {
      let range = self[keyPath: path]
      if range != none[keyPath: path] { try container.encode(range, forKey: key) }
    }
    try container.encodeIfPresent(crop, forKey: .crop)
    try put(.scale, \.scale)
    try put(.stretch, \.stretch)
    try put(.rotation, \.rotation)
    try put(.shift, \.shift)
    if flip != none.flip { try container.encode(flip, forKey: .flip) }
    if plain != none.plain { try container.encode(plain, forKey: .plain) }
    try put(.brightness, \.brightness)
    try put(.contrast, \.contrast)
    try put(.saturation, \.saturation)
  }
}

extension Augmentation.Crop: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case area, ratio
  }

  package init(from decoder: any Decoder) throws {
    let values = try KnownValues<Key>(decoder)
    self.init(
      area: try values.range(.area, within: 0.01...1) ?? 1...1,
      ratio: try values.range(.ratio, within: 0.05...20) ?? 1...1)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(area, forKey: .area)
    try container.encode(ratio, forKey: .ratio)
  }
}

/// A mapping whose names are all known.
private struct KnownValues<Key: CodingKey & CaseIterable> {
  let container: KeyedDecodingContainer<Key>

  init(_ decoder: any Decoder) throws {
    let known = Key.allCases.map(\.stringValue)
    for key in try decoder.container(keyedBy: AnyName.self).allKeys where !known.contains(key.stringValue) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [key],
          debugDescription: "'\(key.stringValue)' is none of \(known.joined(separator: ", "))"))
    }
    container = try decoder.container(keyedBy: Key.self)
  }

  /// Nil where the name is not there.
  func range(_ key: Key, within limits: ClosedRange<Double>) throws -> ClosedRange<Double>? {
    guard let ends = try container.decodeIfPresent([Double].self, forKey: key) else { return nil }
    guard ends.count == 2, limits.contains(ends[0]), limits.contains(ends[1]), ends[0] <= ends[1] else {
      throw wrong(key, "two numbers in order, from \(limits.lowerBound) to \(limits.upperBound)")
    }
    return ends[0]...ends[1]
  }

  func number(_ key: Key, within limits: ClosedRange<Double>) throws -> Double? {
    guard let number = try container.decodeIfPresent(Double.self, forKey: key) else { return nil }
    guard limits.contains(number) else {
      throw wrong(key, "a number from \(limits.lowerBound) to \(limits.upperBound)")
    }
    return number
  }

  private func wrong(_ key: Key, _ expected: String) -> DecodingError {
    .dataCorruptedError(forKey: key, in: container, debugDescription: "\(key.stringValue) is \(expected)")
  }
}

/// A name in a mapping, whatever it is.
private struct AnyName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
