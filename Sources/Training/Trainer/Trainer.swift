import Dispatch
import Geometry
package import Networks
import Tensors

/// Trains a network by the settings, step by step.
///
/// Belongs to one thread, which it keeps busy; decoding, frozen layers and the operations of a batch use the cores besides. The same
/// settings, photographs and start give the same weights, also across a stop in between: see ``checkpoint`` and ``resume(from:)``.
package final class Trainer {
  /// What a training starts from.
  package struct Start {
    package let architecture: Architecture
    package let canvas: ModelCard.Canvas
    package let parameters: Parameters

    package init(architecture: Architecture, canvas: ModelCard.Canvas, parameters: Parameters) {
      self.architecture = architecture
      self.canvas = canvas
      self.parameters = parameters
    }
  }

  /// What one step came to.
  package struct Step: Sendable {
    /// Counted from 1.
    package let number: Int
    package let of: Int
    package let epoch: Int
    package let rate: Double
    /// Each loss's mean over the batch, unweighted, by name, in the order of computation.
    package let losses: [(name: String, value: Double)]
    /// The sum of the losses, weighted.
    package let total: Double
    /// The share of views whose class was the most probable.
    package let accuracy: Double
    /// The gradient's length before clipping.
    package let gradient: Double
    /// Views in the batch.
    package let views: Int
  }

  package let settings: TrainingSettings
  package let weights: Weights
  private let objective: Objective
  private let trunk: FrozenTrunk
  private let source: ExampleSource
  private let tape = Tape()
  private var optimiser: Optimiser
  private(set) var position = StreamPosition.start
  private var done = 0

  /// - Parameters:
  ///   - teacher: for each photograph the box its rectangle's hull should be, on the canvas.
  ///   - kept: examples prepared already, by a training with the same photographs, views and frozen layers.
  ///   - jobs: how many cores decode while the training computes.
  /// - Throws: a ``SettingsProblem``, a ``StreamError`` where there are no photographs, or the ``ModelError`` of a network that cannot be built.
  package init(
    _ settings: TrainingSettings, start: Start, photographs: [LabelledPhotograph],
    teacher: [RectangleParameters<Float>?] = [], kept: KeptExamples? = nil, jobs: Int
  ) throws {
    if let problem = settings.problem(for: start.architecture, hasTeacher: !teacher.isEmpty) { throw problem }
    guard !photographs.isEmpty else { throw StreamError.nothingToShow(epoch: 0) }
    precondition(teacher.isEmpty || teacher.count == photographs.count, "a teacher speaks of each photograph")
    self.settings = settings
    weights = Weights(start.parameters, rates: settings.rates)
    trunk = try FrozenTrunk(
      start.architecture, canvas: start.canvas, weights: weights,
      masked: settings.latestCut(in: start.architecture))
    objective = Objective(architecture: start.architecture, settings: settings, teacher: teacher)
    optimiser = Optimiser(settings.optimiser)
    source = ExampleSource(
      photographs, trunk: trunk, settings: settings, canvas: (start.canvas.size, start.canvas.fit),
      kept: kept, jobs: jobs)
  }

  /// Bytes that one kept view of each photograph takes in memory: what the layers make of it that do not learn.
  package static func bytesOfKeptViews(
    _ settings: TrainingSettings, start: Start, photographs: Int
  ) throws(ModelError) -> Int {
    let trunk = try FrozenTrunk(
      start.architecture, canvas: start.canvas, weights: Weights(start.parameters, rates: settings.rates),
      masked: settings.latestCut(in: start.architecture))
    return trunk.bytes * photographs * (settings.losses.needsPairs ? 2 : 1)
  }

  /// Steps of the whole training.
  package var steps: Int { settings.epochs * source.batches }

  /// Photographs that could not be decoded so far.
  package var skipped: [SkippedPhotograph] { source.skipped }

  /// Gets the photographs going. `watch` hears how many of how many views are prepared, where views are kept.
  package func begin(watch: (Int, Int) -> Void = { _, _ in }) throws(StreamError) {
    try source.start(at: position, watch: watch)
  }

  /// Takes the next step; nil behind the last.
  package func step() throws -> Step? {
    guard done < steps, let (examples, epoch, end) = try source.next(step: done) else { return nil }
    defer { tape.clear() }
    let recording = Recording(
      weights, on: tape, momentum: settings.normalisationMomentum,
      dropout: SplitMix64(seed: settings.seed, of: "dropout \(done)"))
    let labels = examples.flatMap { example in example.views.map { _ in example.label } }
    let input = enter(examples, recording)
    let outcome = try objective.record(
      recording, behind: trunk.cut, input,
      photographs: examples.flatMap { example in example.views.map { _ in example.photograph } },
      labels: labels,
      views: examples.flatMap { $0.views.map(\.map) })
    let share = 1 / Float(labels.count)
    tape.goBack(from: outcome.terms.map { ($0.loss, Float($0.weight) * share) })
    let rate = settings.schedule.rate(at: done, of: steps)
    let length = try optimiser.step(weights.entries, rate: rate)
    let losses = outcome.terms.map { term in
      (name: term.name, value: term.loss.values.reduce(0.0) { $0 + Double($1) } / Double(labels.count))
    }
    let total = zip(outcome.terms, losses).reduce(0) { $0 + $1.0.weight * $1.1.value }
    guard total.isFinite, length.isFinite else { throw TrainingError.diverged(step: done + 1) }
    done += 1
    position = end
    return Step(
      number: done, of: steps, epoch: epoch, rate: rate, losses: losses, total: total,
      accuracy: accuracy(outcome.logits, labels), gradient: length, views: labels.count)
  }

  /// Puts the examples' maps on the tape; the last kept map is where recording begins.
  private func enter(_ examples: [TrainingExample], _ recording: Recording) -> Variable {
    let views = examples.flatMap(\.views)
    var last: Variable?
    for (index, name) in trunk.kept.enumerated() {
      let shape = trunk.shapes[index]
      let map = tape.input(count: views.count, shape: shape) { values in
        for (view, features) in views.enumerated() {
          features.maps[index].withValues {
            _ = UnsafeMutableBufferPointer(rebasing: values[(view * shape.count)...]).update(fromContentsOf: $0)
          }
        }
      }
      recording.provide(map, as: name)
      last = map
    }
    return last!
  }

  private func accuracy(_ logits: Variable, _ labels: [Int]) -> Double {
    let right = labels.indices.filter { index in
      let scores = logits.map(index).values
      return scores.indices.max { scores[$0] < scores[$1] } == labels[index]
    }
    return Double(right.count) / Double(labels.count)
  }
}

