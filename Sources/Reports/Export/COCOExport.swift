import Geometry
import Manifests
package import SystemPackage

/// One JSON file in the form of the COCO data set: `bbox` is the hull, `segmentation` the exact corners. Categories are numbered from 1, by
/// the label's place in the model's list.
package struct COCOExport: Export {
  package static let name = "coco"
  package static let summary = "COCO: one JSON file, hulls as boxes and corners as polygons"

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    var file = try TextFile(output)
    try file.write(#"{"info":{"description":"made by viewfinder"},"licenses":[],"categories":"#)
    let classes = try run.classes()
    let categories = classes.list.map { label in
      JSONValue(members: ["id": .integer(label.number + 1), "name": .string(label.name)])
    }
    let number = classes.numbers
    try file.write(JSONValue.array(categories).bytes)
    try file.write(#","images":["#)
    try run.findings { (place, finding) throws(ExportError) in
      try file.write((place == 0 ? "\n" : ",\n") + text(image(finding, place + 1)))
    }
    try file.write(#"],"annotations":["#)
    try run.findings { (place, finding) throws(ExportError) in
      let category = number(finding.best) + 1
      try file.write((place == 0 ? "\n" : ",\n") + text(annotation(finding, place + 1, category)))
    }
    try file.write("]}\n")
    try file.finish()
  }

  private static func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

  private static func image(_ finding: ExportedRun.Finding, _ id: Int) -> JSONValue {
    JSONValue(members: [
      "id": .integer(id), "file_name": .string(finding.record.path), "width": .integer(finding.size.width),
      "height": .integer(finding.size.height),
    ])
  }

  private static func annotation(_ finding: ExportedRun.Finding, _ id: Int, _ category: Int) -> JSONValue {
    let hull = finding.rectangle.hull
    let corners = finding.rectangle.quad.points.flatMap { [$0.x, $0.y] }
    return JSONValue(members: [
      "id": .integer(id), "image_id": .integer(id), "category_id": .integer(category),
      "bbox": .array([hull.x, hull.y, hull.width, hull.height].map { .number($0, decimals: 2) }),
      "segmentation": .array([.array(corners.map { .number($0, decimals: 2) })]),
      "area": .number(hull.area, decimals: 2), "iscrowd": .integer(0),
      "score": .number(finding.best.score, decimals: 4),
    ])
  }
}
