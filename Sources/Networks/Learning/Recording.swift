package import Tensors

/// One batch on its way through a network that is being trained: the tape it is recorded on, and what layers have made of it.
///
/// Belongs to the thread that trains.
package final class Recording {
  package let tape: Tape
  package let weights: Weights
  /// How far running means and variances move towards a batch's own. Nil freezes all batch normalisation; layers that
  /// do not learn are frozen in any case.
  package let momentum: Double?
  /// Where dropout gets its numbers from. Nil leaves dropout out.
  package var dropout: SplitMix64?
  /// Whether attention multiplies its map.
  package var attending = true
  /// The maps made so far, by the name of their layer.
  package internal(set) var maps: [String: Variable] = [:]
  /// What attention found: the five numbers of each photograph's rectangle, maps of one position and five channels.
  package internal(set) var rectangles: Variable?
  /// The logits that rectangles were read off, one for each position, for the attention that reads them so.
  package internal(set) var evidence: Variable?
  /// The map that arrived at the attention, before it was weighed.
  package internal(set) var unattended: Variable?
  /// One factor for each position of the map the attention stands after.
  package internal(set) var attention: Variable?
  /// The name of the layer being recorded.
  private(set) var layer = Architecture.inputName

  package init(_ weights: Weights, on tape: Tape, momentum: Double? = nil, dropout: SplitMix64? = nil) {
    self.weights = weights
    self.tape = tape
    self.momentum = momentum
    self.dropout = dropout
  }

  /// Records some of an architecture's layers: those behind `first` (or all) up to and including `last`. `input` is the map
  /// that `first` makes. Returns the last map.
  package func run(
    _ architecture: Architecture, behind first: String = Architecture.inputName, through last: String? = nil,
    _ input: Variable
  ) throws(ModelError) -> Variable {
    maps[first] = input
    var map = input
    var isBehind = first == Architecture.inputName
    for entry in architecture.entries {
      if isBehind {
        layer = entry.name
        map = try entry.configuration.record(map, in: self)
        maps[entry.name] = map
        if entry.name == last { return map }
      }
      isBehind = isBehind || entry.name == first
    }
    return map
  }

  /// Gives a map that was computed elsewhere, as that layer's.
  package func provide(_ map: Variable, as layer: String) { maps[layer] = map }

  /// An earlier layer's map.
  func source(_ name: String) throws(ModelError) -> Variable {
    guard let map = maps[name] else {
      throw ModelError(
        .wrongShape, in: weights.origin, at: layer, "reads '\(name)', which no earlier layer is called")
    }
    return map
  }

  /// What is added to a convolution's sums, and its activation.
  func finish(
    _ sums: Variable, _ offset: Offset, _ activation: Activation, adding addend: Variable? = nil
  ) throws(ModelError) -> Variable {
    var output = sums
    if case .batchNorm(let prefix, let epsilon) = offset {
      let parameters = try weights.normalisation(
        prefix, channels: sums.shape.channels, epsilon: epsilon, of: layer)
      output = tape.batchNormalisation(
        sums, parameters, activation: addend == nil ? activation : .linear,
        momentum: weights.learns(layer) ? momentum : nil)
      if addend == nil { return output }
    }
    if let addend { output = tape.sum(output, addend) }
    return activation == .linear ? output : tape.activate(output, activation)
  }
}
