package import Networks
import Tensors

/// What an attention costs, and the network it is in.
package struct AttentionCost {
  /// Numbers of the attention that learn.
  package let parameters: Int
  /// Of one pass through the attention alone.
  package let multiplyAdds: Int
  /// Of one pass through the whole network.
  package let networkMultiplyAdds: Int
  /// Medians over some passes for one photograph on one core.
  package let milliseconds: Double
  package let networkMilliseconds: Double

  private static let passes = 15

  /// Measures for a fraction of a second, on the calling thread.
  package init(_ card: ModelCard, _ architecture: Architecture, _ weights: Weights) throws(ModelError) {
    OpenBLAS.prepare()
    let whole = try Model(card: card, parameters: weights.parameters).network
    networkMultiplyAdds = whole.multiplyAdds
    networkMilliseconds = AttentionCost.time(whole)
    guard let attention = card.attention,
      let entry = architecture.entries.first(where: { $0.name == "attention" })
    else {
      (parameters, multiplyAdds, milliseconds) = (0, 0, 0)
      return
    }
    parameters = weights.entries.reduce(0) { sum, entry in
      entry.layer == "attention" && entry.rate > 0 ? sum + entry.parameter.count : sum
    }
    var alone = Architecture()
    alone.append(entry.name, entry.configuration)
    let layers = entry.configuration.reads.filter { $0 != attention.after } + [attention.after]
    let maps = layers.compactMap { layer in whole.source(layer).map { (layer: layer, shape: $0.shape) } }
    let module = try Network(alone, behind: maps, parameters: weights.parameters)
    multiplyAdds = module.multiplyAdds
    milliseconds = AttentionCost.time(module)
  }

  private static func time(_ network: Network) -> Double {
    let workspace = Workspace()
    let times = (0..<passes).map { _ in
      let began = ContinuousClock.now
      _ = network.run(in: workspace, fillAll: { maps in for map in maps { map.values.update(repeating: 0.5) } })
      return began.duration(to: .now) / .milliseconds(1)
    }
    return times.sorted()[passes / 2]
  }
}
