import Foundation
import Geometry
import Imaging
import Manifests

extension Explanation {
  /// Every decision, a line or two each, as `viewfinder explain` prints it.
  package var text: String {
    let blocks =
      [photographLines, canvasLines, labelLines, attentionLines, rectangleLines, gateLines]
      + crops.map(Self.lines(of:))
    return blocks.filter { !$0.isEmpty }.joined().joined(separator: "\n") + "\n"
  }

  private var photographLines: [String] {
    let turned = input.orientation.map { $0 == 1 ? "" : ", turned upright (EXIF orientation \($0))" } ?? ""
    let facts = "\(input.bytes ?? 0) bytes, \(input.format ?? "unknown"), \(Self.size(frame))\(turned)"
    return Self.block(
      "photograph", [path, facts, "sha256 \(input.sha256 ?? "unknown")"])
      + Self.block("decoded", ["\(Self.size(pixels.size)) pixels, the smallest scale that serves every stage"])
  }

  private var canvasLines: [String] {
    guard let model else { return [] }
    let scale = { (side: Int, canvas: Int) in
      String(format: "%.2f", Double(side) / Double(max(1, canvas)))
    }
    let shape =
      switch model.fit {
      case .squash:
        "each of its pixels is \(scale(frame.width, model.canvas.width)) x \(scale(frame.height, model.canvas.height)) of the photograph's"
      case .letterbox: "the whole photograph with bars beside it"
      }
    return Self.block("canvas", ["\(Self.size(model.canvas)) for \(model.name); \(shape)"])
  }

  private var labelLines: [String] {
    let width = predictions.map { percent($0.score).count }.max() ?? 0
    return Self.block(
      "labels",
      predictions.map { best in
        let score = percent(best.score)
        return String(repeating: " ", count: width - score.count) + score + "  " + best.label
      })
  }

  private var attentionLines: [String] {
    guard let attention else { return [] }
    let strongest = attention.values.indices.max { attention.values[$0] < attention.values[$1] } ?? 0
    let mean = attention.values.reduce(0, +) / Float(attention.values.count)
    return Self.block(
      "attention",
      [
        "a map of \(attention.columns) x \(attention.rows) cells; on average \(percent(Double(mean))) of what a cell holds is kept",
        "most in column \(strongest % attention.columns + 1), row \(strongest / attention.columns + 1)",
      ])
  }

  private var rectangleLines: [String] {
    guard let rectangle else { return [] }
    let five = rectangle.rectangle
    return Self.block(
      "rectangle",
      [
        "centre \(Self.number(five.center.x)), \(Self.number(five.center.y)); \(Self.number(five.width)) x \(Self.number(five.height)); turned \(Self.number(five.angle)) degrees clockwise",
        "upright box around it \(Self.box(rectangle.hull)); it covers \(percent(rectangle.coverage)) of the photograph",
      ])
  }

  private var gateLines: [String] {
    gates.flatMap { gate in
      Self.block(gate.stage, ["\(gate.passes ? "passes" : "ends here"): \(gate.condition)"])
    }
  }

  private static func lines(of crop: ExplainedCrop) -> [String] {
    let names = crop.steps.map(\.name) + crop.alternatives.map { name(of: $0.source) }
    let width = names.map(\.count).max() ?? 0
    func line(_ name: String, _ region: CropRegion) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + self.region(region)
    }
    let output = size(crop.pixels.size)
    let adjusted =
      crop.region.adjusted.isEmpty
      ? "" : "; adjusted: \(crop.region.adjusted.map(\.rawValue).joined(separator: ", "))"
    return block(crop.stage, ["rectangle of use? \(crop.verdict)"])
      + block("", crop.steps.map { line($0.name, $0.region) })
      + block("", ["cut \(region(crop.region)) as \(output) pixels\(adjusted)"])
      + (crop.alternatives.isEmpty ? [] : block("", ["other sources would give"]))
      + block("", crop.alternatives.map { line(name(of: $0.source), $0) })
  }

  /// The network's attention is another matter than the point that draws the eye.
  private static func name(of source: CropSource) -> String {
    "  \(source.rawValue)\(source == .attention ? " (libvips)" : "")"
  }

  /// Lines with the name before the first.
  private static func block(_ name: String, _ lines: [String]) -> [String] {
    lines.enumerated().map { number, line in
      (number == 0 ? name : "").padding(toLength: max(11, name.count), withPad: " ", startingAt: 0) + " " + line
    }
  }

  private static func region(_ region: CropRegion) -> String {
    if region.rectangle.angle == 0 { return box(region.rectangle.hull) }
    let rectangle = region.rectangle
    return
      "\(number(rectangle.width)) x \(number(rectangle.height)) about \(number(rectangle.center.x)), \(number(rectangle.center.y)) at \(number(rectangle.angle)) degrees"
  }

  private static func box(_ box: Box) -> String {
    "\(number(box.width)) x \(number(box.height)) at \(number(box.x)), \(number(box.y))"
  }

  private static func size(_ size: PixelSize) -> String { "\(size.width) x \(size.height)" }

  /// At most two decimals.
  private static func number(_ value: Double) -> String {
    let text = String(format: "%.2f", value)
    return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
  }
}
