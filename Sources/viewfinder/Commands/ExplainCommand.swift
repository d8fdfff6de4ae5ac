import ArgumentParser
import Imaging
import Manifests
import Reports
import StageGraph
import Stages
import SystemPackage

struct ExplainCommand: ParsableCommand {
  static let shortcut = Shortcut(
    name: "explain",
    stages: [("read", ""), ("decode", ""), ("classify", ""), ("crop", "min_score: 2%")])

  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say how one photograph is decided on, step by step.",
    discussion: """
      Prints what was decoded, what the network saw and where it looked, whether that was of use, how the crop grew from it, and what the \
      other sources would have given. With --output the same as a picture: the photograph with the rectangle, the attention over it, the \
      windows that were thought of, and the crop. Nothing else is written.

      Without --pipeline it explains what `viewfinder crop` would do:

      \(shortcut.help)
      """)

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The photograph, and the options above.", valueName: "image"), completion: .file())
  var rest: [String] = []

  @Option(
    help: ArgumentHelp("Explain what this pipeline does with the photograph.", valueName: "file"),
    completion: .file(),
    transform: PipelineLibrary.file(of:))
  var pipeline: String?

  @OptionGroup var changes: PipelineOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the picture of it: a .png, .jpg or .webp.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace the picture that is there.")
  var overwrite = false

  func run() throws {
    try reportingErrors {
      let (flags, inputs) = try Self.shortcut.parse(rest)
      guard inputs.count == 1 else { throw Exit(ExitStatus.usage, "name one photograph to explain") }
      let format = try pictureFormat()
      let spec = try spec(flags)
      let explained = try Explaining(spec, photograph: inputs[0], pipeline: pipeline).explanation()
      print(explained.text, terminator: "")
      if let output, let format { try write(explained, to: FilePath(output), as: format) }
    }
  }

  /// - Parameter flags: options of the shortcut's stages.
  private func spec(_ flags: [String]) throws(Exit) -> PipelineSpec {
    guard let pipeline else {
      guard changes.set.isEmpty else { throw Exit(ExitStatus.usage, "--set goes with --pipeline") }
      return try PipelineLoading.read(
        Self.shortcut.pipeline, name: Self.shortcut.name, changes: flags + changes.reading.changes,
        model: changes.reading.model)
    }
    guard flags.isEmpty else {
      throw Exit(ExitStatus.usage, "with --pipeline give options of its stages as --set STAGE.OPTION=VALUE")
    }
    return try changes.read(pipeline)
  }

  /// Nil where no picture is asked for.
  private func pictureFormat() throws(Exit) -> ImageFormat? {
    guard let output else { return nil }
    let path = FilePath(output)
    guard let format = path.extension.flatMap(ImageFormat.init(fileExtension:)),
      Encoder.formats.contains(format)
    else { throw Exit(ExitStatus.usage, "--output wants the name of a .png, .jpg, .webp or .tif file") }
    guard overwrite || FileFingerprint(path) == nil else {
      throw Exit(ExitStatus.cannotCreate, "\(output) is there already; give --overwrite to replace it")
    }
    return format
  }

  private func write(_ explanation: Explanation, to path: FilePath, as format: ImageFormat) throws(Exit) {
    let bytes: [UInt8]
    do throws(ImagingError) {
      bytes = try Encoder.encode(try explanation.picture(), EncodeOptions(format: format, quality: 90))
    } catch {
      throw Exit(ExitStatus.inputOutput, "the picture cannot be made: \(error.detail)")
    }
    do throws(FileError) {
      try AtomicFile.write(bytes, to: path)
    } catch {
      throw Exit(error)
    }
  }
}
