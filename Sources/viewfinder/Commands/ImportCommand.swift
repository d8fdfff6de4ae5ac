import ArgumentParser
import Foundation
import Manifests
import Networks
import SystemPackage

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a model of a published PyTorch checkpoint.",
    discussion: """
      Reads what torch.save(model.state_dict(), FILE) wrote, without Python and without running anything in it. The model says what is in a
      photograph; it has no attention yet, so crops are made around other points.
      """)

  private static let architectures = ImportableArchitecture.all.map(\.name)
  private static let largestLabels = 16 << 20

  @Argument(help: "The checkpoint, like NAME.pth.", completion: .file())
  var file: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The model to write, like NAME.safetensors.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "The architecture: \(architectures.joined(separator: ", ")) (default: recognised by the tensors).",
      valueName: "name"))
  var architecture: String?

  @Option(
    help: ArgumentHelp(
      "The class names, one a line (default, for 1000 classes: those of ImageNet-1k).", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(help: ArgumentHelp("What the model is called in records (default: as its file).", valueName: "name"))
  var name: String?

  @Flag(help: "Store weights in half precision: half the size.")
  var half = false

  @Flag(help: "Replace the output if it exists.")
  var overwrite = false

  func validate() throws {
    if let architecture, !Self.architectures.contains(architecture) {
      throw ValidationError(
        "--architecture: '\(architecture)' is not one of \(Self.architectures.joined(separator: ", "))")
    }
    if FilePath(output).extension != "safetensors" {
      throw ValidationError("--output wants a name that ends in .safetensors")
    }
  }

  func run() throws {
    try reportingErrors {
      let destination = FilePath(output)
      if !overwrite, FileManager.default.fileExists(atPath: output) { throw Self.exists(destination) }
      let model = try Self.reporting { () throws(ModelError) in
        try ModelImport(PyTorchCheckpoint(path: file), architecture: architecture)
      }
      let description = ModelImport.Description(
        name: name ?? destination.stem ?? "model", labels: try labelNames(model.classes), origin: origin)
      let bytes = try Self.reporting { () throws(ModelError) in
        try model.modelFile(description, half: half) { data in data.withUnsafeBytes { Hashing.sha256($0) } }
      }
      try write(Array(bytes), to: destination)
      let assumed = labels == nil ? " (of ImageNet-1k, going by their number)" : ""
      print("\(output): \(model.architecture.name), \(model.classes) labels\(assumed), \(bytes.count) bytes")
    }
  }

  /// Where the weights come from, for the model's card.
  private var origin: String {
    let source = FilePath(file).lastComponent?.string ?? file
    let sum = (try? Hashing.sha256(ofFile: FilePath(file))).map { ", SHA-256 \($0)" } ?? ""
    return "Imported from the PyTorch checkpoint \(source)\(sum)."
      + (half ? " Weights rounded to half precision." : "")
  }

  /// The given names, or those of the model that ships with the program.
  private func labelNames(_ classes: Int) throws(Exit) -> [String] {
    guard let labels else { return try shippedLabels(classes) }
    let bytes = try Self.reporting { () throws(ModelError) in
      try RegularFile.read(labels, limit: Self.largestLabels)
    }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw Exit(ExitStatus.invalidData, "\(labels): is no text in UTF-8")
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last == "" { lines.removeLast() }
    let names = lines.map { $0.trimmingCharacters(in: .whitespaces) }
    if let empty = names.firstIndex(of: "") {
      throw Exit(ExitStatus.invalidData, "\(labels):\(empty + 1): names no class")
    }
    guard names.count == classes else {
      throw Exit(
        ExitStatus.invalidData, "\(labels): names \(names.count) classes, but the checkpoint has \(classes)")
    }
    return names
  }

  private func shippedLabels(_ classes: Int) throws(Exit) -> [String] {
    let missing = Exit(
      ExitStatus.usage, "the checkpoint has \(classes) classes; name them with --labels FILE, one a line")
    guard classes == 1000 else { throw missing }
    guard let shipped = ModelLibrary().path(of: "default"),
      let card = try? ModelCard(in: Safetensors(path: shipped.string)), card.labels.count == classes
    else { throw missing }
    return card.labels
  }

  private func write(_ bytes: [UInt8], to destination: FilePath) throws(Exit) {
    do throws(FileError) {
      let staged = try StagedFile(writing: bytes, for: destination)
      do throws(FileError) {
        try staged.commit(replacing: overwrite)
      } catch {
        staged.discard()
        throw error
      }
      try StagedFile.synchronizeNames(of: [staged])
    } catch {
      if error.errno == .fileExists { throw Self.exists(destination) }
      throw Exit(error.stopsIntake ? ExitStatus.stoppedEarly : ExitStatus.cannotCreate, error.description)
    }
  }

  private static func exists(_ path: FilePath) -> Exit {
    Exit(ExitStatus.cannotCreate, "\(path) exists; --overwrite replaces it")
  }

  private static func reporting<Result>(_ body: () throws(ModelError) -> Result) throws(Exit) -> Result {
    do throws(ModelError) {
      return try body()
    } catch {
      throw Exit(error.reason == .unreadable ? ExitStatus.noInput : ExitStatus.invalidData, error.description)
    }
  }
}
