import Foundation
import Geometry
import Imaging
import Manifests
package import StageGraph

extension Sample {
  /// The facts that conditions may compare. ``fact(_:)`` knows exactly these.
  package static let factKinds: [String: Condition.FactKind] = [
    "label": .text, "score": .number, "coverage": .number, "width": .number, "height": .number,
    "aspect": .number,
    "format": .text,
  ]

  package func fact(_ name: String) -> Fact? {
    switch name {
    case "label": predictions?.first.map { .text($0.label) }
    case "score": predictions?.first.map { .number($0.score) }
    case "coverage": attended.map { .number($0.coverage) }
    case "width": header.map { .number(Double($0.upright.width)) }
    case "height": header.map { .number(Double($0.upright.height)) }
    case "aspect": header.map { .number(Double($0.upright.width) / Double($0.upright.height)) }
    case "format": header.map { .text($0.format.rawValue) }
    default: nil
    }
  }

  /// What path templates may fill in, as text that is safe in a name. Fields that nothing has found out are missing.
  var templateFields: [PathTemplate.Field: String] {
    var fields: [PathTemplate.Field: String] = [:]
    if let best = predictions?.first {
      fields[.label] = SafeName.component(best.label)
      fields[.index] = best.index.map(String.init)
      fields[.score] = Self.twoDecimals(best.score)
    }
    if let header {
      fields[.width] = String(header.upright.width)
      fields[.height] = String(header.upright.height)
      fields[.coverage] = attended.map { Self.twoDecimals($0.coverage) }
      fields[.position] = attended.map { Self.position(of: $0.hull.center, in: header.upright) }
      fields[.shape] = attended.map { Self.shape(of: $0.hull) }
    }
    fields[.date] = fingerprint.map { Self.day($0.modified) }
    return fields
  }

  /// One of nine: `top-left` … `bottom-right`.
  private static func position(of point: Point, in frame: PixelSize) -> String {
    func third(_ value: Double, _ side: Int) -> Int { min(2, max(0, Int(3 * value / Double(side)))) }
    let row = ["top", "middle", "bottom"][third(point.y, frame.height)]
    let column = ["left", "centre", "right"][third(point.x, frame.width)]
    return "\(row)-\(column)"
  }

  /// `wide` or `tall` where one side is a quarter longer than the other, else `square`.
  private static func shape(of box: Box) -> String {
    if box.width > 1.25 * box.height { return "wide" }
    return box.height > 1.25 * box.width ? "tall" : "square"
  }

  private static func twoDecimals(_ value: Double) -> String { String(format: "%.2f", value) }

  /// The day of the file's last change in universal time, so that it is the same on every machine.
  private static func day(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(
      .iso8601.year().month().day().dateSeparator(.dash))
  }
}
