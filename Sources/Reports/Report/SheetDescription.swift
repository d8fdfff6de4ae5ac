import Foundation
import Geometry
import Manifests
import SystemPackage

/// `report.json`: what makes a folder a report, and which one.
struct SheetMarker {
  private static let schema = "viewfinder/report/1"

  let json: JSONValue

  init(_ version: String, _ manifestHash: String) {
    json = JSONValue(members: [
      "schema": .string(Self.schema), "version": .string(version),
      "manifest": JSONValue(members: ["sha256": .string(manifestHash)]),
    ])
  }

  /// Whether a file marks a report.
  static func stands(at path: FilePath) -> Bool {
    struct Marker: Decodable { let schema: String }
    guard let data = FileManager.default.contents(atPath: path.string) else { return false }
    return (try? JSONDecoder().decode(Marker.self, from: data))?.schema == schema
  }
}

/// What the page knows besides the records.
///
/// Of the run it has no paths of inputs and no host: a contact sheet is handed on.
struct SheetDescription {
  let source: ContactSheet.Source
  let manifestHash: String
  let records: Int
  /// Where the outputs are as seen from the page; nil where they cannot be reached.
  let base: String?

  var json: JSONValue {
    JSONValue(members: [
      "version": .string(source.version),
      "manifest": JSONValue(members: [
        "name": source.manifest.lastComponent.map { .string($0.string) }, "sha256": .string(manifestHash),
      ]),
      "records": .integer(records),
      "chunks": .integer((records + RecordChunk.length - 1) / RecordChunk.length),
      "base": base.map(JSONValue.string),
      "crops": .object(source.crops.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) }),
      "run": source.run.map(Self.json),
    ])
  }

  private static func json(_ run: RunSummary) -> JSONValue {
    JSONValue(members: [
      "version": .string(run.version),
      "complete": .bool(run.complete),
      "pipeline": .string(run.pipeline.resolved),
      "model": run.model.map { .string($0.name) },
      "ignored": .integer(run.counts.ignored),
      "wall_seconds": .number(run.wallSeconds, decimals: 3),
      "images_per_second": .number(run.imagesPerSecond, decimals: 2),
      "peak_rss_bytes": .integer(run.peakRSSBytes),
      "stages": .array(
        run.stages.map {
          JSONValue(members: [
            "id": .string($0.id), "busy_seconds": .number($0.busySeconds, decimals: 3),
            "queue_high_water": .integer($0.queueHighWater),
          ])
        }),
    ])
  }
}

extension CropOptions {
  /// For the page's own composition of crops.
  fileprivate var json: JSONValue {
    JSONValue(members: [
      "aspect": aspect.map { .array([.number($0.width), .number($0.height)]) } ?? .null,
      "margin": .number(margin),
      "headroom": .number(headroom),
      "placement": .string(placement.rawValue),
      "minimum_share": .number(minimumShare),
      "minimum": .integer(minimum),
      "oriented": .bool(oriented),
      "order": .array(order.map { .string($0.rawValue) }),
      "minimum_score": .number(minimumScore),
      "maximum_coverage": .number(maximumCoverage),
    ])
  }
}
