import Geometry

extension Record: Decodable {
  private enum CodingKeys: String, CodingKey {
    case schema, path, status, reason, detail, input, predictions, rectangle, corrected, outputs, decodes, notes
    case milliseconds
    case pathBytes = "path_bytes"
  }

  /// Reads one record. Members it does not know are passed over.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    guard try members.decode(String.self, forKey: .schema) == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: members, debugDescription: "this is not a \(Self.schema)")
    }
    let notes = try members.decodeIfPresent([String: JSONValue].self, forKey: .notes) ?? [:]
    let times = try members.decode([String: Double].self, forKey: .milliseconds)
    self.init(
      file: try members.decodePath(.path, .pathBytes),
      outcome: try Self.outcome(members),
      input: try members.decodeIfPresent(InputRecord.self, forKey: .input),
      predictions: try members.decodeIfPresent([PredictionRecord].self, forKey: .predictions),
      rectangle: try members.decodeIfPresent(LocatedFields.self, forKey: .rectangle)?.rectangle,
      corrected: try members.decodeIfPresent(CorrectedRecord.self, forKey: .corrected),
      outputs: try members.decode([OutputRecord].self, forKey: .outputs),
      decodes: try members.decode(.decodes, in: RecordBounds.count),
      notes: notes.sorted { $0.key < $1.key }.map { StageNotes(stage: $0.key, object: $0.value) },
      times: times.sorted { $0.key < $1.key }.map { StageTime(stage: $0.key, milliseconds: $0.value) })
  }

  private static func outcome(_ members: KeyedDecodingContainer<CodingKeys>) throws -> Outcome {
    let status = try members.decode(Status.self, forKey: .status)
    let reason = try members.decodeIfPresent(ReasonCode.self, forKey: .reason)
    let detail = try members.decodeIfPresent(String.self, forKey: .detail)
    switch (status, reason) {
    case (.ok, nil): return .ok
    case (.failed, let reason?): return .failed(reason, detail: detail)
    case (.skipped, let reason?): return .skipped(reason, detail: detail)
    case (.ok, _?), (.failed, nil), (.skipped, nil):
      throw DecodingError.dataCorruptedError(
        forKey: .reason, in: members, debugDescription: "a reason goes with every status but ok")
    }
  }
}

extension InputRecord: Decodable {
  private enum CodingKeys: String, CodingKey {
    case bytes, sha256, format, width, height, orientation
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      bytes: try members.decodeIfPresent(.bytes, in: RecordBounds.count),
      sha256: try members.decodeIfPresent(String.self, forKey: .sha256),
      format: try members.decodeIfPresent(String.self, forKey: .format),
      width: try members.decodeIfPresent(.width, in: RecordBounds.side),
      height: try members.decodeIfPresent(.height, in: RecordBounds.side),
      orientation: try members.decodeIfPresent(Int.self, forKey: .orientation))
  }
}

extension PredictionRecord: Decodable {
  private enum CodingKeys: String, CodingKey {
    case label, index, score
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      label: try members.decode(String.self, forKey: .label),
      index: try members.decodeIfPresent(.index, in: RecordBounds.index),
      score: try members.decode(.score, in: RecordBounds.share))
  }
}

extension CorrectedRecord: Decodable {
  private enum CodingKeys: String, CodingKey {
    case label, crops
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      label: try members.decodeIfPresent(LabelCorrection.self, forKey: .label),
      crops: try members.decodeIfPresent([String].self, forKey: .crops) ?? [])
  }
}

