import Foundation
import Imaging
import Manifests
import Networks
import StageGraph
import SystemPackage
import Training

/// What `compare` does: reads experiments and their rows, trains what is missing, and makes the page.
struct ComparisonRun {
  private let command: CompareCommand
  private let experiments: [(experiment: Experiment, results: String)]

  init(_ command: CompareCommand) throws(Exit) {
    self.command = command
    var experiments: [(Experiment, String)] = []
    for file in command.experiments {
      let experiment = try ExperimentReader.read(file: file)
      let folder = command.output.map { FilePath($0) } ?? FilePath(file).removingLastComponent()
      experiments.append((experiment, folder.appending("\(experiment.name).results.csv").string))
    }
    self.experiments = experiments
  }

  func carryOut() throws {
    if command.list {
      try list()
      return
    }
    if !command.reportOnly {
      if let output = command.output {
        try? FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      }
      var left = command.limit ?? .max
      for (experiment, results) in experiments { try train(experiment, results, left: &left) }
    }
    try report()
  }

  // MARK: Training

  /// The trainings of a backbone, checked.
  private struct Work {
    let bench: ComparisonBench
    let cells: [ComparisonBench.Prepared]
  }

  private func train(_ experiment: Experiment, _ results: String, left: inout Int) throws(Exit) {
    let rows = try read(results)
    let chosen = experiment.cells.filter { cell in command.only.map { cell.name.hasPrefix($0) } ?? true }
    guard left > 0, !chosen.isEmpty else { return }
    let photographs = try reporting { try ExperimentPhotographs(experiment.data, in: command.data) }
    say(
      "\(experiment.name): \(chosen.count { rows[$0.name] != nil }) of \(chosen.count) trainings have rows; "
        + "\(photographs.learning.count) photographs to learn from, \(photographs.heldOut.count) held out")
    // All are looked at before the first is trained: a mistake in the last must not cost the time of the others.
    var work = try reporting {
      try experiment.backbones.map { backbone in
        let bench = ComparisonBench(
          experiment, photographs, start: try start(backbone), jobs: command.jobs ?? GrantedCores.count,
          rates: { Learn(argument: backbone.learn)?.rates(of: $0) })
        return Work(
          bench: bench, cells: try chosen.filter { $0.backbone == backbone }.map { try bench.prepare($0) })
      }
    }
    for cell in work.flatMap(\.cells) where !command.overwrite {
      guard let row = rows[cell.cell.name], row.definition != cell.definition else { continue }
      throw Exit(
        ExitStatus.cannotCreate,
        "\(results): the row of \(cell.cell.name) is of another definition: settings, model or photographs have changed. "
          + "Use --overwrite to train it again, or move the file away")
    }
    // A bench that is done is let go, and with it what it kept.
    while left > 0, !work.isEmpty {
      let next = work.removeFirst()
      try reporting { try train(next, of: experiment, results, left: &left) }
    }
  }

  private func train(_ work: Work, of experiment: Experiment, _ results: String, left: inout Int) throws {
    var told: Set<String> = []
    let line = ComparisonLine(isShown: !command.quiet)
    for cell in work.cells where left > 0 {
      // Looked up anew each time: another process may work on the same grid.
      if let row = try read(results)[cell.cell.name], row.definition == cell.definition { continue }
      let row = try work.bench.run(cell) { line.show($0, of: cell.cell.name) }
      line.clear()
      for photograph in work.bench.skipped where told.insert(photograph.name).inserted {
        Terminal.write("skipped: \(photograph.name): \(photograph.detail)\n", to: 2)
      }
      var rows = try read(results)
      rows.add(row, in: experiment)
      try write(rows.csv, to: results)
      left -= 1
      say(
        String(
          format: "%@: top-1 %.3f, learned %.3f, %.0f seconds", cell.cell.name, row.top1, row.trainingTop1,
          row.seconds))
    }
  }

