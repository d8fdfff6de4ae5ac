import Geometry
package import Tensors

/// Finds one oriented rectangle and weighs the arriving map by its soft window.
///
/// A trunk over earlier maps tells what lies where; a head reads the rectangle off it; `RectangleWindow` makes the map on
/// the grid of the arriving map; `AttentionUse` says what is done with it. The layer can stand after any other.
package struct RectangularAttention: Layer {
  /// How the rectangle is read off the trunk's map.
  package enum Head: String, Codable, CaseIterable, Sendable {
    /// The mean and the covariance of an evidence map (`MomentsHead`), whatever the grid's size.
    case moments
    /// A linear layer over all numbers of the map (`RectangleRanges`). It knows only the grid it was trained on.
    case flatten
  }

  package struct Configuration: LayerConfiguration {
    package var trunk: AttentionTrunk.Configuration
    package var head: RectangleHead.Configuration
    /// Sharpness of the window's edges, in reciprocal canvas units.
    package var sharpness: Double
    package var use: AttentionUse

    /// - Parameters:
    ///   - detail: The name of the layer whose map is looked at, and on whose grid.
    ///   - semantic: That of a deeper one, to be looked at too.
    ///   - width: Channels of the trunk's convolutions.
    ///   - upright: Whether the rectangle's axes are those of the canvas: four numbers instead of five.
    ///   - uprightness: How strongly a moments head keeps nearly square rectangles upright; see `PrincipalAxes`.
    ///   - leastSize: The least half size, in canvas units.
    ///   - prefix: The names of the parameters start with this and a dot.
    ///   - epsilon: What batch normalisation adds to the variance.
    package init(
      detail: String, semantic: String? = nil, width: Int = 64, head: Head = .moments,
      use: AttentionUse = .multiply, upright: Bool = false, uprightness: Double = 0, sharpness: Double = 10,
      leastSize: Double = 0.12, prefix: String = "attention", epsilon: Double = 1e-5
    ) {
      trunk = .init(detail: detail, semantic: semantic, width: width, prefix: prefix, epsilon: epsilon)
      self.head = .init(
        kind: head, leastSize: leastSize, upright: upright, uprightness: uprightness, trunk: trunk)
      self.sharpness = sharpness
      self.use = use
    }

    package var reads: [String] { trunk.reads }

    package func build(at site: LayerSite) throws(ModelError) -> RectangularAttention {
      try RectangularAttention(self, site)
    }

    package func record(_ input: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let rectangles = try head.record(trunk.record(in: recording), in: recording)
      let map = recording.tape.window(
        rectangles, height: input.shape.height, width: input.shape.width, sharpness: Float(sharpness))
      recording.rectangles = rectangles
      return use.record(map, on: input, in: recording)
    }
  }

  package let output: MapShape
  package var takesMean: Bool { use == .pooling }
  package var multiplyAdds: Int { trunk.multiplyAdds + head.multiplyAdds + weighed }
  private let trunk: AttentionTrunk
  private let head: RectangleHead
  private let window: RectangleWindow<Float>
  private let use: AttentionUse
  /// Numbers of the map that is weighed.
  private let weighed: Int

  private init(_ configuration: Configuration, _ site: LayerSite) throws(ModelError) {
    trunk = try AttentionTrunk(configuration.trunk, site)
    head = try RectangleHead(configuration.head, input: trunk.output, site)
    window = RectangleWindow(
      grid: CellGrid(rows: site.input.height, columns: site.input.width),
      sharpness: Float(configuration.sharpness))
    use = configuration.use
    output = use.output(of: site.input)
    weighed = site.input.count
  }

  package func forward(_ input: FeatureMap, into output: FeatureMap, pass: inout Pass) {
    use.forward(input, into: output, pass: &pass) { map, pass in
      let rectangle = head.rectangle(of: trunk.run(pass), pass: &pass)
      window.evaluate(rectangle, into: map.values)
      return rectangle.canvasRectangle
    }
  }

  private static let twoSources = [
    "fine": MapShape(height: 8, width: 10, channels: 5), "coarse": MapShape(height: 4, width: 5, channels: 7),
  ]

  package static let examples = [
    LayerExample(
      Configuration(detail: "fine", semantic: "coarse", width: 8),
      input: MapShape(height: 4, width: 5, channels: 6), sources: twoSources),
    LayerExample(
      Configuration(detail: "input", width: 3), input: MapShape(height: 3, width: 6, channels: 4)),
    LayerExample(
      Configuration(detail: "fine", semantic: "coarse", width: 4, use: .residual, uprightness: 0.05),
      input: MapShape(height: 4, width: 5, channels: 6), sources: twoSources),
    LayerExample(
      Configuration(detail: "input", width: 3, use: .pooling, upright: true),
      input: MapShape(height: 5, width: 4, channels: 18)),
    LayerExample(
      Configuration(detail: "coarse", width: 2, head: .flatten),
      input: MapShape(height: 6, width: 7, channels: 3), sources: twoSources),
    LayerExample(
      Configuration(detail: "input", width: 2, head: .flatten, use: .pooling, upright: true),
      input: MapShape(height: 4, width: 3, channels: 5)),
  ]
}
