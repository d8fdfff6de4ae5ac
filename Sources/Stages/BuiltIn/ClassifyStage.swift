package import Geometry
import Imaging
import Manifests
import Networks
package import StageGraph
import Tensors

/// Says what is in the photograph and where the network looked: one pass gives both.
package struct ClassifyStage: PhotographStage {
  package static let schema = StageSchema(
    name: "classify", summary: "names what is in the photograph and where the network looked",
    discussion: """
      The whole photograph is brought to the network's canvas, as the model's card says. The labels come with their probabilities, the \
      best first; the rectangle is the part of the photograph that the network's attention kept.
      """,
    options: [
      OptionSchema("model", .text, default: .text("default"), "name of a model, or its file"),
      OptionSchema(
        "canvas", .parsed(canvasFormat), default: OptionValue.none,
        "the canvas's side, or width x height, in pixels (default: as the model's card says)"),
      OptionSchema("top", .integer(1...1000), default: .integer(5), "how many labels to keep"),
    ],
    needs: ["pixels"], adds: ["predictions", "label", "score", "rectangle", "coverage"])

  private static let canvasFormat = TextFormat(name: "size", example: "352x240") { text in
    let sides = ModelCard.canvasSides
    return ModelCard.canvasSize(text) == nil
      ? "write a side of \(sides.lowerBound) to \(sides.upperBound) pixels, like 288, or two like 352x240" : nil
  }

  private let model: Model
  private let top: Int
  private let workspaces = WorkspacePool()

  package init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError) {
    model = try setup.model(Self.request(spec))
    top = spec.options.integer("top")
  }

  /// The model that such a stage asks for.
  package static func request(_ spec: StageSpec) -> ModelRequest {
    ModelRequest(
      name: spec.options.text("model"),
      canvas: spec.options.optionalText("canvas").flatMap(ModelCard.canvasSize))
  }

  /// Labels come from every model, a rectangle only from one whose attention looks for it.
  package var withheld: Set<String> { model.card.findsRectangle ? [] : ["rectangle", "coverage"] }

  package func coarsestShrink(for upright: PixelSize) -> Int? {
    Canvas.shrink(for: upright, canvas: model.card.canvas.size)
  }

  /// Resampling holds weights for each column, and a row of numbers.
  package func memoryCost(for sample: Sample) -> MemoryCost {
    MemoryCost(working: Canvas.bytesPerColumn * (sample.header?.upright.longest ?? 0))
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let picture = sample.picture, let header = sample.header else {
      preconditionFailure("classify runs behind decode")
    }
    let canvas = model.card.canvas
    let pixels: CanvasPixels
    do throws(ImagingError) {
      pixels = try Canvas.render(picture.pixels, size: canvas.size, fit: canvas.fit)
    } catch {
      throw StageFailure(error)
    }
    let prediction: Prediction
    do throws(ModelError) {
      prediction = try workspaces.with { workspace throws(ModelError) in
        try model.predict(pixels.rgb.span, in: workspace)
      }
    } catch {
      throw StageFailure(.internal, error.description)
    }
    // In the precision of the record, so that everything that follows can be told from the record alone.
    let found = prediction.top(top).map { best in
      PredictionRecord(label: model.card.labels[best.index], index: best.index, score: Double(best.probability))
        .asWritten
    }
    sample.see(found) { model.card.labels.firstIndex(of: $0) }
    sample.attended = prediction.rectangle.map { rectangle in
      LocatedRectangle(
        rectangle, in: CanvasFrame(photograph: header.upright, canvas: canvas.size, fit: canvas.fit)
      ).asWritten
    }
    return .pass
  }
}
