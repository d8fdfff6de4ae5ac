package import Geometry

// Numbers are rounded so that lines stay short and equal runs give equal lines: coordinates and angles to 2 decimals,
// scores and coverage to 4, milliseconds to 1.

extension Record {
  /// The record as a JSON object, members in the documented order.
  package var json: JSONValue {
    JSONValue(members: [
      "schema": .string(Self.schema),
      "path": .string(file.text),
      "path_bytes": file.encodedBytes.map(JSONValue.string),
      "status": .string(status.rawValue),
      "reason": reason.map { .string($0.rawValue) } ?? .null,
      "detail": detail.map(JSONValue.string) ?? .null,
      "input": input?.json,
      "predictions": predictions.map { .array($0.map(\.json)) },
      "rectangle": rectangle?.json,
      "corrected": corrected?.json,
      "outputs": .array(outputs.map(\.json)),
      "decodes": .integer(decodes),
      "notes": notes.isEmpty ? nil : .object(notes.map { .init($0.stage, $0.object) }),
      "milliseconds": .object(times.map { .init($0.stage, .number($0.milliseconds, decimals: 1)) }),
    ])
  }

  /// The record as a line of JSON Lines, newline included.
  package var line: [UInt8] { json.bytes + CollectionOfOne(UInt8(ascii: "\n")) }
}

extension InputRecord {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "bytes": bytes.map(JSONValue.integer),
      "sha256": sha256.map(JSONValue.string),
      "format": format.map(JSONValue.string),
      "width": width.map(JSONValue.integer),
      "height": height.map(JSONValue.integer),
      "orientation": orientation.map(JSONValue.integer),
    ])
  }
}

extension PredictionRecord {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "label": .string(label), "index": index.map(JSONValue.integer) ?? .null,
      "score": .number(score, decimals: 4),
    ])
  }
}

extension CorrectedRecord {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "label": label?.json, "crops": crops.isEmpty ? nil : .array(crops.map(JSONValue.string)),
    ])
  }
}

extension OutputRecord {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "stage": .string(stage),
      "path": .string(file.text),
      "path_bytes": file.encodedBytes.map(JSONValue.string),
      "width": .integer(width),
      "height": .integer(height),
      "bytes": .integer(bytes),
      "sha256": .string(sha256),
      "region": crop?.json,
      "source": crop?.sourceJSON,
      "adjusted": crop?.adjustedJSON,
      "placed": placed.map { .string($0.rawValue) },
      "sidecars": sidecars.isEmpty ? nil : .array(sidecars.map(\.json)),
    ])
  }
}

extension CropRegion {
  /// Where it lies.
  package var json: JSONValue { .object(rectangle.members) }
  /// What it was cut around.
  package var sourceJSON: JSONValue { .string(source.rawValue) }
  /// What was done to it.
  package var adjustedJSON: JSONValue { .array(adjusted.map { .string($0.rawValue) }) }
}

extension SidecarRecord {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "from": .string(from.text), "from_bytes": from.encodedBytes.map(JSONValue.string),
      "path": .string(file.text), "path_bytes": file.encodedBytes.map(JSONValue.string),
    ])
  }
}

extension PredictionRecord {
  /// The prediction with its score as a record writes it.
  package var asWritten: PredictionRecord {
    PredictionRecord(label: label, index: index, score: score.rounded(decimals: 4))
  }
}

extension LocatedRectangle {
  /// The rectangle with its numbers as a record writes them: read back from there it is the same.
  package var asWritten: LocatedRectangle {
    LocatedRectangle(
      rectangle: rectangle.asWritten,
      quad: Quad(quad.a.asWritten, quad.b.asWritten, quad.c.asWritten, quad.d.asWritten),
      hull: Box(
        x: hull.x.rounded(decimals: 2), y: hull.y.rounded(decimals: 2), width: hull.width.rounded(decimals: 2),
        height: hull.height.rounded(decimals: 2)),
      coverage: coverage.rounded(decimals: 4))
  }

  fileprivate var json: JSONValue {
    .object(
      rectangle.members + [
        .init("quad", quad.json), .init("hull", hull.json), .init("coverage", .number(coverage, decimals: 4)),
      ])
  }
}

extension OrientedRectangle {
  fileprivate var asWritten: OrientedRectangle {
    OrientedRectangle(
      center: center.asWritten, width: width.rounded(decimals: 2), height: height.rounded(decimals: 2),
      // An angle just above -45 must not be rounded out of its range.
      angle: max(angle.rounded(decimals: 2), -44.99))
  }

  /// The corners are those of the numbers as written, so that they follow from them to the last digit.
  fileprivate var members: [JSONValue.Member] {
    let written = asWritten
    return [
      .init("center", written.center.json),
      .init("size", .array([.number(written.width), .number(written.height)])),
      .init("angle", .number(written.angle)),
      .init("corners", written.corners.json),
    ]
  }
}

extension Point {
  fileprivate var asWritten: Point { Point(x: x.rounded(decimals: 2), y: y.rounded(decimals: 2)) }

  fileprivate var json: JSONValue { .array([.number(x, decimals: 2), .number(y, decimals: 2)]) }
}

extension Quad {
  fileprivate var json: JSONValue { .array(points.map(\.json)) }
}

extension Box {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "x": .number(x, decimals: 2), "y": .number(y, decimals: 2), "width": .number(width, decimals: 2),
      "height": .number(height, decimals: 2),
    ])
  }
}

extension JSONValue {
  /// A number with at most so many decimals.
  package static func number(_ value: Double, decimals: Int) -> JSONValue {
    .number(value.rounded(decimals: decimals))
  }
}

extension Double {
  /// The number nearest to this one that has at most so many decimals; never -0.
  fileprivate func rounded(decimals: Int) -> Double {
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    let scaled = (self * scale).rounded() / scale
    return (scaled.isFinite ? scaled : self) + 0
  }
}
