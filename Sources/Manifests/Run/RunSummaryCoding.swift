import Foundation
package import SystemPackage

extension RunSummary {
  /// The summary as a JSON object, members in the documented order.
  package var json: JSONValue {
    JSONValue(members: [
      "schema": .string(Self.schema),
      "version": .string(version),
      "complete": .bool(complete),
      "pipeline": JSONValue(members: [
        "sha256": .string(pipeline.sha256), "resolved": .string(pipeline.resolved),
        "directory": (pipeline.directory?.text).map(JSONValue.string),
        "directory_bytes": (pipeline.directory?.encodedBytes).map(JSONValue.string),
      ]),
      "inputs": .array(
        inputs.map { input in
          JSONValue(members: [
            "path": .string(input.text), "path_bytes": input.encodedBytes.map(JSONValue.string),
          ])
        }),
      "model": model.map { JSONValue(members: ["name": .string($0.name), "sha256": .string($0.sha256)]) },
      "libraries": JSONValue(members: [
        "libvips": .string(libraries.libvips), "openblas": .string(libraries.openblas),
        "core": .string(libraries.core),
      ]),
      "host": .string(host),
      "counts": counts.json,
      "earlier_records": earlierRecords > 0 ? .integer(earlierRecords) : nil,
      "wall_seconds": .number(wallSeconds, decimals: 3),
      "images_per_second": .number(imagesPerSecond, decimals: 2),
      "peak_rss_bytes": .integer(peakRSSBytes),
      "stages": .array(stages.map(\.json)),
    ])
  }

  /// Writes `run.json` or another name, indented, in one atomic step.
  package func write(to path: FilePath) throws(FileError) {
    try AtomicFile.write(json.indentedBytes, to: path)
  }

  /// Reads a summary that `write` wrote.
  package static func read(_ path: FilePath) throws(ManifestError) -> RunSummary {
    try decodeDocument(path)
  }
}

extension RunCounts {
  var json: JSONValue {
    JSONValue(members: [
      "ok": .integer(ok), "failed": Self.json(failed), "skipped": Self.json(skipped),
      "ignored": .integer(ignored),
    ])
  }

  /// In the order of the reason codes.
  private static func json(_ counts: [ReasonCode: Int]) -> JSONValue {
    .object(ReasonCode.allCases.compactMap { code in counts[code].map { .init(code.rawValue, .integer($0)) } })
  }
}

extension StageSummary {
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "id": .string(id), "busy_seconds": .number(busySeconds, decimals: 3),
      "queue_high_water": .integer(queueHighWater),
    ])
  }
}

// MARK: - Reading

/// Reads a file that is one JSON document, of a size that such files have.
func decodeDocument<Document: Decodable>(_ path: FilePath) throws(ManifestError) -> Document {
  var reader = try LineReader(path)
  var json: [UInt8] = []
  while let line = try reader.next(), json.count <= LineReader.longestLine {
    json += line.bytes
  }
  do {
    return try JSONDecoder().decode(Document.self, from: Data(json))
  } catch {
    throw .malformed(path, line: 1, detail: sentence(about: error))
  }
}

extension RunSummary: Decodable {
  private enum CodingKeys: String, CodingKey {
    case schema, version, complete, pipeline, inputs, model, libraries, host, counts, stages
    case earlierRecords = "earlier_records"
    case wallSeconds = "wall_seconds"
    case peakRSSBytes = "peak_rss_bytes"
  }

  private struct InputFields: Decodable {
    let path: RecordPath

    private enum CodingKeys: String, CodingKey {
      case path
      case pathBytes = "path_bytes"
    }

    init(from decoder: any Decoder) throws {
      path = try decoder.container(keyedBy: CodingKeys.self).decodePath(.path, .pathBytes)
    }
  }

  /// Reads a summary. Members it does not know are passed over.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    guard try members.decode(String.self, forKey: .schema) == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: members, debugDescription: "this is not a \(Self.schema)")
    }
    self.init(
      version: try members.decode(String.self, forKey: .version),
      complete: try members.decode(Bool.self, forKey: .complete),
      pipeline: try members.decode(PipelineSummary.self, forKey: .pipeline),
      inputs: try members.decode([InputFields].self, forKey: .inputs).map(\.path),
      model: try members.decodeIfPresent(ModelSummary.self, forKey: .model),
      libraries: try members.decode(LibrarySummary.self, forKey: .libraries),
      host: try members.decode(String.self, forKey: .host),
      counts: try members.decode(RunCounts.self, forKey: .counts),
      earlierRecords: try members.decodeIfPresent(.earlierRecords, in: RecordBounds.count) ?? 0,
      wallSeconds: try members.decode(.wallSeconds, in: 0...1e12),
      peakRSSBytes: try members.decode(.peakRSSBytes, in: RecordBounds.count),
      stages: try members.decode([StageSummary].self, forKey: .stages))
  }
}

extension PipelineSummary: Decodable {
  private enum CodingKeys: String, CodingKey {
    case resolved, directory
    case directoryBytes = "directory_bytes"
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      resolved: try members.decode(String.self, forKey: .resolved),
      directory: members.contains(.directory) ? try members.decodePath(.directory, .directoryBytes) : nil)
  }
}

extension RunCounts: Decodable {
  private enum CodingKeys: String, CodingKey {
    case ok, failed, skipped, ignored
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    func byReason(_ key: CodingKeys) throws -> [ReasonCode: Int] {
      var counts: [ReasonCode: Int] = [:]
      for (code, count) in try members.decode([String: Int].self, forKey: key) {
        guard let reason = ReasonCode(rawValue: code), RecordBounds.count.contains(count) else {
          throw DecodingError.dataCorruptedError(
            forKey: key, in: members, debugDescription: "no count of a reason: \(code), \(count)")
        }
        counts[reason] = count
      }
      return counts
    }
    self.init(
      ok: try members.decode(.ok, in: RecordBounds.count), failed: try byReason(.failed),
      skipped: try byReason(.skipped),
      ignored: try members.decode(.ignored, in: RecordBounds.count))
  }
}
