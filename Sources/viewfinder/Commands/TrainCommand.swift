import ArgumentParser
import Foundation
import Geometry
import Manifests
import Networks
import SystemPackage
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Teach a network the classes of your own folders.",
    discussion: """
      DATA holds one folder of photographs for each class: `train DATA --output MY.safetensors` teaches the model that ships with \
      the program these classes instead of its own, and `run --model MY.safetensors` uses the result. Every tenth photograph is held \
      out to say what the model is worth. Stopped or killed, the same command goes on where it was.
      """)

  @Argument(help: "A folder of class folders, or a CSV list with a column `file`.", completion: .file())
  var data: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The model to write.", valueName: "model.safetensors"),
    completion: .file())
  var output: String

  @Option(help: "The model to start from: a name or a file.", completion: .file())
  var model = "default"

  @Option(help: "Start from nothing instead: \(ArchitectureCatalog.all.keys.sorted().joined(separator: ", ")).")
  var architecture: String?

  @Option(
    help: ArgumentHelp(
      "Another attention than the model's: none, \(ModelCard.Attention.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "kind"))
  var attention: String?

  @Option(help: ArgumentHelp("The layer the attention stands behind.", valueName: "layer"))
  var after: String?

  @Option(
    help: ArgumentHelp(
      "The layers the attention looks at: one, or one and a deeper one (default: that which it stands behind).",
      valueName: "layer[,deeper]"))
  var look: Look?

  @Option(help: ArgumentHelp("How strongly nearly square rectangles are kept upright.", valueName: "number"))
  var uprightness: Double?

  @OptionGroup(title: "Photographs") var photographs: PhotographOptions

  @Flag(help: "Keep the classes of the model to start from; those of DATA are among them.")
  var keepClasses = false

  @Option(help: ArgumentHelp("Hold out every n-th photograph; 0 holds out none.", valueName: "n"))
  var holdOut = 10

  @Option(
    help: ArgumentHelp(
      "What learns: classifier, attention, both, everything, behind:LAYER, or nothing, which calibrates only.",
      valueName: "layers"))
  var learn = Learn.classifier

  @Option(help: "How often each photograph is looked at.")
  var epochs: Int?

  @Option(help: "Photographs of a batch.")
  var batch: Int?

  @Option(help: "The highest learning rate.")
  var rate: Double?

  @Option(help: "How views of photographs differ: none, crop or similar.")
  var augment: String?

  @OptionGroup var canvas: CanvasOptions

  @Option(help: "The same seed gives the same model.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Settings as JSON; options given here count more.", valueName: "file.json"))
  var settings: String?

  @Option(
    help: ArgumentHelp(
      "Boxes the rectangle is to learn from, like those of `teach`; losses.teacher is then 1, unless --settings says otherwise.",
      valueName: "boxes.csv"),
    completion: .file())
  var teacher: String?

  @Option(
    help: ArgumentHelp(
      "Memory for kept views, like 800M or 4G (default: half of what there is).", valueName: "bytes"))
  var memory: ByteCount?

  @OptionGroup var card: CardOptions

  @Option(
    help: ArgumentHelp("Keep a checkpoint every so many seconds; 0 after each step.", valueName: "seconds"))
  var checkpointEvery = 60.0

  @Flag(help: "Store the weights in half precision: half the file, scores that differ in the third digit.")
  var half = false

  @Flag(help: "Replace the output, and begin anew.")
  var overwrite = false

  @Flag(name: .shortAndLong, help: "Show errors only.")
  var quiet = false

  func validate() throws {
    if holdOut < 0 || holdOut == 1 && !learn.isNothing {
      throw ValidationError("--hold-out wants 0, or a number of at least 2; 1 with --learn nothing alone")
    }
    if let uprightness, !(0...1000).contains(uprightness) {
      throw ValidationError("--uprightness wants a number from 0 to 1000")
    }
    if architecture != nil, keepClasses || photographs.classes != nil {
      throw ValidationError("--architecture starts from nothing: there are no classes to keep or to name")
    }
    if let epochs, !(1...1_000_000).contains(epochs) {
      throw ValidationError("--epochs wants a number from 1 to 1000000")
    }
    if let batch, !(1...65_536).contains(batch) {
      throw ValidationError("--batch wants a number from 1 to 65536")
    }
    if let rate, !(1e-12...1000).contains(rate) {
      throw ValidationError("--rate wants a number from 1e-12 to 1000")
    }
    if !(checkpointEvery >= 0) { throw ValidationError("--checkpoint-every wants 0 or a number of seconds") }
    if learn.isNothing, architecture != nil || holdOut == 0 {
      throw ValidationError(
        "--learn nothing calibrates a model on what is held out: without --architecture and --hold-out 0")
    }
    if learn.isNothing, photographs.noLabels {
      throw ValidationError("--learn nothing calibrates by labels; --no-labels leaves none")
    }
  }

  func run() throws {
    try reportingErrors { try TrainingRun(self).carryOut() }
  }
}

/// The layers whose maps an attention looks at.
struct Look: ExpressibleByArgument {
  let detail: String
  let semantic: String?

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(names.count), !names.contains("") else { return nil }
    detail = names[0]
    semantic = names.count == 2 ? names[1] : nil
  }
}

/// Which layers a training changes.
enum Learn: ExpressibleByArgument {
  case classifier, attention, both, everything
  /// The model stays as it is but for its calibration.
  case nothing
  case behind(String)

  init?(argument: String) {
    switch argument {
    case "classifier": self = .classifier
    case "attention": self = .attention
    case "both": self = .both
    case "everything": self = .everything
    case "nothing": self = .nothing
    default:
      guard argument.hasPrefix("behind:") else { return nil }
      self = .behind(String(argument.dropFirst("behind:".count)))
    }
  }

  /// Whether it is for its calibration only that a model is written anew.
  var isNothing: Bool {
    if case .nothing = self { true } else { false }
  }

  /// The shares of the learning rate for a network of these layers, an attention only if it has one; nil where there is no such layer.
  /// New layers learn ten times as fast as those that know something already.
  func rates(of layers: [String]) -> LearningRates? {
    func only(_ learning: some Sequence<String>, others: Double = 0) -> LearningRates {
      let fresh = learning.filter { layers.contains($0) }
      return LearningRates(others: others, layers: Dictionary(uniqueKeysWithValues: fresh.map { ($0, 1) }))
    }
    switch self {
    case .nothing: return only([])
    case .classifier: return only(["classifier"])
    case .attention: return only(["attention"])
    case .both: return only(["attention", "classifier"])
    case .everything: return only(["attention", "classifier"], others: 0.1)
    case .behind(let layer):
      guard let index = layers.firstIndex(of: layer) else { return nil }
      let later = layers[(index + 1)...].map { ($0, $0 == "attention" || $0 == "classifier" ? 1 : 0.1) }
      return LearningRates(others: 0, layers: Dictionary(uniqueKeysWithValues: later))
    }
  }
}
