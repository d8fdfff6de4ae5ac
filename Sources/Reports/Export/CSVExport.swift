import Geometry
import Manifests
package import SystemPackage

/// One table with a line for every record, whatever its status (RFC 4180).
package struct CSVExport: Export {
  package static let name = "csv"
  package static let summary = "CSV: one table, a line for every record"

  private static let columns = [
    "path", "status", "reason", "width", "height", "label", "index", "score", "center_x", "center_y",
    "rectangle_width",
    "rectangle_height", "angle", "hull_x", "hull_y", "hull_width", "hull_height", "coverage", "outputs",
  ]

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    var file = try TextFile(output)
    try file.write(columns.joined(separator: ",") + "\r\n")
    try run.records { record throws(ExportError) in
      try file.write(cells(record).map(quoted).joined(separator: ",") + "\r\n")
    }
    try file.finish()
  }

  private static func cells(_ record: Record) -> [String] {
    let best = record.predictions?.first
    let place = record.rectangle
    let numbers: [Double?] = [
      place?.rectangle.center.x, place?.rectangle.center.y, place?.rectangle.width, place?.rectangle.height,
      place?.rectangle.angle, place?.hull.x, place?.hull.y, place?.hull.width, place?.hull.height,
    ]
    let start: [String?] = [
      record.path, record.status.rawValue, record.reason?.rawValue, record.input?.width.map(String.init),
      record.input?.height.map(String.init), best?.label, best?.index.map(String.init),
      best.map { decimal($0.score, 4) },
    ]
    return start.map { $0 ?? "" } + numbers.map { $0.map { decimal($0, 2) } ?? "" }
      + [place.map { decimal($0.coverage, 4) } ?? "", record.outputs.map(\.path).joined(separator: ";")]
  }

  /// A cell in quotes where it needs them.
  private static func quoted(_ cell: String) -> String {
    let needsQuotes = cell.utf8.contains { [44, 34, 10, 13].contains($0) }
    return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }

  private static func decimal(_ value: Double, _ places: Int) -> String {
    String(decoding: JSONValue.number(value, decimals: places).bytes, as: UTF8.self)
  }
}
