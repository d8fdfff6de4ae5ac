import Foundation
import Geometry
import Manifests
package import SystemPackage

/// One XML file in the form of "CVAT for images 1.1": boxes with a rotation, in degrees clockwise about their centres.
package struct CVATExport: Export {
  package static let name = "cvat"
  package static let summary = "CVAT for images 1.1: one XML file, rotated boxes"

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    var file = try TextFile(output)
    try file.write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n")
    try file.write("  <meta><task><labels>\n")
    for label in try run.classes().list {
      try file.write("    <label><name>\(escaped(label.name))</name><attributes/></label>\n")
    }
    try file.write("  </labels></task></meta>\n")
    try run.findings { (number, finding) throws(ExportError) in try file.write(image(finding, number)) }
    try file.write("</annotations>\n")
    try file.finish()
  }

  private static func image(_ finding: ExportedRun.Finding, _ id: Int) -> String {
    let rectangle = finding.rectangle.rectangle
    let (center, half) = (rectangle.center, Point(x: rectangle.width / 2, y: rectangle.height / 2))
    let box = [
      ("xtl", center.x - half.x), ("ytl", center.y - half.y), ("xbr", center.x + half.x),
      ("ybr", center.y + half.y),
      // From 0 to 360, as CVAT has it.
      ("rotation", rectangle.angle < 0 ? rectangle.angle + 360 : rectangle.angle),
    ].map { "\($0)=\"\(String(format: "%.2f", $1))\"" }.joined(separator: " ")
    return """
        <image id="\(id)" name="\(escaped(finding.record.path))" width="\(finding.size.width)" height="\(finding.size.height)">
          <box label="\(escaped(finding.best.label))" source="auto" occluded="0" \(box) z_order="0"></box>
        </image>

      """
  }

  /// Text for XML. Characters that no XML may hold become U+FFFD.
  private static func escaped(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
          switch scalar {
          case "&": Array("&amp;".unicodeScalars)
          case "<": Array("&lt;".unicodeScalars)
          case ">": Array("&gt;".unicodeScalars)
          case "\"": Array("&quot;".unicodeScalars)
          case "\t", "\n", "\r": Array("&#\(scalar.value);".unicodeScalars)
          case let control where control.value < 32 || [0xFFFE, 0xFFFF].contains(control.value): ["\u{FFFD}"]
          default: [scalar]
          }
        }))
  }
}
