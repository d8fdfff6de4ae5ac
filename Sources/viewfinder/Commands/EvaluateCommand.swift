import ArgumentParser
import Foundation
import Geometry
import Manifests
import Networks
import Synchronization
import SystemPackage
import Training

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure what a model is worth on photographs whose labels or boxes are known.",
    discussion: """
      DATA is a folder of class folders (or of train, val and test… with such in them), or a CSV list with a column `file`. \
      Figures go to stdout, with 95 % intervals; docs/evaluation.md says what each means.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "A model: a name or a file.", completion: .file())
  var model: String

  @Argument(help: "The photographs.", completion: .file())
  var data: String

  @OptionGroup(title: "Photographs") var photographs: PhotographOptions
  @OptionGroup(title: "Boxes") var boxes: BoxOptions

  @OptionGroup var canvas: CanvasOptions

  @Flag(
    inversion: .prefixedNo,
    help:
      "Look at changed copies of each photograph too: equivariance and stability. Takes several times as long."
  )
  var views = true

  @Option(help: "How the figures are written: text or json.")
  var format = Format.text

  @Option(
    help: ArgumentHelp("Write one row for each photograph to a CSV file.", valueName: "file.csv"),
    completion: .file())
  var details: String?

  @OptionGroup(title: "Work") var work: WorkOptions

  func validate() throws {
    if boxes.boxes == nil, boxes.boxColumns != nil || boxes.restoreSize {
      throw ValidationError("--box-columns and --restore-size say something about --boxes, which is missing")
    }
    if photographs.noLabels, boxes.boxes == nil, !views {
      throw ValidationError("without labels, boxes and views there is nothing to measure")
    }
  }

  func run() throws {
    try reportingErrors {
      try checkDetails()
      let model = try load()
      let (set, boxes) = try read(model)
      let views = self.views ? CanvasView.standard : []
      let judge = PhotographJudge(model, hasLabels: !photographs.noLabels, boxes: boxes, views: views)
      let outcomes = watched(set.photographs, by: judge)
      let report = EvaluationReport(of: model, on: data, outcomes: outcomes, views: views)
      for failure in report.failures where !work.quiet {
        Terminal.write("not readable: \(failure.name): \(failure.detail)\n", to: 2)
      }
      guard report.photographs > 0 else {
        throw Exit(ExitStatus.noInput, "none of the \(set.photographs.count) photographs can be read")
      }
      switch format {
      case .text: Terminal.write(report.text, to: 1)
      case .json: Terminal.write(String(decoding: report.json.indentedBytes, as: UTF8.self), to: 1)
      }
      if let details { try write(EvaluationDetails.table(outcomes, labels: model.card.labels), to: details) }
    }
  }

  private func load() throws(Exit) -> Model {
    guard let file = ModelLibrary().path(of: model) else {
      throw Exit(ExitStatus.configuration, "no model '\(model)'; `viewfinder models` lists them")
    }
    do throws(ModelError) {
      let weights = try Safetensors(path: file.string)
      var card = try ModelCard(in: weights)
      try canvas.apply(to: &card, origin: weights.origin)
      return try Model(card: card, parameters: Parameters(weights))
    } catch {
      throw Exit(ExitStatus.configuration, error.description)
    }
  }

  private func read(_ model: Model) throws(Exit) -> (PhotographSet, BoxList?) {
    do throws(DataError) {
      let set = try photographs.load(data, labels: model.card.labels)
      guard let file = boxes.boxes else { return (set, nil) }
      let list = try BoxList(
        path: file, root: photographs.root, prefix: boxes.boxColumns, restoring: boxes.restoreSize)
      guard set.photographs.contains(where: { list[$0.path] != nil }) else {
        throw DataError(
          .malformed, in: file,
          "has no box for any of the \(set.photographs.count) photographs; --root says what its names are "
            + "relative to")
      }
      return (set, list)
    } catch {
      throw Exit(error)
    }
  }

  private func watched(_ photographs: [LabelledPhotograph], by judge: PhotographJudge) -> [EvaluationOutcome] {
    let state = Mutex(ProgressState(total: photographs.count))
    let shown = Progress(work.shownProgress) { state.withLock { $0 } }
    defer { shown.finish() }
    return Evaluator.judge(photographs, by: judge, jobs: work.cores) { failed in
      state.withLock {
        $0.done += 1
        if failed { $0.failed += 1 }
      }
    }
  }

  /// A mistyped directory is better known before the work than after it.
  private func checkDetails() throws(Exit) {
    guard let details else { return }
    let directory = FilePath(details).removingLastComponent()
    guard FileManager.default.isWritableFile(atPath: directory.isEmpty ? "." : directory.string) else {
      throw Exit(ExitStatus.cannotCreate, "\(details): its directory does not exist or cannot be written to")
    }
  }

  private func write(_ text: String, to path: String) throws(Exit) {
    do throws(FileError) {
      try AtomicFile.write(Array(text.utf8), to: FilePath(path))
    } catch {
      throw Exit(error)
    }
  }
}

/// Which photographs, and where their labels stand.
struct PhotographOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read this folder of DATA, like test (default: train to learn from, val or else test… to evaluate).",
      valueName: "folder"))
  var subset: String?

  @Option(help: ArgumentHelp("In a list: the column of the class's name.", valueName: "column"))
  var label = "label"

  @Option(
    help: ArgumentHelp(
      "In a list: the column of the class's index among the model's labels, from 0.", valueName: "column"))
  var labelIndex: String?

  @Flag(help: "The photographs have no labels, or none the model knows.")
  var noLabels = false

  @Option(
    help: ArgumentHelp(
      "A table that says which of the model's labels a class is: columns folder, imagenet_index.",
      valueName: "classes.csv"), completion: .file())
  var classes: String?

  @Option(
    help: ArgumentHelp("What names in lists are relative to (default: the list's folder).", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Option(
    help: ArgumentHelp(
      "In a list: only rows with this value. May be repeated; all must hold.", valueName: "column=value"))
  var `where`: [Condition] = []

  @Option(help: ArgumentHelp("Take every n-th photograph.", valueName: "n"))
  var every = 1

  @Option(help: ArgumentHelp("With --every: begin with this one, counted from 0.", valueName: "n"))
  var offset = 0

  @Option(help: ArgumentHelp("Take at most so many.", valueName: "n"))
  var limit: Int?

  /// `split=test`
  struct Condition: ExpressibleByArgument {
    let condition: PhotographRequest.Condition

    init?(argument: String) {
      guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
      condition = .init(
        column: String(argument[..<sign]), value: String(argument[argument.index(after: sign)...]))
    }
  }

  func validate() throws {
    if every < 1 { throw ValidationError("--every wants a number of at least 1") }
    if !(0..<every).contains(offset) { throw ValidationError("--offset wants a number below that of --every") }
    if let limit, limit < 1 { throw ValidationError("--limit wants a number of at least 1") }
    if noLabels, labelIndex != nil || classes != nil {
      throw ValidationError("--no-labels leaves nothing for --label-index and --classes to say")
    }
  }

  /// What the photographs' names are relative to, in tables about them too.
  func folder(of data: String) -> String {
    if let root { return root }
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: data, isDirectory: &isDirectory)
    return exists && isDirectory.boolValue ? data : URL(fileURLWithPath: data).deletingLastPathComponent().path
  }

  /// The photographs, their labels being indices of `labels`, or else of the classes found.
  func load(
    _ data: String, labels: [String]?, purpose: PhotographRequest.Purpose = .evaluation
  ) throws(DataError) -> PhotographSet {
    var request = PhotographRequest(data: data, purpose: purpose)
    request.root = root
    request.subset = subset
    request.labels = noLabels ? .none : labelIndex.map { .indices(column: $0) } ?? .names(column: label)
    request.conditions = self.where.map(\.condition)
    request.every = every
    request.offset = offset
    request.limit = limit
    guard let labels else { return try PhotographSet.load(request) }
    let names: ClassNames
    if let classes {
      names = try ClassNames(labels: labels, table: CSVTable(path: classes))
    } else {
      names = ClassNames(labels: labels)
    }
    return try PhotographSet.load(request, classes: names)
  }
}

/// Where the subjects are.
struct BoxOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Boxes of the subjects: columns file, xmin, ymin, xmax, ymax, and perhaps width and height.",
      valueName: "boxes.csv"), completion: .file())
  var boxes: String?

  @Option(
    help: ArgumentHelp(
      "Of several boxes a row, those of the columns PREFIX_xmin and so on.", valueName: "prefix"))
  var boxColumns: String?

  @Flag(help: "Judge rectangles at an angle in the size before squashing: columns orig_width, orig_height.")
  var restoreSize = false
}

extension Exit {
  /// Photographs or boxes that cannot be had.
  init(_ error: DataError) {
    switch error.reason {
    case .unreadable, .empty: self.init(ExitStatus.noInput, error.description)
    case .malformed: self.init(ExitStatus.invalidData, error.description)
    }
  }
}
