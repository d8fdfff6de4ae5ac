import Geometry
import Tensors

/// What is done with an attention map A on its way through a network: how it weighs the features F of its positions.
package enum AttentionUse: String, Codable, CaseIterable, Sendable {
  /// A F. What is not attended to is dimmed to nothing.
  case multiply
  /// (1 + A) F / 2. What is not attended to keeps half its weight.
  case residual
  /// The sum of A F over the sum of A, a map of one position: where to look, apart from how much. Global pooling behind
  /// it changes nothing.
  case pooling

  /// What the map counts for at least.
  private var kept: Float { self == .residual ? 0.5 : 0 }

  /// The shape of what results from a map.
  func output(of input: MapShape) -> MapShape {
    self == .pooling ? MapShape(height: 1, width: 1, channels: input.channels) : input
  }

  /// The forward pass of every attention: `find` fills the map that weighs, one factor for each position of `input`, and returns the
  /// rectangle if it looks for one. The map outlives the layer, as part of the pass's result; scratch that `find` takes does not.
  func forward(
    _ input: FeatureMap, into output: FeatureMap, pass: inout Pass,
    find: (_ map: FeatureMap, _ pass: inout Pass) -> CanvasRectangle?
  ) {
    let map = pass.workspace.map(MapShape(height: input.shape.height, width: input.shape.width, channels: 1))
    let mark = pass.workspace.mark()
    defer { pass.workspace.release(to: mark) }
    let rectangle = find(map, &pass)
    pass.attention = Attention(rectangle: rectangle, map: map)
    apply(map, to: input, into: output, pass: pass)
  }

  /// Writes the weighed map to `output`. In a pass that does not attend, all positions count alike.
  func apply(_ map: FeatureMap, to input: FeatureMap, into output: FeatureMap, pass: Pass) {
    let workspace = pass.workspace
    let mark = workspace.mark()
    defer { workspace.release(to: mark) }
    switch self {
    case .pooling where !pass.attending: input.mean(into: output)
    case _ where !pass.attending: _ = output.values.update(fromContentsOf: input.values)
    case .multiply: input.scale(byPosition: map.values, into: output)
    case .residual:
      let factors = workspace.floats(map.values.count)
      for index in factors.indices { factors[index] = kept + (1 - kept) * map.values[index] }
      input.scale(byPosition: factors, into: output)
    case .pooling:
      let shares = workspace.map(map.shape)
      let mass = map.values.reduce(0, +)
      for index in shares.values.indices { shares.values[index] = map.values[index] / mass }
      let row = Matrix(shares.values.baseAddress!, rows: 1, columns: shares.values.count)
      GEMM.multiply(row, input.matrix, into: output.matrix)
    }
  }

  /// Records the weighing, and what was weighed by what. In a recording that does not attend, all positions count alike.
  func record(_ map: Variable, on input: Variable, in recording: Recording) -> Variable {
    let tape = recording.tape
    recording.unattended = input
    recording.attention = map
    guard recording.attending else { return self == .pooling ? tape.mean(input) : input }
    return self == .pooling
      ? tape.mean(input, weightedBy: map) : tape.scale(input, byPosition: map, keeping: kept)
  }
}
