import Foundation
import Geometry
package import Tensors

/// Finds one oriented rectangle and multiplies the arriving map by its soft window.
///
/// Two earlier maps say where to look: `detail`, whose grid the evidence has, and `semantic`, deeper and coarser,
/// enlarged to it. Each passes a 1 x 1 convolution; the sum a ReLU, a 3 x 3 convolution, a ReLU and a 1 x 1
/// convolution to one logit a cell. `MomentsHead` reads the rectangle from the logits, `RectangleWindow` makes the
/// map on the grid of the arriving map. The layer can stand after any other. Nothing in it depends on grid sizes.
package struct RectangularAttention: Layer {
  package struct Configuration: LayerConfiguration {
    /// The names of the layers whose maps are read.
    package var detail: String
    package var semantic: String?
    /// Channels of the evidence's convolutions.
    package var width: Int
    /// Sharpness of the window's edges, in reciprocal canvas units.
    package var sharpness: Double
    /// The least half size, in canvas units.
    package var leastSize: Double
    /// The names of the parameters start with this and a dot.
    package var prefix: String
    /// What batch normalisation adds to the variance.
    package var epsilon: Double

    package init(
      detail: String, semantic: String? = nil, width: Int = 64, sharpness: Double = 10,
      leastSize: Double = 0.12,
      prefix: String = "attention", epsilon: Double = 1e-5
    ) {
      self.detail = detail
      self.semantic = semantic
      self.width = width
      self.sharpness = sharpness
      self.leastSize = leastSize
      self.prefix = prefix
      self.epsilon = epsilon
    }

    package var reads: [String] { [detail] + (semantic.map { [$0] } ?? []) }

    package func build(at site: LayerSite) throws(ModelError) -> RectangularAttention {
      try RectangularAttention(self, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let tape = recording.tape
      let logits = try recordEvidence(in: recording)
      let rectangles = tape.rectangles(
        of: logits,
        logGain: try recording.weights.parameter("\(prefix).log_gain", [2], of: recording.layer),
        leastSize: Float(leastSize))
      let map = tape.window(
        rectangles, height: input.shape.height, width: input.shape.width, sharpness: Float(sharpness))
      recording.rectangles = rectangles
      recording.attention = map
      recording.unattended = input
      return recording.attending ? tape.scale(input, byPosition: map) : input
    }

    /// One logit for each cell of the detail map.
    private func recordEvidence(in recording: Recording) throws(ModelError) -> Variable {
      let fine = try recording.source(detail)
      var enlarged: Variable?
      if let semantic {
        let coarse = try semanticStep.record(recording.source(semantic), in: recording)
        enlarged = recording.tape.resample(coarse, height: fine.shape.height, width: fine.shape.width)
      }
      let sum = try detailStep.record(fine, adding: enlarged, in: recording)
      return try evidence.record(context.record(sum, in: recording), in: recording)
    }

    /// One of the evidence's convolutions.
    private func step(
      _ name: String, activation: Activation, walk: KernelWalk = KernelWalk(kernel: 1)
    ) -> Convolution.Configuration {
      .init(
        weight: "\(prefix).\(name).weight", offset: .batchNorm("\(prefix).\(name)_bn", epsilon: epsilon),
        outputs: width, walk: walk, activation: activation)
    }

    // The ReLU of the sum is the detail's: it adds the enlarged semantic map before its activation.
    fileprivate var detailStep: Convolution.Configuration { step("detail", activation: .relu) }
    fileprivate var semanticStep: Convolution.Configuration { step("semantic", activation: .linear) }
    fileprivate var context: Convolution.Configuration {
      step("context", activation: .relu, walk: KernelWalk(kernel: 3, padding: .symmetric(1)))
    }
    fileprivate var evidence: Convolution.Configuration {
      .init(weight: "\(prefix).evidence.weight", offset: .bias("\(prefix).evidence.bias"), outputs: 1)
    }
  }

  package let output: MapShape
  private let detail: (source: MapSource, convolution: Convolution)
  private let semantic: (source: MapSource, convolution: Convolution)?
  private let context: Convolution
  private let evidence: Convolution
  private let head: MomentsHead<Float>
  private let window: RectangleWindow<Float>

  private init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    output = site.input
    let fine = try site.source(configuration.detail)
    detail = (fine, try Convolution(configuration.detailStep, input: fine.shape, site))
    if let name = configuration.semantic {
      let coarse = try site.source(name)
      semantic = (coarse, try Convolution(configuration.semanticStep, input: coarse.shape, site))
    } else {
      semantic = nil
    }
    context = try Convolution(configuration.context, input: detail.convolution.output, site)
    evidence = try Convolution(configuration.evidence, input: context.output, site)
    let logGain = try site.parameters.tensor("\(configuration.prefix).log_gain", [2]).values
    head = MomentsHead(
      grid: CellGrid(rows: evidence.output.height, columns: evidence.output.width),
      leastSize: Float(configuration.leastSize),
      gain1: exp(logGain[0]), gain2: exp(logGain[1]))
    window = RectangleWindow(
      grid: CellGrid(rows: output.height, columns: output.width), sharpness: Float(configuration.sharpness))
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    let workspace = pass.workspace
    // Taken before the mark: it outlives the layer, as part of the pass's result.
    let map = workspace.map(MapShape(height: output.shape.height, width: output.shape.width, channels: 1))
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    let rectangle = head.rectangle(of: logits(&pass).values.span)
    window.evaluate(rectangle, into: map.values)
    pass.attention = Attention(rectangle: rectangle.canvasRectangle, map: map)
    if pass.attending {
      input.scale(byPosition: map.values, into: output)
    } else {
      _ = output.values.update(fromContentsOf: input.values)
    }
  }

  /// One logit for each cell of the detail map, in scratch memory.
  private func logits(_ pass: inout Pass) -> FeatureMap {
    let workspace = pass.workspace
    var enlarged: FeatureMap?
    if let semantic {
      let coarse = workspace.map(semantic.convolution.output)
      semantic.convolution.run(pass.map(semantic.source), adding: nil, into: coarse, workspace: workspace)
      let fine = workspace.map(detail.convolution.output)
      coarse.resample(into: fine)
      enlarged = fine
    }
    let sum = workspace.map(detail.convolution.output)
    detail.convolution.run(pass.map(detail.source), adding: enlarged, into: sum, workspace: workspace)
    let surrounded = workspace.map(context.output)
    context.run(sum, adding: nil, into: surrounded, workspace: workspace)
    let logits = workspace.map(evidence.output)
    evidence.run(surrounded, adding: nil, into: logits, workspace: workspace)
    return logits
  }

  package static let examples = [
    LayerExample(
      Configuration(detail: "fine", semantic: "coarse", width: 8),
      input: MapShape(height: 4, width: 5, channels: 6),
      sources: [
        "fine": MapShape(height: 8, width: 10, channels: 5),
        "coarse": MapShape(height: 4, width: 5, channels: 7),
      ]),
    LayerExample(
      Configuration(detail: "input", width: 3),
      input: MapShape(height: 3, width: 6, channels: 4)),
  ]
}
