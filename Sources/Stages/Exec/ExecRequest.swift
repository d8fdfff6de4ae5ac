import Geometry
import Manifests
import SystemPackage

/// What a program is asked about one photograph: one line of JSON, in the words of records.
struct ExecRequest {
  /// The version of what is said in both directions.
  static let protocolVersion = 1

  /// The pixels at hand, in a file.
  struct Pixels {
    let file: FilePath
    let size: PixelSize
  }

  let id: Int
  let stage: String
  let sample: Sample
  /// Where the program may put files until it has answered.
  let folder: FilePath
  let pixels: Pixels?

  /// Members of a record that are known before its end.
  private static let known: Set<String> = ["path", "path_bytes", "input", "predictions", "rectangle"]

  /// The request as the program reads it, with its newline.
  var line: [UInt8] {
    let file = RecordPath(absolute: sample.file.location)
    var members: [JSONValue.Member] = [
      .init("protocol", .integer(Self.protocolVersion)), .init("id", .integer(id)),
      .init("stage", .string(stage)), .init("file", .string(file.text)),
    ]
    if let bytes = file.encodedBytes { members.append(.init("file_bytes", .string(bytes))) }
    members.append(.init("folder", .string(folder.string)))
    if case .object(let record) = sample.record(.ok).json {
      members += record.filter { Self.known.contains($0.key) }
    }
    if let region = sample.region {
      members += [
        .init("region", region.json), .init("source", region.sourceJSON),
        .init("adjusted", region.adjustedJSON),
      ]
    }
    if let pixels {
      members.append(
        .init(
          "pixels",
          JSONValue(members: [
            "path": .string(pixels.file.string), "width": .integer(pixels.size.width),
            "height": .integer(pixels.size.height),
          ])))
    }
    return JSONValue.object(members).bytes + [UInt8(ascii: "\n")]
  }
}
