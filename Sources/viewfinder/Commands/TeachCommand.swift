import ArgumentParser
import Foundation
import Manifests
import Networks
import Synchronization
import SystemPackage
import Training

struct TeachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teach",
    abstract: "Make boxes that nobody drew, for `train --teacher`: from classes and pixels alone.",
    discussion: """
      One call is one round. The first looks at what speaks for the class of each photograph; later ones ask the rectangle \
      that was learned from the round before (--rectangle), and cut the subject out by its colours. docs/training.md has the whole \
      sequence.
      """)

  @Argument(help: "A folder of class folders, or a CSV list with a column `file`.", completion: .file())
  var data: String

  @Option(help: "The model that knows the classes: a name or a file.", completion: .file())
  var model = "default"

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The table to write.", valueName: "boxes.csv"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp("A model trained on the boxes of the round before.", valueName: "model"),
    completion: .file())
  var rectangle: String?

  @Option(
    help: ArgumentHelp(
      "The subject lies within its rectangle's hull, enlarged so many times.", valueName: "times"))
  var margin: Double?

  @Flag(help: "What the rectangle is read off counts as much as what speaks for the class.")
  var blend = false

  @Option(
    help: ArgumentHelp("Write the mean of each box and that of an earlier round.", valueName: "boxes.csv"),
    completion: .file())
  var merge: String?

  @OptionGroup(title: "Photographs") var photographs: PhotographOptions

  @Option(
    help: ArgumentHelp(
      "Look at canvases around so many pixels a side (default: 9/7 of the model's).", valueName: "n"))
  var canvas: Int?

  @Option(help: "The same seed gives the same boxes.")
  var seed: UInt64 = 0

  @Flag(help: "Replace the output.")
  var overwrite = false

  @OptionGroup(title: "Work") var work: WorkOptions

  /// For a judge that cuts the same pictures: Tests/Judges/grabcut.py.
  @Option(help: .hidden)
  var cuts: String?

  func validate() throws {
    if let canvas, !(16...1024).contains(canvas) {
      throw ValidationError("--canvas wants a number of pixels from 16 to 1024")
    }
    if let margin, !(0.1...10).contains(margin) {
      throw ValidationError("--margin wants a number from 0.1 to 10")
    }
    if rectangle == nil, margin != nil || blend {
      throw ValidationError("--margin and --blend say something about --rectangle, which is missing")
    }
  }

  func run() throws {
    try reportingErrors {
      try checkOutput()
      let evidence = try load(model) { file throws(ModelError) in try EvidenceNetwork(file, side: canvas) }
      var student: StudentNetwork?
      if let rectangle {
        student = try load(rectangle) { file throws(ModelError) in try StudentNetwork(file) }
      }
      try check(student, against: evidence)
      let (set, earlier) = try read(evidence)
      var settings = TeacherBoxMaker.Settings()
      settings.margin = margin ?? settings.margin
      settings.blends = blend
      settings.seed = seed
      let maker = TeacherBoxMaker(evidence, student: student, settings)
      var outcomes = watched(set.photographs, by: maker)
      if let earlier { outcomes = Teaching.merged(outcomes, with: earlier) }
      try report(outcomes)
      try write(Teaching.table(outcomes))
    }
  }

  private func load<Network>(
    _ name: String, _ make: (Safetensors) throws(ModelError) -> Network
  ) throws(Exit) -> Network {
    guard let path = ModelLibrary().path(of: name) else {
      throw Exit(ExitStatus.configuration, "no model '\(name)'; `viewfinder models` lists them")
    }
    do throws(ModelError) {
      return try make(Safetensors(path: path.string))
    } catch {
      throw Exit(ExitStatus.configuration, error.description)
    }
  }

  /// A rectangle is taken from one canvas to the other as it is.
  private func check(_ student: StudentNetwork?, against evidence: EvidenceNetwork) throws(Exit) {
    guard let student else { return }
    let (one, other) = (student.card.canvas, evidence.card.canvas)
    guard one.fit == other.fit, one.width * other.height == other.width * one.height else {
      throw Exit(
        ExitStatus.configuration,
        "\(student.card.name) and \(evidence.card.name) lay photographs on their canvases in different ways")
    }
  }

  private func read(_ evidence: EvidenceNetwork) throws(Exit) -> (PhotographSet, TeacherBoxes?) {
    do throws(DataError) {
      let set = try photographs.load(data, labels: evidence.card.labels, purpose: .training)
      guard let merge else { return (set, nil) }
      let boxes = try TeacherBoxes(path: merge, root: photographs.folder(of: data))
      try boxes.check(set.photographs, in: merge)
      return (set, boxes)
    } catch {
      throw Exit(error)
    }
  }

  private func watched(_ photographs: [LabelledPhotograph], by maker: TeacherBoxMaker) -> [Teaching.Outcome] {
    let state = Mutex(ProgressState(total: photographs.count))
    let shown = Progress(work.shownProgress) { state.withLock { $0 } }
    defer { shown.finish() }
    return Teaching.boxes(
      of: photographs, by: maker, hasLabels: !self.photographs.noLabels, jobs: work.cores
    ) { [cuts] index, outcome, cut in
      if let cuts, let cut { try? CutDump.write(cut, number: index, to: cuts) }
      state.withLock {
        $0.done += 1
        if case .failed = outcome { $0.failed += 1 }
      }
    }
  }

  private func report(_ outcomes: [Teaching.Outcome]) throws(Exit) {
    var made = 0
    for outcome in outcomes {
      switch outcome {
      case .boxed: made += 1
      case .failed(let photograph, let detail):
        work.say("skipped: \(photograph.path): \(detail)\n")
      }
    }
    guard made > 0 else {
      throw Exit(ExitStatus.noInput, "none of the \(outcomes.count) photographs can be read")
    }
    work.say("\(made) boxes in \(output)\n")
  }

  /// What is wrong with the output is better known before the work than after it.
  private func checkOutput() throws(Exit) {
    guard overwrite || !FileManager.default.fileExists(atPath: output) else {
      throw Exit(ExitStatus.cannotCreate, "\(output) exists; name another file, or use --overwrite")
    }
    if let cuts, !FileManager.default.isWritableFile(atPath: cuts) {
      throw Exit(ExitStatus.cannotCreate, "\(cuts): the folder does not exist or cannot be written to")
    }
    let directory = FilePath(output).removingLastComponent()
    guard FileManager.default.isWritableFile(atPath: directory.isEmpty ? "." : directory.string) else {
      throw Exit(ExitStatus.cannotCreate, "\(output): its directory does not exist or cannot be written to")
    }
  }

  private func write(_ text: String) throws(Exit) {
    do throws(FileError) {
      try AtomicFile.write(Array(text.utf8), to: FilePath(output))
    } catch {
      throw Exit(ExitStatus.cannotCreate, error.description)
    }
  }
}
