import Crypto
import Foundation
package import Networks
import Tensors

/// Trains and judges the networks of one backbone, one after the other. What the frozen layers make of the photographs is computed
/// once and kept, as long as the next training has the same frozen layers.
///
/// Belongs to one thread, which it keeps busy.
package final class ComparisonBench {
  /// What is under way, for whoever shows progress.
  package enum Stage: Sendable {
    case preparing(done: Int, of: Int)
    case step(Trainer.Step)
  }

  private let experiment: Experiment
  private let photographs: ExperimentPhotographs
  private let start: BackboneStart
  private let jobs: Int
  private let rates: (_ layers: [String]) -> LearningRates?
  private var kept: Kept?

  /// What trainings behind the same frozen layers share.
  private struct Kept {
    /// The layers whose maps are kept; with fresh weights that are frozen, their seed too.
    let key: [String]
    let examples: KeptExamples?
    let heldOut: HeldOutViews
  }

  /// - Parameter rates: how fast layers learn, by their names in order; nil where a name is not known.
  package init(
    _ experiment: Experiment, _ photographs: ExperimentPhotographs, start: BackboneStart, jobs: Int,
    rates: @escaping (_ layers: [String]) -> LearningRates?
  ) {
    self.experiment = experiment
    self.photographs = photographs
    self.start = start
    self.jobs = jobs
    self.rates = rates
  }

  /// A cell made ready: its network and its settings.
  package struct Prepared {
    package let cell: ExperimentCell
    let card: ModelCard
    let architecture: Architecture
    let parameters: Parameters
    let settings: TrainingSettings
    /// What decides the result, in one word: rows with another one are not those of this cell.
    package let definition: String
  }

  /// Checks a cell: its place, its layers that learn, its shapes.
  package func prepare(_ cell: ExperimentCell) throws(ModelError) -> Prepared {
    let parameters = start.parameters(seed: cell.seed)
    let plain = start.card(canvas: experiment.canvas, labels: photographs.classes, attention: nil)
    var attention: ModelCard.Attention?
    if let place = cell.place {
      let network = try Model(card: plain, parameters: parameters).network
      guard let map = network.source(place) else {
        throw ModelError(
          .unsupported, in: cell.backbone.name, "has no layer '\(place)' to put attention behind")
      }
      attention = cell.choice.attention?.placed(after: place, cells: min(map.shape.height, map.shape.width))
    }
    let card = start.card(canvas: experiment.canvas, labels: photographs.classes, attention: attention)
    let architecture = try Model.architecture(card, origin: cell.backbone.name)
    guard let rates = rates(architecture.entries.map(\.name)) else {
      throw ModelError(.unsupported, in: cell.backbone.name, "has no layer for 'learn: \(cell.backbone.learn)'")
    }
    guard attention == nil || rates.rate(of: "attention") > 0 else {
      throw ModelError(
        .unsupported, in: cell.backbone.name,
        "does not learn its attention with 'learn: \(cell.backbone.learn)'")
    }
    var settings = experiment.settings
    settings.rates = rates
    settings.seed = cell.seed
    if attention?.kind != .rectangle { (settings.losses.area, settings.losses.equivariance) = (0, 0) }
    if let problem = settings.problem(for: architecture, hasTeacher: false) {
      throw ModelError(.unsupported, in: cell.backbone.name, "cannot be trained so: \(problem.description)")
    }
    return Prepared(
      cell: cell, card: card, architecture: architecture, parameters: parameters, settings: settings,
      definition: definition(card, settings))
  }

  /// Trains a cell, judges it, and measures its attention.
  package func run(_ prepared: Prepared, watch: (Stage) -> Void) throws -> ComparisonRow {
    let trunk = try FrozenTrunk(
      prepared.architecture, canvas: prepared.card.canvas,
      weights: Weights(prepared.parameters, rates: prepared.settings.rates), masked: nil)
    let kept = try shared(behind: trunk, prepared, watch: watch)
    let began = ContinuousClock.now
    let trainer = try Trainer(
      prepared.settings,
      start: .init(
        architecture: prepared.architecture, canvas: prepared.card.canvas, parameters: prepared.parameters),
      photographs: photographs.learning, kept: kept.examples, jobs: jobs)
    try trainer.begin()
    var last: [Trainer.Step] = []
    while let step = try trainer.step() {
      watch(.step(step))
      if last.last?.epoch != step.epoch { last.removeAll() }
      last.append(step)
    }
    let parameters = trainer.weights.parameters
    let tail = try Network(
      prepared.architecture, behind: Array(zip(trunk.kept, trunk.shapes)).map { (layer: $0, shape: $1) },
      parameters: parameters)
    let verdicts = CellJudge(tail: tail, heldOut: kept.heldOut, boxes: photographs.boxes).verdicts(jobs: jobs)
    let cost = try AttentionCost(prepared.card, prepared.architecture, trainer.weights)
    let seconds = began.duration(to: .now) / .seconds(1)
    return row(prepared, verdicts, cost, last: last, steps: trainer.steps, seconds: seconds)
  }

  /// Photographs that could not be decoded, and why.
  package var skipped: [(name: String, detail: String)] {
    (kept?.examples?.skipped ?? []).map { ($0.path, $0.reason) } + (kept?.heldOut.skipped ?? [])
  }

  private func shared(
    behind trunk: FrozenTrunk, _ prepared: Prepared, watch: (Stage) -> Void
  ) throws -> Kept {
    let ownSeed = start.isFresh && trunk.cut != Architecture.inputName
    let key = trunk.kept + (ownSeed ? ["\(prepared.cell.seed)"] : [])
    if let kept, kept.key == key { return kept }
    // What was kept for others makes room first.
    self.kept = nil
    let canvas = prepared.card.canvas
    let judging = photographs.heldOut.count * (1 + experiment.views.count)
    let learning = experiment.settings.keptViews * photographs.learning.count
    var examples: KeptExamples?
    if experiment.settings.keptViews > 0 {
      // The views are drawn by the experiment's own seed: every training sees the same.
      examples = try KeptExamples(
        photographs.learning, trunk: trunk, settings: experiment.settings,
        canvas: (canvas.size, canvas.fit), jobs: jobs
      ) { done, _ in watch(.preparing(done: done, of: learning + judging)) }
    }
    let views = experiment.views.compactMap { name in CanvasView.standard.first { $0.name == name } }
    let heldOut = HeldOutViews(
      photographs.heldOut, trunk: trunk, canvas: canvas, views: views, jobs: jobs
    ) { done, _ in watch(.preparing(done: learning + done * (1 + views.count), of: learning + judging)) }
    guard !heldOut.photographs.isEmpty else { throw StreamError.nothingToShow(epoch: 0) }
    let made = Kept(key: key, examples: examples, heldOut: heldOut)
    kept = made
    return made
  }

  private func row(
    _ prepared: Prepared, _ verdicts: [CellJudge.Verdict], _ cost: AttentionCost, last: [Trainer.Step],
    steps: Int, seconds: Double
  ) -> ComparisonRow {
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    var row = ComparisonRow(prepared.cell, of: experiment.name, definition: prepared.definition)
    row.learned = photographs.learning.count
    row.judged = verdicts.count
    row.steps = steps
    row.top1 = mean(verdicts.map { $0.isRight ? 1 : 0 }) ?? 0
    row.likelihood = mean(verdicts.map(\.likelihood)) ?? 0
    row.trainingTop1 = mean(last.map(\.accuracy)) ?? 0
    row.coverage = mean(verdicts.compactMap(\.coverage))
    row.irregularity = mean(verdicts.compactMap { $0.shape?.irregularity })
    row.rangeIrregularity = mean(verdicts.compactMap { $0.rangeShape?.irregularity })
    row.regions = mean(verdicts.compactMap { $0.shape.map { Double($0.components) } })
    row.overlap = mean(verdicts.flatMap { $0.stability.map(\.overlap) })
    row.region = mean(verdicts.flatMap { $0.stability.map(\.region) })
    row.equivariance = mean(verdicts.flatMap(\.equivariance))
    row.iou = mean(verdicts.compactMap(\.overlap))
    row.parameters = cost.parameters
    row.multiplyAdds = cost.multiplyAdds
    row.networkMultiplyAdds = cost.networkMultiplyAdds
    row.milliseconds = cost.milliseconds
    row.networkMilliseconds = cost.networkMilliseconds
    row.seconds = seconds
    row.correct = BitList(verdicts.map(\.isRight))
    row.halves = BitList(verdicts.flatMap(\.half))
    return row
  }

  private func definition(_ card: ModelCard, _ settings: TrainingSettings) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var hash = SHA256()
    func add(_ value: some Encodable) {
      // Values of these types can always be encoded.
      hash.update(data: (try? encoder.encode(value)) ?? Foundation.Data())
    }
    // The title and the labels' number say nothing of how a network was trained; the photographs' names and classes do.
    add(experiment.data)
    add(start.identity)
    add(card.architecture)
    add(card.canvas)
    add(card.attention)
    add(settings)
    add(experiment.settings.seed)
    add(experiment.views)
    for (set, photographs) in [("learn", photographs.learning), ("judge", photographs.heldOut)] {
      add([set] + photographs.map { "\($0.name)\t\($0.label)" })
    }
    return hash.finalize().prefix(8).map { String(format: "%02x", $0) }.joined()
  }
}
