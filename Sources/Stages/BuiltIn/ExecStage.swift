package import Geometry
import Imaging
import Manifests
package import StageGraph
import SystemPackage

/// Hands photographs to a program of the user's own.
package struct ExecStage: PhotographStage {
  package static let schema = StageSchema(
    name: "exec", summary: "asks a program of your own",
    discussion: """
      Starts the program as often as the stage has workers, and hands it one line of JSON for each photograph; it answers with one line that \
      may let the photograph pass or not, and may bring notes for its record, predictions, a rectangle or new pixels. The program works in the \
      directory of the pipeline file. `docs/exec.md` says what is asked and answered.
      """,
    options: [
      OptionSchema(
        "command", .command, default: nil,
        "the program, found in PATH or with a slash from the pipeline file's directory, and its arguments"),
      OptionSchema(
        "pixels", .choice(ExecOptions.Pixels.allCases.map(\.rawValue)), default: .text("none"),
        "whether the program gets the pixels at hand, in a file of this form"),
      OptionSchema(
        "adds", .choices(ExecAnswer.Addition.allCases.map(\.rawValue)), default: OptionValue.none,
        "what answers bring for later stages"),
      OptionSchema(
        "largest", .integer(1...4_000_000_000), default: OptionValue.none,
        "the most pixels of a picture that an answer brings (default: as many as the photograph has)"),
      OptionSchema(
        "timeout", .number(0.001...86_400), default: .number(30), "seconds in which a photograph is answered"),
      OptionSchema(
        "startup", .number(0...86_400), default: .number(60),
        "seconds more for the first answer of a program that was started"),
      OptionSchema(
        "restarts", .integer(0...1000), default: .integer(5),
        "how often in a row the program may die, hang or talk nonsense before the run ends"),
    ],
    needs: ["file", "pixels"],
    adds: ["predictions", "label", "score", "rectangle", "coverage", "pixels"], branchLocal: ["pixels"],
    filters: true, facts: ExecOptions.facts)

  private let id: String
  private let options: ExecOptions
  private let limits: RunLimits
  private let codecs: Codecs
  private let pool: ExecPool

  package init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError) {
    id = spec.id
    options = ExecOptions(spec.options)
    limits = setup.limits
    codecs = setup.codecs
    let search = ProgramSearch(from: setup.directory)
    let program: FilePath
    do throws(ProgramSearch.Missing) {
      program = try search.find(options.command[0])
    } catch {
      throw .configuration("'\(spec.id)': \(error.sentence)")
    }
    pool = ExecPool(
      stage: spec.id, options, program: program, in: search.directory,
      ProgramMessages(stage: spec.id, say: setup.say))
  }

  package var phases: [Phase] { options.pixels == .png ? [.prepare, .input, .compute] : [.input, .compute] }

  /// Full scale: what a program makes of the pixels is its own business.
  package func coarsestShrink(for upright: PixelSize) -> Int? { options.pixels == .none ? nil : 1 }

  package var replacesPixels: Bool { options.adds.contains(.pixels) }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    let handed = options.pixels == .png ? sample.header?.upright.area ?? 0 : 0
    guard options.adds.contains(.pixels) else { return MemoryCost(working: handed) }
    let pixels = 3 * most(sample)
    return MemoryCost(
      kept: pixels, working: handed + 2 * pixels + codecs.extraBytes(fileBytes: pixels, pixelBytes: pixels))
  }

  /// Pixels that may come back.
  private func most(_ sample: Sample) -> Int {
    min(options.largest ?? sample.header?.upright.area ?? 0, limits.image.pixels)
  }

  package func prepare(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) {
    guard let picture = sample.picture else { preconditionFailure("pixels are handed out behind decode") }
    do throws(ImagingError) {
      sample.exchange = Exchange(png: try Encoder.encode(picture.pixels, EncodeOptions(format: .png)))
    } catch {
      throw StageFailure(error)
    }
  }

  package func input(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) {
    let asked = sample
    let most = most(sample)
    sample.exchange = try pool.ask(asked) { folder throws(StageFailure) in
      try hand(asked, to: folder)
    } use: { answer, folder throws(StageFailure) in
      var exchange = Exchange(answer: answer)
      if let name = answer.pixels {
        let path = folder.path.pushing(FilePath(name))
        exchange.picture = try believing { () throws(ReturnedPicture.Problem) in
          try ReturnedPicture(path, most: most, limits: limits, codecs: codecs)
        }
      }
      return exchange
    }
  }

  /// Puts the pixels at hand where the program finds them.
  private func hand(_ sample: Sample, to folder: ScratchFolder) throws(StageFailure) -> ExecRequest.Pixels? {
    guard options.pixels != .none, let pixels = sample.picture?.pixels else { return nil }
    let file = folder.path.appending("pixels.\(options.pixels.rawValue)")
    do throws(FileError) {
      if let png = sample.exchange?.png {
        var written = try AtomicFile(destination: file)
        try written.write(png)
        try written.commit()
      } else {
        try PortablePixmap.write(pixels, to: file)
      }
    } catch {
      throw StageFailure(error)
    }
    return ExecRequest.Pixels(file: file, size: pixels.size)
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let exchange = sample.exchange, let answer = exchange.answer, let header = sample.header else {
      preconditionFailure("compute follows input")
    }
    sample.exchange = nil
    if let notes = answer.notes { sample.notes.append(StageNotes(stage: id, object: notes)) }
    if let text = answer.error { throw StageFailure(.program, "the program of '\(id)' says: \(text)") }
    guard answer.passes else { return .drop(reason: ReasonCode.filtered.rawValue) }
    if let predictions = answer.predictions {
      // A label that a person gave goes before these too.
      sample.see(predictions.map(\.asWritten)) { label in predictions.first { $0.label == label }?.index }
    }
    if let rectangle = answer.rectangle {
      sample.attended = LocatedRectangle(rectangle, in: header.upright).asWritten
    }
    if let picture = exchange.picture {
      let background = sample.picture?.background ?? .white
      let pixels = try believing { () throws(ReturnedPicture.Problem) in
        try picture.decoded(codecs, background: background, seconds: limits.timeout)
      }
      sample.picture = Picture(pixels, showing: sample.picture?.part, background: background, isAltered: true)
    }
    return .pass
  }

  package func end() { pool.end() }

  /// What is wrong with a picture that came back is the program's fault, and not the photograph's.
  private func believing<Value>(
    _ body: () throws(ReturnedPicture.Problem) -> Value
  ) throws(StageFailure) -> Value {
    do throws(ReturnedPicture.Problem) {
      return try body()
    } catch {
      throw StageFailure(.program, "the picture that '\(id)' gave back: \(error.sentence)")
    }
  }
}