  private func start(_ backbone: Experiment.Backbone) throws -> BackboneStart {
    switch backbone.start {
    case .architecture(let name):
      return BackboneStart(card: TrainingStart.freshCard(name), model: nil)
    case .model(let name):
      let own = command.models.map { FilePath($0).appending("\(name).safetensors").string }
      guard
        let path = own.flatMap({ FileManager.default.fileExists(atPath: $0) ? $0 : nil })
          ?? ModelLibrary().path(of: name)?.string
      else {
        throw Exit(
          ExitStatus.configuration,
          "no model '\(name)' for the backbone '\(backbone.name)'; --models names a directory with \(name).safetensors"
        )
      }
      let file = try Safetensors(path: path)
      return BackboneStart(card: try ModelCard(in: file), model: Parameters(file))
    }
  }

  // MARK: Rows and the page

  private func list() throws(Exit) {
    for (experiment, results) in experiments {
      let rows = try read(results)
      for cell in experiment.cells {
        print("\(experiment.name)\t\(cell.name)\t\(rows[cell.name] == nil ? "to do" : "done")")
      }
    }
  }

  private func report() throws(Exit) {
    let text = FileManager.default.contents(atPath: command.page).map { String(decoding: $0, as: UTF8.self) }
    var page = EvidencePage(text ?? "")
    let path = FilePath(command.page)
    let images = FilePath("images").appending(path.stem ?? "page")
    for (experiment, results) in experiments {
      let rows = try read(results).rows(of: experiment)
      let differences = ComparisonFindings(experiment, rows).differences
      let image = images.appending("\(experiment.name).svg")
      let folder = path.removingLastComponent().pushing(images)
      try? FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
      try write(
        ForestPlot(title: experiment.title, differences).svg,
        to: path.removingLastComponent().pushing(image).string)
      do throws(DataError) {
        try page.put(
          ComparisonTables(experiment, rows).all, title: experiment.title,
          image: image.string)
      } catch {
        throw Exit(ExitStatus.invalidData, "\(command.page): \(error.description)")
      }
    }
    try write(page.text, to: command.page)
    say("wrote \(command.page)")
  }

  private func read(_ results: String) throws(Exit) -> ComparisonRows {
    do throws(DataError) {
      return try ComparisonRows(path: results)
    } catch {
      throw Exit(error)
    }
  }

  private func write(_ text: String, to path: String) throws(Exit) {
    do throws(FileError) {
      try AtomicFile.write(Array(text.utf8), to: FilePath(path))
    } catch {
      throw Exit(ExitStatus.cannotCreate, error.description)
    }
  }

  /// Errors of photographs and networks become words and codes.
  private func reporting<Result>(_ body: () throws -> Result) throws(Exit) -> Result {
    do {
      return try body()
    } catch let error as Exit {
      throw error
    } catch let error as DataError {
      throw Exit(error)
    } catch let error as ModelError {
      throw Exit(ExitStatus.configuration, error.description)
    } catch let error as StreamError {
      throw Exit(ExitStatus.noInput, error.description)
    } catch {
      throw Exit(ExitStatus.invalidData, "\(error)")
    }
  }

  private func say(_ text: String) {
    if !command.quiet { Terminal.write(text + "\n", to: 2) }
  }
}

/// The line that says how far a training of the grid is; on a terminal only, since each training ends with a line of its own.
private final class ComparisonLine {
  private let isShown: Bool
  private var last = ContinuousClock.now

  init(isShown: Bool) { self.isShown = isShown && Terminal.stderrIsTerminal }

  func clear() {
    if isShown { Terminal.write("\r\u{1B}[K", to: 2) }
  }

  func show(_ stage: ComparisonBench.Stage, of cell: String) {
    guard isShown, last.duration(to: .now) > .milliseconds(200) else { return }
    last = .now
    switch stage {
    case .preparing(let done, let total):
      Terminal.write("\r\u{1B}[Kpreparing: \(done) of \(total) views", to: 2)
    case .step(let step):
      let text = String(format: "%@: step %d of %d, right %.2f", cell, step.number, step.of, step.accuracy)
      Terminal.write("\r\u{1B}[K\(text)", to: 2)
    }
  }
}
