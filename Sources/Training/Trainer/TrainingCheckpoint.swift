package import Foundation
package import Networks
package import Tensors

/// A training on its way, as a file holds it: weights, the optimiser's memory, and the place in the stream of photographs.
package struct TrainingCheckpoint: Sendable {
  /// Steps taken.
  package let step: Int
  package let position: StreamPosition
  package let weights: [(name: String, tensor: Tensor)]
  package let memory: [[Float]]
  package let optimiserSteps: Int

  private struct State: Codable {
    let step: Int
    let position: StreamPosition
    let optimiserSteps: Int
    let rows: Int
    /// What the training was asked to do; another training does not go on from here.
    let identity: String
  }

  private static let key = "viewfinder.training"

  package init(
    step: Int, position: StreamPosition, weights: [(name: String, tensor: Tensor)], memory: [[Float]],
    optimiserSteps: Int
  ) {
    self.step = step
    self.position = position
    self.weights = weights
    self.memory = memory
    self.optimiserSteps = optimiserSteps
  }

  /// The file's bytes. `identity` says which training it belongs to.
  package func encoded(identity: String) throws -> Data {
    let state = State(
      step: step, position: position, optimiserSteps: optimiserSteps, rows: memory.count, identity: identity)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var writer = SafetensorsWriter(
      metadata: [TrainingCheckpoint.key: String(decoding: try encoder.encode(state), as: UTF8.self)])
    for (name, tensor) in weights { writer.add("weights.\(name)", tensor) }
    for (row, values) in memory.enumerated() {
      writer.add("optimiser.\(row)", Tensor(shape: [values.count], values))
    }
    return try writer.encoded()
  }

  /// Reads a checkpoint; nil if it is of another training.
  package init?(_ file: Safetensors, identity: String) throws(ModelError) {
    guard let text = file.metadata[TrainingCheckpoint.key],
      let state = try? JSONDecoder().decode(State.self, from: Data(text.utf8)), state.rows >= 0
    else { throw ModelError(.malformed, in: file.origin, "is no checkpoint of a training") }
    guard state.identity == identity else { return nil }
    step = state.step
    position = state.position
    optimiserSteps = state.optimiserSteps
    var weights: [(String, Tensor)] = []
    for name in file.entries.keys.sorted() where name.hasPrefix("weights.") {
      weights.append((String(name.dropFirst("weights.".count)), try file.tensor(name)))
    }
    self.weights = weights
    var memory: [[Float]] = []
    for row in 0..<state.rows { memory.append(try file.tensor("optimiser.\(row)").values) }
    self.memory = memory
  }
}
