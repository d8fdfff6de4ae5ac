import Foundation
import Tensors

/// How a rectangle is read off the trunk's map.
package enum RectangleHead: Sendable {
  case moments(evidence: Convolution, MomentsHead<Float>)
  case flatten(Linear, RectangleRanges<Float>)

  package struct Configuration: Hashable, Sendable {
    package var kind: RectangularAttention.Head
    /// The least half size, in canvas units.
    package var leastSize: Double
    /// Whether the rectangle's axes are those of the canvas.
    package var upright: Bool
    /// How strongly a moments head keeps nearly square rectangles upright.
    package var uprightness: Double
    var trunk: AttentionTrunk.Configuration

    /// Records the rectangles of the trunk's maps.
    func record(_ map: Variable, in recording: Recording) throws(ModelError) -> Variable {
      let tape = recording.tape
      switch kind {
      case .moments:
        let evidence = try trunk.evidence.record(map, in: recording)
        recording.evidence = evidence
        return tape.rectangles(
          of: evidence,
          logGain: try recording.weights.parameter(logGain, [2], of: recording.layer),
          leastSize: Float(leastSize), upright: upright, uprightness: Float(uprightness))
      case .flatten:
        let flat = tape.reshape(map, to: RectangleHead.flattened(map.shape))
        return tape.rectangles(
          ofRaw: try linear.record(flat, in: recording), RectangleRanges(leastSize: Float(leastSize)))
      }
    }

    fileprivate var logGain: String { "\(trunk.prefix).log_gain" }
    fileprivate var linear: Linear.Configuration {
      .init(prefix: "\(trunk.prefix).rectangle", outputs: upright ? 4 : 5)
    }
  }

  /// The head for the map of a trunk.
  init(_ configuration: Configuration, input: MapShape, _ site: LayerSite) throws(ModelError) {
    let leastSize = Float(configuration.leastSize)
    switch configuration.kind {
    case .moments:
      let evidence = try Convolution(configuration.trunk.evidence, input: input, site)
      let logGain = try site.parameters.tensor(configuration.logGain, [2]).values
      let head = MomentsHead(
        grid: CellGrid(rows: input.height, columns: input.width), leastSize: leastSize, gain1: exp(logGain[0]),
        gain2: exp(logGain[1]), upright: configuration.upright, uprightness: Float(configuration.uprightness))
      self = .moments(evidence: evidence, head)
    case .flatten:
      let flat = LayerSite(
        name: site.name, input: RectangleHead.flattened(input), parameters: site.parameters, sources: [:])
      self = .flatten(try configuration.linear.build(at: flat), RectangleRanges(leastSize: leastSize))
    }
  }

  var multiplyAdds: Int {
    switch self {
    case .moments(let evidence, _): evidence.multiplyAdds
    case .flatten(let linear, _): linear.multiplyAdds
    }
  }

  /// The rectangle of the trunk's map. Scratch is taken and not given back.
  func rectangle(of map: FeatureMap, pass: inout Pass) -> RectangleParameters<Float> {
    let workspace = pass.workspace
    switch self {
    case .moments(let evidence, let head):
      let logits = workspace.map(evidence.output)
      evidence.run(map, adding: nil, into: logits, workspace: workspace)
      return head.rectangle(of: logits.values.span)
    case .flatten(let linear, let ranges):
      let raw = workspace.map(linear.output)
      let flat = FeatureMap(shape: RectangleHead.flattened(map.shape), values: map.values)
      linear.forward(flat, into: raw, pass: &pass)
      return ranges.rectangle(of: raw.values.span)
    }
  }

  /// All numbers of a map as channels of one position: row by row, channels innermost.
  private static func flattened(_ shape: MapShape) -> MapShape {
    MapShape(height: 1, width: 1, channels: shape.count)
  }
}
