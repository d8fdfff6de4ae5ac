import Crypto
import Foundation
import Geometry
import Manifests
import Networks
import SystemPackage
import Training

/// One training as the command line asks for it: gets everything together, keeps checkpoints, shows progress, and writes the
/// model.
struct TrainingRun {
  private let command: TrainCommand
  private let start: TrainingStart
  private let card: ModelCard
  private let settings: TrainingSettings
  private let learning: [LabelledPhotograph]
  private let heldOut: [LabelledPhotograph]
  private let teacher: [RectangleParameters<Float>?]
  private var checkpointPath: FilePath { FilePath(command.output + ".training") }

  init(_ command: TrainCommand) throws(Exit) {
    self.command = command
    guard command.overwrite || !FileManager.default.fileExists(atPath: command.output) else {
      throw Exit(ExitStatus.cannotCreate, "\(command.output) exists; name another file, or use --overwrite")
    }
    do {
      start = try TrainingStart(command)
      var card = start.card
      let keeps =
        command.keepClasses || command.photographs.labelIndex != nil || command.photographs.classes != nil
      let set = try command.photographs.load(
        command.data, labels: keeps ? card.labels : nil, purpose: .training)
      card.labels = set.classes
      card.name = command.name ?? FilePath(command.output).stem ?? "model"
      if let side = command.canvas {
        try card.setCanvas(PixelSize(width: side, height: side), origin: start.origin)
      }
      self.card = card
      settings = try TrainingRun.settings(
        command, layers: Model.architecture(card, origin: start.origin).entries.map(\.name))
      let every = command.holdOut
      let split = set.photographs.enumerated()
      heldOut = every > 0 ? split.filter { $0.offset % every == every - 1 }.map(\.element) : []
      learning = every > 0 ? split.filter { $0.offset % every != every - 1 }.map(\.element) : set.photographs
      teacher = try TrainingRun.teacher(command, learning)
    } catch let error as ModelError {
      throw Exit(ExitStatus.configuration, error.description)
    } catch let error as DataError {
      throw Exit(error)
    } catch let error as Exit {
      throw error
    } catch {
      throw Exit(ExitStatus.inputOutput, "\(error)")
    }
  }

  func carryOut() throws {
    let trainer = try Trainer(
      settings,
      start: .init(
        architecture: Model.architecture(card, origin: start.origin), canvas: card.canvas,
        parameters: start.parameters(seed: settings.seed)),
      photographs: learning, teacher: teacher, jobs: GrantedCores.count)
    var log = TrainingLog()
    if !command.overwrite, let checkpoint = try earlierCheckpoint() {
      try trainer.resume(from: checkpoint)
      let csv = try? String(contentsOfFile: command.output + ".csv", encoding: .utf8)
      log = TrainingLog(csv ?? "", through: checkpoint.step)
      say("goes on behind step \(checkpoint.step) of \(trainer.steps)")
    }
    say(
      "\(learning.count) photographs to learn from, \(heldOut.count) held out, \(card.labels.count) classes, "
        + "canvas \(card.canvas.width) x \(card.canvas.height)")
    let line = TrainingLine(isShown: !command.quiet)
    try trainer.begin { done, total in line.prepared(done, of: total) }
    var saved = ContinuousClock.now
    while let step = try trainer.step() {
      log.add(step)
      line.show(step)
      if saved.duration(to: .now) >= .seconds(command.checkpointEvery) {
        try save(trainer.checkpoint, log)
        saved = .now
      }
    }
    line.finish()
    for photograph in trainer.skipped {
      Terminal.write("skipped: \(photograph.path): \(photograph.reason)\n", to: 2)
    }
    try finish(trainer, log)
  }

