package import Geometry
import Imaging
import Manifests
package import StageGraph

/// Draws what the network saw and where it looked.
package struct AnnotateStage: PhotographStage {
  package static let schema = StageSchema(
    name: "annotate", summary: "draws the rectangle and the label",
    discussion: """
      Draws on the pixels at hand: the rectangle where the network looked, at its angle, and the best label with its score. Line and letters grow \
      with the picture and show on any background; the label stays inside the picture and is shortened where that is narrow. Behind `crop` or \
      `resize` the rectangle is drawn where it belongs, as far as it is in the picture.
      """,
    options: [
      OptionSchema("color", .parsed(RGB.format), default: .text("yellow"), "of the lines and the label's box"),
      OptionSchema("rectangle", .boolean, default: .boolean(true), "draw the rectangle"),
      OptionSchema("label", .boolean, default: .boolean(true), "write the best label and its score"),
      OptionSchema(
        "line", .integer(1...1000), default: OptionValue.none,
        "width of the lines in pixels (default: a 250th of the longer side, at least 2)"),
    ],
    needs: ["pixels", "predictions", "rectangle"], adds: ["pixels"], branchLocal: ["pixels"])

  private let colour: RGB
  private let drawsRectangle: Bool
  private let drawsLabel: Bool
  private let lineWidth: Int?

  package init(_ spec: StageSpec, _ setup: StageSetup) {
    colour = RGB(named: spec.options.text("color")) ?? .white
    drawsRectangle = spec.options.boolean("rectangle")
    drawsLabel = spec.options.boolean("label")
    lineWidth = spec.options.optionalInteger("line")
  }

  package static func needs(_ options: Options) -> Set<String> {
    options.boolean("rectangle") ? schema.needs : schema.needs.subtracting(["rectangle"])
  }

  /// Full scale: a crop behind it has these pixels and no more. It shows the same part at the same scale, so what later stages ask for
  /// is asked of `decode` too.
  package func coarsestShrink(for upright: PixelSize) -> Int? { 1 }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    MemoryCost(kept: 3 * (sample.header?.upright.area ?? 0))
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let picture = sample.picture, let header = sample.header else {
      preconditionFailure("annotate runs behind decode")
    }
    let corners = sample.attended.flatMap { $0.isDegenerate ? nil : $0.rectangle.corners }
    let annotation = Annotation(
      outline: drawsRectangle
        ? corners.map { $0.mapped { picture.point($0, ofPhotograph: header.upright) } } : nil,
      label: drawsLabel ? sample.predictions?.first.map(Self.text) : nil, colour: colour,
      lineWidth: lineWidth.map(Double.init))
    do throws(ImagingError) {
      let pixels = try picture.pixels.annotated(with: annotation)
      sample.picture = Picture(
        pixels, size: picture.size, showing: picture.part, background: picture.background,
        isAltered: true)
    } catch {
      throw StageFailure(error)
    }
    return .pass
  }

  /// `golden retriever 93 %`.
  private static func text(_ best: PredictionRecord) -> String {
    "\(best.label) \(Int((100 * best.score).rounded())) %"
  }
}

extension Quad {
  fileprivate func mapped(_ map: (Point) -> Point) -> Quad { Quad(map(a), map(b), map(c), map(d)) }
}