// MARK: Stopping and going on

extension Trainer {
  /// Everything a training needs to go on as if it had never stopped.
  package var checkpoint: TrainingCheckpoint {
    TrainingCheckpoint(
      step: done, position: position, weights: weights.entries.map { ($0.parameter.name, $0.stored) },
      memory: optimiser.memory, optimiserSteps: optimiser.steps)
  }

  /// Goes on from a checkpoint of the same training. Call it before ``begin(watch:)``.
  package func resume(from checkpoint: TrainingCheckpoint) throws(ModelError) {
    let (place, most) = (checkpoint.position, Int(Int32.max))
    guard (0...steps).contains(checkpoint.step),
      [place.epoch, place.batch, place.photograph, checkpoint.optimiserSteps].allSatisfy({
        (0..<most).contains($0)
      })
    else { throw ModelError(.malformed, in: "the checkpoint", "is at no step of this training") }
    try weights.restore(checkpoint.weights)
    optimiser = Optimiser(settings.optimiser, memory: checkpoint.memory, steps: checkpoint.optimiserSteps)
    position = checkpoint.position
    done = checkpoint.step
  }
}

/// Why a training cannot go on.
package enum TrainingError: Error, Hashable, CustomStringConvertible {
  case diverged(step: Int)

  package var description: String {
    switch self {
    case .diverged(let step):
      "the loss became infinite or NaN in step \(step): lower the learning rate (--rate), or clip gradients (--clip 1)"
    }
  }
}
