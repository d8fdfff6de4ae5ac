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
  private let architecture: Architecture
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
      let hasModel = command.architecture == nil
      let keeps =
        command.keepClasses || command.learn.isNothing || command.photographs.classes != nil
        || hasModel && (command.photographs.labelIndex != nil || command.photographs.noLabels)
      let set = try command.photographs.load(
        command.data, labels: keeps ? card.labels : nil, purpose: .training)
      card.labels = set.classes
      card.name = FilePath(command.output).stem ?? "model"
      command.card.apply(to: &card)
      try command.canvas.apply(to: &card, origin: start.origin)
      self.card = card
      architecture = try Model.architecture(card, origin: start.origin)
      var settings = try TrainingSettings(command, layers: architecture.entries.map(\.name))
      let every = command.holdOut
      let split = set.photographs.enumerated()
      heldOut = every > 0 ? split.filter { $0.offset % every == every - 1 }.map(\.element) : []
      learning = every > 0 ? split.filter { $0.offset % every != every - 1 }.map(\.element) : set.photographs
      teacher = try TrainingRun.teacher(command, learning)
      try TrainingRun.check(settings, command, architecture)
      settings.keptViews = try TrainingRun.keptViews(
        settings, command, architecture, canvas: card.canvas,
        parameters: start.parameters(seed: settings.seed), photographs: learning.count)
      self.settings = settings
    } catch {
      throw Exit(endingTraining: error, settingsFile: command.settings)
    }
  }

  func carryOut() throws(Exit) {
    do {
      try learnAndCalibrate()
    } catch {
      throw Exit(endingTraining: error, settingsFile: command.settings)
    }
  }

  private func learnAndCalibrate() throws {
    let parameters = start.parameters(seed: settings.seed)
    guard !command.learn.isNothing else {
      guard let calibrated = try calibrated(parameters) else {
        throw Exit(ExitStatus.invalidData, "the model stays as it is: there is nothing else to learn")
      }
      return try finish(card, calibrated)
    }
    let trainer = try Trainer(
      settings, start: .init(architecture: architecture, canvas: card.canvas, parameters: parameters),
      photographs: learning, teacher: teacher, jobs: GrantedCores.count)
    let log = try train(trainer)
    var card = self.card
    card.origin =
      "trained from \(start.name) on \(learning.count) photographs, "
      + "\(trainer.steps) steps, seed \(settings.seed)"
    command.card.apply(to: &card)
    let trained = trainer.weights.parameters
    let calibrates = settings.calibrate && !heldOut.isEmpty && !command.photographs.noLabels
    let calibrated = calibrates ? try calibrated(trained) : nil
    try write(Array(log.csv.utf8), to: command.output + ".csv")
    try write(Array(log.svg.utf8), to: command.output + ".svg")
    try finish(card, calibrated ?? trained)
    try? FileManager.default.removeItem(atPath: checkpointPath.string)
  }

  /// Takes all steps that are left, and keeps checkpoints meanwhile.
  private func train(_ trainer: Trainer) throws -> TrainingLog {
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
    tell(trainer.skipped)
    return log
  }

  /// The network as sure of its labels as what was held out warrants; nil, with words that say why, where that cannot be told.
  private func calibrated(_ parameters: Parameters) throws -> Parameters? {
    guard let classifier = architecture.classifier else {
      say("not calibrated: the network does not end in its classifier")
      return nil
    }
    let answers: Calibration.Answers
    do {
      answers = try Calibration.answers(
        of: architecture, canvas: card.canvas, parameters: parameters, on: heldOut, jobs: GrantedCores.count)
    } catch StreamError.nothingToShow {
      say("not calibrated: none of the \(heldOut.count) photographs held out can be decoded")
      return nil
    }
    tell(answers.skipped)
    guard let calibration = Calibration(logits: answers.logits, labels: answers.labels) else {
      say("not calibrated: no sharpness of the logits is the best for the \(answers.labels.count) held out")
      return nil
    }
    say(
      String(
        format: "calibrated by %d photographs: logits x %.3f, negative log-likelihood %.3f, was %.3f",
        calibration.photographs, calibration.sharpness, calibration.after, calibration.before))
    return parameters.sharpened(classifier, by: calibration.sharpness)
  }

  /// Writes the model, and says what it is worth on what was held out.
  private func finish(_ card: ModelCard, _ parameters: Parameters) throws {
    try write(Array(TrainedModel.encoded(card, parameters, halves: command.half)), to: command.output)
    say("wrote \(command.output)" + (command.learn.isNothing ? "" : "; its curve is \(command.output).svg"))
    guard !heldOut.isEmpty else { return }
    let model = try Model.load(command.output)
    let judge = PhotographJudge(model, hasLabels: !command.photographs.noLabels, boxes: nil, views: [])
    let outcomes = Evaluator.judge(heldOut, by: judge, jobs: GrantedCores.count)
    let report = EvaluationReport(of: model, on: "what was held out", outcomes: outcomes, views: [])
    Terminal.write(report.text, to: 1)
  }

  // MARK: What was asked for

  /// A training that cannot be is better refused before the first photograph is read.
  private static func check(
    _ settings: TrainingSettings, _ command: TrainCommand, _ architecture: Architecture
  ) throws {
    if command.learn.isNothing {
      guard settings.calibrate else {
        throw Exit(ExitStatus.invalidData, "calibrate is false: nothing is left to do")
      }
    } else if let problem = settings.problem(for: architecture, hasTeacher: command.teacher != nil) {
      throw problem
    }
    if command.photographs.noLabels, settings.losses.classification > 0 {
      throw Exit(
        ExitStatus.invalidData,
        "with --no-labels nothing says which class is right: set losses.classification to 0 in --settings")
    }
  }

  /// As many views of each photograph as are to be kept and have room in memory; 0 draws all anew in each epoch. A training that goes
  /// on elsewhere with less memory is another one: its checkpoint knows by the settings.
  private static func keptViews(
    _ settings: TrainingSettings, _ command: TrainCommand, _ architecture: Architecture,
    canvas: ModelCard.Canvas, parameters: Parameters, photographs: Int
  ) throws(ModelError) -> Int {
    guard settings.keptViews > 0, !command.learn.isNothing else { return settings.keptViews }
    let one = try Trainer.bytesOfKeptViews(
      settings, start: .init(architecture: architecture, canvas: canvas, parameters: parameters),
      photographs: photographs)
    let room = command.memory?.bytes ?? GrantedMemory.bytes / 2
    let kept = min(settings.keptViews, room / max(one, 1))
    if kept < settings.keptViews, !command.quiet {
      Terminal.write(
        "one view of \(photographs) photographs takes \(ByteCount(bytes: one).text), and there is room for "
          + "\(ByteCount(bytes: room).text) (--memory): "
          + (kept == 0
            ? "views are drawn anew in each epoch" : "\(kept) of \(settings.keptViews) views are kept")
          + "\n", to: 2)
    }
    return kept
  }

  /// The boxes of the photographs, as half sizes around centres on the canvas.
  private static func teacher(
    _ command: TrainCommand, _ photographs: [LabelledPhotograph]
  ) throws -> [RectangleParameters<Float>?] {
    guard let file = command.teacher else { return [] }
    let boxes = try TeacherBoxes(path: file, root: command.photographs.folder(of: command.data))
    try boxes.check(photographs, in: file)
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

  private func tell(_ skipped: [SkippedPhotograph]) {
    for photograph in skipped {
      Terminal.write("skipped: \(photograph.path): \(photograph.reason)\n", to: 2)
    }
  }

  private func say(_ text: String) {
    if !command.quiet { Terminal.write(text + "\n", to: 2) }
  }
}
