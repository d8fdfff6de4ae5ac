import Foundation
import Geometry
import Manifests
package import SystemPackage

/// A directory in the form of Ultralytics' oriented boxes: `images/train` with links to the originals, `labels/train` with a text for
/// each, `data.yaml`. Corners are shares of the photograph's sides; classes are numbered from 0 in the order of `data.yaml`.
package struct YOLOExport: Export {
  package static let name = "yolo-obb"
  package static let summary = "YOLO oriented boxes: a directory of texts, with links to the photographs"

  package static func write(_ run: ExportedRun, to output: FilePath) throws(ExportError) {
    let classes = try run.classes()
    let labels = classes.list
    let places = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1.number, $0) })
    let index = classes.numbers
    var list = "path: .\ntrain: images/train\nval: images/train\nnames:\n"
    for (number, label) in labels.enumerated() {
      list += "  \(number): \(String(decoding: JSONValue.string(label.name).bytes, as: UTF8.self))\n"
    }
    let yaml = list
    try run.findings { (number, finding) throws(ExportError) in
      let name = LinkedPhotograph.name(finding.record.file, number: number)
      try LinkedPhotograph.link(
        run.original(of: finding.record), to: output.appending("images/train/\(name.file)"))
      let text = "\(places[index(finding.best)]!) \(corners(finding))\n"
      try ExportError.wrapping { () throws(FileError) in
        let path = output.appending("labels/train/\(name.stem).txt")
        try makeDirectories(path.removingLastComponent())
        try AtomicFile.write(Array(text.utf8), to: path)
      }
    }
    try ExportError.wrapping { () throws(FileError) in
      try AtomicFile.write(Array(yaml.utf8), to: output.appending("data.yaml"))
    }
  }

  /// Corners outside the frame are brought to its border: the format knows none.
  private static func corners(_ finding: ExportedRun.Finding) -> String {
    finding.rectangle.quad.points.flatMap { corner in
      [corner.x / Double(finding.size.width), corner.y / Double(finding.size.height)]
    }.map { String(format: "%.6f", min(max($0, 0), 1)) }.joined(separator: " ")
  }
}
