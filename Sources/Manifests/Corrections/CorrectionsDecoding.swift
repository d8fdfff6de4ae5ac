import Geometry

extension Corrections: Decodable {
  private enum CodingKeys: String, CodingKey {
    case schema, manifest, corrections
  }

  private struct Looked: Decodable {
    let sha256: String
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    guard try members.decode(String.self, forKey: .schema) == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: members, debugDescription: "this is not a \(Self.schema)")
    }
    let corrections = Self(
      manifest: try members.decode(Looked.self, forKey: .manifest).sha256,
      try members.decode([Correction].self, forKey: .corrections))
    guard let corrections else {
      throw DecodingError.dataCorruptedError(
        forKey: .corrections, in: members, debugDescription: "two corrections are of one photograph")
    }
    self = corrections
  }
}

extension Correction: Decodable {
  private enum CodingKeys: String, CodingKey {
    case path, sha256, label, crops
    case pathBytes = "path_bytes"
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let label = try members.decodeIfPresent(LabelCorrection.self, forKey: .label)
    let crops = try members.decodeIfPresent([CropFields].self, forKey: .crops) ?? []
    func refuse(_ key: CodingKeys, _ why: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: members, debugDescription: why)
    }
    if label?.to.isEmpty == true { throw refuse(.label, "the right label is empty") }
    if label == nil, crops.isEmpty { throw refuse(.path, "it corrects neither the label nor a crop") }
    guard Set(crops.map(\.stage)).count == crops.count else {
      throw refuse(.crops, "two corrections are of one stage's crop")
    }
    self.init(
      file: try members.decodePath(.path, .pathBytes),
      sha256: try members.decodeIfPresent(String.self, forKey: .sha256), label: label,
      crops: Dictionary(uniqueKeysWithValues: crops.map { ($0.stage, $0.crop) }))
  }
}

/// One element of `crops`.
private struct CropFields: Decodable {
  let stage: String
  let crop: CropCorrection

  private enum CodingKeys: String, CodingKey {
    case stage, aspect, margin, box
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    stage = try members.decode(String.self, forKey: .stage)
    if let box = try members.decodeIfPresent(PixelBox.self, forKey: .box) {
      guard box.x >= 0, box.y >= 0, box.width > 0, box.height > 0 else {
        throw DecodingError.dataCorruptedError(
          forKey: .box, in: members, debugDescription: "the box has no pixels in the photograph")
      }
      crop = .drawn(box)
      return
    }
    let margin = try members.decode(Double.self, forKey: .margin)
    guard (0...5).contains(margin) else {
      throw DecodingError.dataCorruptedError(
        forKey: .margin, in: members, debugDescription: "a margin is from 0 to 5")
    }
    do {
      crop = .composed(try AspectRatio.parse(try members.decode(String.self, forKey: .aspect)), margin: margin)
    } catch let error as InvalidAspectRatio {
      throw DecodingError.dataCorruptedError(
        forKey: .aspect, in: members, debugDescription: error.description)
    }
  }
}
