import Foundation
package import Geometry
package import SystemPackage

/// What a person found wrong in the results of a run: the file that the page of `viewfinder report` hands out.
package struct Corrections: Hashable, Sendable {
  package static let schema = "viewfinder/corrections/1"

  /// SHA-256 of the manifest that was looked at.
  package var manifest: String
  /// At most one for each photograph.
  package private(set) var list: [Correction]

  /// - Returns: `nil` where two of the corrections are of one photograph.
  package init?(manifest: String, _ list: [Correction]) {
    guard Set(list.map(\.file)).count == list.count else { return nil }
    self.manifest = manifest
    self.list = list
  }

  /// None yet.
  package init() {
    manifest = Hashing.sha256([])
    list = []
  }

  /// Adds what a person found later: of one label, and of one stage's crop, the later correction holds.
  package mutating func add(_ later: Corrections) {
    manifest = later.manifest
    let places = Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1.file, $0) })
    for correction in later.list {
      if let place = places[correction.file], list[place].sha256 == correction.sha256 {
        list[place].add(correction)
      } else if let place = places[correction.file] {
        list[place] = correction
      } else {
        list.append(correction)
      }
    }
  }
}

/// What is wrong with the results for one photograph.
package struct Correction: Hashable, Sendable {
  /// That of the record.
  package let file: RecordPath
  /// Of the photograph, as in the record; `nil` where the record has none.
  package let sha256: String?
  /// `nil` where the label is right.
  package private(set) var label: LabelCorrection?
  /// By the stage of the output; at most one for each.
  package private(set) var crops: [String: CropCorrection]

  package init(
    file: RecordPath, sha256: String?, label: LabelCorrection? = nil, crops: [String: CropCorrection] = [:]
  ) {
    self.file = file
    self.sha256 = sha256
    self.label = label
    self.crops = crops
  }

  /// Whether the other one, said after this one, would change nothing.
  package func includes(_ other: Correction) -> Bool {
    guard file == other.file, sha256 == other.sha256 else { return false }
    var sum = self
    sum.add(other)
    return sum == self
  }

  fileprivate mutating func add(_ later: Correction) {
    label = later.label ?? label
    crops.merge(later.crops) { $1 }
  }
}

/// The best label, as it was and as it should be.
package struct LabelCorrection: Hashable, Sendable, Codable {
  /// `nil` where the record has no label.
  package let from: String?
  /// It need not be a label of the model.
  package let to: String

  package init(from: String?, to: String) {
    self.from = from
    self.to = to
  }
}

/// How a crop should be.
package enum CropCorrection: Hashable, Sendable {
  /// Composed as the run did, but with this ratio (`nil`: free) and margin.
  case composed(AspectRatio?, margin: Double)
  /// Exactly these pixels of the upright photograph.
  case drawn(PixelBox)
}

extension Corrections {
  /// A file that is larger was not made by hand.
  private static let mostBytes = 64 << 20

  /// Reads a file of corrections, and says in `malformed` what is wrong with one that is none.
  package init(contentsOf path: FilePath) throws(ManifestError) {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path.string).resolvingSymlinksInPath().path)
    guard let attributes else { throw .file(FileError(.open, path, .noSuchFileOrDirectory)) }
    guard attributes[.type] as? FileAttributeType == .typeRegular,
      (attributes[.size] as? Int ?? .max) <= Self.mostBytes,
      let data = FileManager.default.contents(atPath: path.string)
    else { throw .malformed(path, line: 1, detail: "this is no file of corrections that can be read") }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw .malformed(path, line: 1, detail: sentence(about: error))
    }
  }

  /// Writes the file whole or not at all.
  package func write(to path: FilePath) throws(FileError) {
    let value = JSONValue(members: [
      "schema": .string(Self.schema),
      "manifest": .object([.init("sha256", .string(manifest))]),
      "corrections": .array(list.map(\.json)),
    ])
    try AtomicFile.write(value.indentedBytes, to: path)
  }
}

extension LabelCorrection {
  var json: JSONValue {
    JSONValue(members: ["from": from.map(JSONValue.string) ?? .null, "to": .string(to)])
  }
}

extension Correction {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "path": .string(file.text), "path_bytes": file.encodedBytes.map(JSONValue.string),
      "sha256": sha256.map(JSONValue.string), "label": label?.json,
      "crops": crops.isEmpty ? nil : .array(crops.sorted { $0.key < $1.key }.map { $1.json(stage: $0) }),
    ])
  }
}

extension CropCorrection {
  fileprivate func json(stage: String) -> JSONValue {
    switch self {
    case .composed(let aspect, let margin):
      JSONValue(members: [
        "stage": .string(stage), "aspect": .string(aspect?.description ?? "free"), "margin": .number(margin),
      ])
    case .drawn(let box):
      JSONValue(members: [
        "stage": .string(stage),
        "box": JSONValue(members: [
          "x": .integer(box.x), "y": .integer(box.y), "width": .integer(box.width),
          "height": .integer(box.height),
        ]),
      ])
    }
  }
}