  /// Writes the model and its curve, and says what it is worth on what was held out.
  private func finish(_ trainer: Trainer, _ log: TrainingLog) throws {
    var card = self.card
    card.origin =
      "trained from \(start.name) on \(learning.count) photographs, "
      + "\(trainer.steps) steps, seed \(settings.seed)"
    let bytes = try TrainedModel.encoded(card, trainer.weights, halves: false)
    try write(Array(log.csv.utf8), to: command.output + ".csv")
    try write(Array(log.svg.utf8), to: command.output + ".svg")
    try write(Array(bytes), to: command.output)
    try? FileManager.default.removeItem(atPath: checkpointPath.string)
    say("wrote \(command.output); its curve is \(command.output).svg")
    guard !heldOut.isEmpty else { return }
    let model = try Model.load(command.output)
    let judge = PhotographJudge(model, hasLabels: true, boxes: nil, views: [])
    let outcomes = Evaluator.judge(heldOut, by: judge, jobs: GrantedCores.count)
    let report = EvaluationReport(of: model, on: "what was held out", outcomes: outcomes, views: [])
    Terminal.write(report.text, to: 1)
  }

  // MARK: What was asked for

  private static func settings(_ command: TrainCommand, layers: [String]) throws -> TrainingSettings {
    var settings = TrainingSettings()
    guard let rates = command.learn.rates(of: layers) else {
      throw Exit(ExitStatus.usage, "no layer is called so; the network's are \(layers.joined(separator: ", "))")
    }
    settings.rates = rates
    if case .classifier = command.learn {
      // The network in front of it does the same in every epoch: a few views are enough, and are looked at often.
      settings.keptViews = 4
      settings.epochs = 40
      settings.schedule.rate = 3e-3
    }
    if let file = command.settings {
      guard let bytes = FileManager.default.contents(atPath: file) else {
        throw Exit(ExitStatus.noInput, "\(file) cannot be read")
      }
      settings = try TrainingSettings(json: bytes, over: settings)
    }
    settings.epochs = command.epochs ?? settings.epochs
    settings.batch = command.batch ?? settings.batch
    settings.schedule.rate = command.rate ?? settings.schedule.rate
    settings.seed = command.seed ?? settings.seed
    if let name = command.augment {
      guard let preset = Augmentation.presets[name] else {
        throw Exit(
          ExitStatus.usage, "--augment is one of \(Augmentation.presets.keys.sorted().joined(separator: ", "))")
      }
      settings.augmentation = preset
    }
    return settings
  }

  /// The boxes of the photographs, as half sizes around centres on the canvas.
  private static func teacher(
    _ command: TrainCommand, _ photographs: [LabelledPhotograph]
  ) throws -> [RectangleParameters<Float>?] {
    guard let file = command.teacher else { return [] }
    let boxes = try TeacherBoxes(path: file, root: command.photographs.folder(of: command.data))
    return photographs.map { boxes[$0.path] }
  }

  // MARK: Checkpoints

  /// What the training is, in one word: another one does not go on from its checkpoint.
  private func identity() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var hash = SHA256()
    hash.update(data: try encoder.encode(settings))
    hash.update(data: Data(try card.encoded().utf8))
    hash.update(data: start.file?.data ?? Data())
    for photograph in learning { hash.update(data: Data("\(photograph.path)\0\(photograph.label)\0".utf8)) }
    for box in teacher { hash.update(data: Data("\(box?.numbers ?? [])".utf8)) }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }

  private func earlierCheckpoint() throws -> TrainingCheckpoint? {
    guard FileManager.default.fileExists(atPath: checkpointPath.string) else { return nil }
    let file = try Safetensors(path: checkpointPath.string)
    guard let checkpoint = try TrainingCheckpoint(file, identity: identity()) else {
      throw Exit(
        ExitStatus.cannotCreate,
        "\(checkpointPath) is of a training with other settings or photographs; use --overwrite to begin anew")
    }
    return checkpoint
  }

  private func save(_ checkpoint: TrainingCheckpoint, _ log: TrainingLog) throws {
    // The curve first: a checkpoint never has a longer one than its curve.
    try write(Array(log.csv.utf8), to: command.output + ".csv")
    try write(Array(try checkpoint.encoded(identity: identity())), to: checkpointPath.string)
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    do throws(FileError) {
      try AtomicFile.write(bytes, to: FilePath(path))
    } catch {
      throw Exit(ExitStatus.cannotCreate, error.description)
    }
  }

  private func say(_ text: String) {
    if !command.quiet { Terminal.write(text + "\n", to: 2) }
  }
}