extension OutputRecord: Decodable {
  private enum CodingKeys: String, CodingKey {
    case stage, path, width, height, bytes, sha256, region, source, adjusted, placed, sidecars
    case pathBytes = "path_bytes"
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let region = try members.decodeIfPresent(RectangleFields.self, forKey: .region)
    self.init(
      stage: try members.decode(String.self, forKey: .stage),
      file: try members.decodePath(.path, .pathBytes),
      width: try members.decode(.width, in: RecordBounds.side),
      height: try members.decode(.height, in: RecordBounds.side),
      bytes: try members.decode(.bytes, in: RecordBounds.count),
      sha256: try members.decode(String.self, forKey: .sha256),
      crop: try region.map { region in
        CropRegion(
          rectangle: region.rectangle, source: try members.decode(CropSource.self, forKey: .source),
          adjusted: try members.decode([CropAdjustment].self, forKey: .adjusted))
      },
      placed: try members.decodeIfPresent(Placement.self, forKey: .placed),
      sidecars: try members.decodeIfPresent([SidecarRecord].self, forKey: .sidecars) ?? [])
  }
}

extension SidecarRecord: Decodable {
  private enum CodingKeys: String, CodingKey {
    case from, path
    case fromBytes = "from_bytes"
    case pathBytes = "path_bytes"
  }

  /// Reads one sidecar of an output.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      from: try members.decodePath(.from, .fromBytes), file: try members.decodePath(.path, .pathBytes))
  }
}

extension KeyedDecodingContainer {
  /// Reads a path's text and, where it is not UTF-8, its bytes.
  func decodePath(_ textKey: Key, _ bytesKey: Key) throws -> RecordPath {
    let text = try decode(String.self, forKey: textKey)
    let encodedBytes = try decodeIfPresent(String.self, forKey: bytesKey)
    guard let path = RecordPath(text: text, encodedBytes: encodedBytes) else {
      throw DecodingError.dataCorruptedError(forKey: bytesKey, in: self, debugDescription: "not base64")
    }
    return path
  }
}

// MARK: - Geometry as manifests write it

/// `[x, y]`.
private struct Pair: Decodable {
  let first: Double
  let second: Double

  init(from decoder: any Decoder) throws {
    var elements = try decoder.unkeyedContainer()
    first = try elements.decode(Double.self)
    second = try elements.decode(Double.self)
    guard elements.isAtEnd else {
      throw DecodingError.dataCorruptedError(in: elements, debugDescription: "two numbers are wanted here")
    }
    guard RecordBounds.coordinate.contains(first), RecordBounds.coordinate.contains(second) else {
      throw DecodingError.dataCorruptedError(
        in: elements, debugDescription: "[\(first), \(second)] is nowhere near a photograph")
    }
  }

  var point: Point { Point(x: first, y: second) }
}

/// An oriented rectangle; its `corners` follow from the five numbers and are not read.
private struct RectangleFields: Decodable {
  let center: Pair
  let size: Pair
  let angle: Double

  private enum CodingKeys: String, CodingKey {
    case center, size, angle
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    center = try members.decode(Pair.self, forKey: .center)
    size = try members.decode(Pair.self, forKey: .size)
    angle = try members.decode(.angle, in: -360...360)
  }

  var rectangle: OrientedRectangle {
    OrientedRectangle(center: center.point, width: size.first, height: size.second, angle: angle)
  }
}

/// The `rectangle` of a record.
private struct LocatedFields: Decodable {
  let rectangle: LocatedRectangle

  private enum CodingKeys: String, CodingKey {
    case quad, hull, coverage
  }

  private enum BoxKeys: String, CodingKey {
    case x, y, width, height
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let quad = try members.decode([Pair].self, forKey: .quad)
    guard quad.count == 4 else {
      throw DecodingError.dataCorruptedError(
        forKey: .quad, in: members, debugDescription: "four corners are wanted")
    }
    let hull = try members.nestedContainer(keyedBy: BoxKeys.self, forKey: .hull)
    func number(_ key: BoxKeys) throws -> Double { try hull.decode(key, in: RecordBounds.coordinate) }
    rectangle = LocatedRectangle(
      rectangle: try RectangleFields(from: decoder).rectangle,
      quad: Quad(quad[0].point, quad[1].point, quad[2].point, quad[3].point),
      hull: Box(x: try number(.x), y: try number(.y), width: try number(.width), height: try number(.height)),
      coverage: try members.decode(.coverage, in: RecordBounds.share))
  }
}
