package import Geometry
package import Imaging
package import Manifests
package import Networks
package import StageGraph
package import SystemPackage

/// A stage that works on photographs: one file in `BuiltIn`, and one line in ``StageCatalog``.
package protocol PhotographStage: Stage where Item == Sample {
  /// Its name, what it needs and adds, and its options. Everything that is said about the stage anywhere comes from here.
  static var schema: StageSchema { get }

  /// Makes the stage for one place in one pipeline.
  init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError)

  /// How many items it may have in hand at once where the pipeline does not say.
  static func defaultWorkers(jobs: Int) -> Int

  /// Facts without which it is of no use with these options, in this run: by default what its schema needs. What the schema says is
  /// checked when the pipeline is read; this once the models are there.
  static func needs(_ options: Options) -> Set<String>

  /// Facts that its schema adds but this stage cannot, because its model does not find them.
  var withheld: Set<String> { get }

  /// The smallest scale of the photograph that still serves this stage: 1, 2, 4 or 8 for full to an eighth of each side.
  /// Nil where it does not look at pixels.
  func coarsestShrink(for upright: PixelSize) -> Int?

  /// True where later stages see other pixels than this one did.
  var replacesPixels: Bool { get }

  /// Where the stage would put a photograph, with what is not known yet in braces; nil for a stage that writes nothing.
  func plannedPath(for file: InputFile) -> String?
}

extension PhotographStage {
  package static func defaultWorkers(jobs: Int) -> Int { jobs }
  package static func needs(_ options: Options) -> Set<String> { schema.needs }
  package var withheld: Set<String> { [] }
  package func coarsestShrink(for upright: PixelSize) -> Int? { nil }
  package var replacesPixels: Bool { false }
  package func plannedPath(for file: InputFile) -> String? { nil }
}

/// What stages are made from, besides their options.
package struct StageSetup: Sendable {
  package let limits: RunLimits
  /// The frozen list of the run's files.
  package let files: FileTable
  /// Where outputs go; nil where a run writes none.
  package let output: FilePath?
  /// What outputs are called until they get their names.
  package let temporaries: TemporaryNames
  /// What decodes.
  package let codecs: Codecs
  /// Finds and loads a model.
  package let model: @Sendable (ModelRequest) throws(SetupError) -> Model
  /// Reads the manifest of an earlier run.
  package let earlier: @Sendable (FilePath) throws(SetupError) -> EarlierRun
  /// Where the pipeline file is: what it says of programs is relative to that.
  package let directory: FilePath
  /// Takes what stages have to say to people, from any thread.
  package let say: @Sendable (String) -> Void
  /// The smallest scale that serves every stage that sees the pixels of the stage that is being made.
  package internal(set) var servingShrink: @Sendable (PixelSize) -> Int = { _ in 1 }

  package init(
    limits: RunLimits, files: FileTable, output: FilePath?, temporaries: TemporaryNames = .plain,
    codecs: Codecs = .here,
    model: @escaping @Sendable (ModelRequest) throws(SetupError) -> Model,
    earlier: @escaping @Sendable (FilePath) throws(SetupError) -> EarlierRun = EarlierRun.read,
    directory: FilePath = ".", say: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.limits = limits
    self.files = files
    self.output = output
    self.temporaries = temporaries
    self.codecs = codecs
    self.earlier = earlier
    self.model = model
    self.directory = directory
    self.say = say
  }
}

/// The model that a stage asks for.
package struct ModelRequest: Hashable, Sendable {
  /// A name or a file.
  package let name: String
  /// What the network is to look at, in pixels; nil for what the model's card says.
  package let canvas: PixelSize?
}

/// Why a pipeline that reads well cannot run here. One sentence that says what to do.
package enum SetupError: Error, Hashable, Sendable {
  /// A model or another thing of the installation is missing or unusable.
  case configuration(String)
  /// The run would write, and nobody said where.
  case noOutput(String)
  /// The manifest of an earlier run cannot be read.
  case manifest(ManifestError)
}
