import Geometry
import Imaging
import Manifests
import Networks
import Reports
import StageGraph
import Stages
import SystemPackage
import Tensors

/// Takes one photograph through a pipeline and keeps what every stage decides.
struct Explaining {
  private let spec: PipelineSpec
  private let file: InputFile
  private let models = LoadedModels(library: ModelLibrary())
  private let setup: StageSetup

  /// Stages that find out something of the photograph before it is cut.
  private static let lookers: Set<String> = [
    ReadStage.schema.name, DecodeStage.schema.name, ClassifyStage.schema.name, RecallStage.schema.name,
    FilterStage.schema.name,
  ]

  /// - Parameter pipeline: the file that the pipeline is from; nil for one of the program's own.
  init(_ spec: PipelineSpec, photograph: String, pipeline: String?) {
    self.spec = spec
    let path = FilePath(photograph)
    file = InputFile(
      location: path, path: path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path, isNamed: true)
    let limits = RunLimits(spec.limits)
    setup = StageSetup(
      limits: limits, files: [file], output: ".",
      codecs: limits.isolates ? .apart(CodecProcessCommand.command) : .here,
      model: { [models] request throws(SetupError) in try models.model(request) },
      directory: FilePath(pipeline ?? "").removingLastComponent())
  }

  func explanation() throws(Exit) -> Explanation {
    let crops = spec.stages.filter { $0.use == CropStage.schema.name }
    var explanation = try explanation(of: try trail(to: nil))
    for crop in crops {
      let steps = try trail(to: crop)
      if let explained = explained(crop, steps) { explanation.crops.append(explained) }
    }
    return explanation
  }

  /// What the stages before a crop find, and the crop itself; nil takes all that look before any crop.
  private func trail(to crop: StageSpec?) throws(Exit) -> [StageTrail.Step] {
    let before = crop.map { ancestors(of: $0) } ?? Set(spec.stages.map(\.id))
    var ids = Set(spec.stages.filter { Self.lookers.contains($0.use) && before.contains($0.id) }.map(\.id))
    if let crop { ids.insert(crop.id) }
    let trail: StageTrail
    do throws(SetupError) {
      trail = try StageTrail(spec, through: ids, setup: setup)
    } catch {
      throw Exit(error)
    }
    do throws(StageFailure) {
      return try trail.run(file)
    } catch {
      let isMissing = error.code == ReasonCode.unreadable.rawValue
      throw Exit(
        isMissing ? ExitStatus.noInput : ExitStatus.invalidData,
        "\(file.location): \(error.code): \(error.detail)")
    }
  }

  private func ancestors(of stage: StageSpec) -> Set<String> {
    var found: Set<String> = []
    var waiting = stage.after
    while let next = waiting.popLast() {
      if found.insert(spec.stages[next].id).inserted { waiting += spec.stages[next].after }
    }
    return found
  }

  private func explanation(of steps: [StageTrail.Step]) throws(Exit) -> Explanation {
    guard let last = steps.last?.sample, let picture = last.picture, let header = last.header else {
      throw Exit(
        ExitStatus.invalidData, "the pipeline does not decode the photograph: there is nothing to explain")
    }
    let input = InputRecord(
      bytes: last.fingerprint?.size, sha256: last.sha256, format: header.format.rawValue,
      width: header.upright.width, height: header.upright.height, orientation: header.orientation.rawValue)
    var explanation = Explanation(path: file.location.string, input: input, pixels: picture.pixels)
    explanation.predictions = last.predictions ?? []
    explanation.rectangle = last.attended
    explanation.gates = steps.compactMap(Self.gate)
    if let classify = steps.first(where: { $0.spec.use == ClassifyStage.schema.name && $0.verdict != nil }) {
      try look(picture.pixels, frame: header.upright, as: classify.spec, into: &explanation)
    }
    return explanation
  }

  private static func gate(_ step: StageTrail.Step) -> Explanation.Gate? {
    if step.verdict == nil, let when = step.spec.when {
      return Explanation.Gate(stage: step.spec.id, condition: "'when: \(when.text)' passes it by", passes: true)
    }
    guard step.spec.use == FilterStage.schema.name else { return nil }
    return Explanation.Gate(
      stage: step.spec.id, condition: step.spec.options.text("keep"), passes: step.verdict == .pass)
  }

  /// Lets the network look once more, for the map of its attention, which no sample carries.
  private func look(
    _ pixels: PixelBuffer, frame: PixelSize, as spec: StageSpec, into explanation: inout Explanation
  ) throws(Exit) {
    do {
      let model = try models.model(ClassifyStage.request(spec))
      let canvas = model.card.canvas
      explanation.model = (model.card.name, canvas.size, canvas.fit)
      let rendered = try Canvas.render(pixels, size: canvas.size, fit: canvas.fit)
      let prediction = try model.predict(rendered.rgb.span, in: Workspace())
      explanation.attention = prediction.attentionMap.map { map in
        Explanation.Attention(
          rows: map.rows, columns: map.columns, values: map.values,
          frame: CanvasFrame(photograph: frame, canvas: canvas.size, fit: canvas.fit))
      }
    } catch {
      throw Exit(ExitStatus.configuration, "the network cannot look again: \(error)")
    }
  }

  /// Nil where the crop's condition, or a filter before it, leaves the photograph out.
  private func explained(_ crop: StageSpec, _ steps: [StageTrail.Step]) -> ExplainedCrop? {
    guard let cut = steps.last, cut.spec.id == crop.id, cut.verdict == .pass, let region = cut.sample.region,
      let pixels = cut.sample.picture?.pixels, let frame = cut.sample.header?.upright
    else { return nil }
    let whole = steps.dropLast().last?.sample.picture
    return ExplainedCrop(
      stage: crop.id, options: CropOptions(crop.options), region: region, pixels: pixels, frame: frame,
      rectangle: cut.sample.attended, score: cut.sample.networkScore,
      attention: whole.flatMap { try? CropStage.attention($0, upright: frame) } ?? nil)
  }
}
