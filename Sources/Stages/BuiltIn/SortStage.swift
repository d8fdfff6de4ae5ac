import Geometry
import Imaging
import Manifests
package import StageGraph
import SystemPackage

/// Files the original photograph under a name made from what is known of it.
package struct SortStage: PhotographStage {
  package static let schema = StageSchema(
    name: "sort", summary: "files the original under its label",
    discussion: """
      Places the file itself, byte for byte, not the pixels: a sorted crop is a `write` with {label} in its path. Files that belong to the \
      photograph (.xmp, .aae, .mov, .thm, .wav, .pp3, .dop) come along under its new name. A move takes the original away only after \
      its record is safe on the disk; `viewfinder undo` puts it back. A member of a tar archive can only be copied.
      """,
    options: [
      OptionSchema(
        "path", .parsed(PathTemplate.format), default: .text("sorted/{label}/{name}"), isDestination: true,
        "where the photograph goes"),
      OptionSchema(
        "mode", .choice(Placement.allCases.map(\.rawValue)), default: .text("copy"),
        "copy the original, link to it, or move it"),
      OptionSchema(
        "min_score", .fraction(0...1), default: .number(0),
        "below this score of the best label the photograph goes to `unsure`"),
      OptionSchema(
        "unsure", .parsed(PathTemplate.format), default: .text("sorted/unsure/{name}"),
        "where photographs go whose label is not sure enough"),
      OptionSchema(
        "sidecars", .boolean, default: .boolean(true), "take the files along that belong to the photograph"),
    ],
    needs: ["file"])

  package let phases: [Phase] = [.output]

  private let id: String
  private let placement: Placement
  private let names: OutputNames
  private let unsureNames: OutputNames
  /// Names without an extension, to know where sidecars of different photographs would meet.
  private let stemNames: OutputNames
  private let unsureStemNames: OutputNames
  private let minimumScore: Double
  private let sidecars: Sidecars?
  private let directory: FilePath
  private let temporaries: TemporaryNames

  package init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError) {
    guard let output = setup.output else {
      throw .noOutput("'\(spec.id)' places files: say where with --output DIR")
    }
    guard let template = try? PathTemplate(spec.options.text("path")),
      let unsure = try? PathTemplate(spec.options.text("unsure")),
      let placement = Placement(rawValue: spec.options.text("mode"))
    else { preconditionFailure("the options were checked when the pipeline was read") }
    id = spec.id
    directory = output
    temporaries = setup.temporaries
    self.placement = placement
    names = OutputNames(template, outputExtension: nil, files: setup.files)
    minimumScore = spec.options.number("min_score")
    // Names that nothing can get are not made.
    let isEverUnsure = minimumScore > 0
    unsureNames = isEverUnsure ? OutputNames(unsure, outputExtension: nil, files: setup.files) : names
    let sidecars = spec.options.boolean("sidecars") ? Sidecars(setup.files) : nil
    self.sidecars = sidecars
    let owners = sidecars?.ownersOfStems(in: setup.files) ?? []
    stemNames = OutputNames(template, outputExtension: "", files: owners)
    unsureStemNames = isEverUnsure ? OutputNames(unsure, outputExtension: "", files: owners) : stemNames
  }

  package func plannedPath(for file: InputFile) -> String? { names.plannedPath(for: file) }

  package func output(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) {
    guard let fingerprint = sample.fingerprint, let header = sample.header else {
      preconditionFailure("sort runs behind read")
    }
    do throws(ImagingError) {
      guard try sample.file.place.fingerprint() == fingerprint else { throw .changed }
    } catch {
      throw StageFailure(error)
    }
    let isSure = minimumScore == 0 || (sample.predictions?.first?.score ?? 0) >= minimumScore
    let names = isSure ? names : unsureNames
    let path = names.path(for: sample.file, fields: sample.templateFields)
    let stemsMeet = (isSure ? stemNames : unsureStemNames).isShared(sample.file) && !names.isShared(sample.file)
    var staged: [StagedFile] = []
    do throws(FileError) {
      let leaving = placement == .move ? [LeavingFile(sample.file.location)] : []
      let file = try place(sample.file, at: path)
      staged.append(file)
      var record = OutputRecord(
        stage: id, file: RecordPath(path), width: header.upright.width, height: header.upright.height,
        bytes: fingerprint.size, sha256: sample.sha256 ?? "", placed: placement)
      var planned = PlannedOutput(file: file, record: record)
      planned.leaving = leaving
      let companions = sidecars?.files(of: sample.file) ?? []
      for sidecar in companions {
        let place = Self.place(
          of: sidecar, among: companions, beside: path, original: sample.file, whole: stemsMeet)
        if placement == .move { planned.leaving.append(LeavingFile(sidecar.location)) }
        let companion = try self.place(sidecar, at: place)
        staged.append(companion)
        planned.companions.append(companion)
        record.sidecars.append(
          SidecarRecord(from: RecordPath(bytes: sidecar.pathBytes), file: RecordPath(place)))
      }
      planned.record = record
      sample.outputs.append(planned)
    } catch {
      for file in staged { file.discard() }
      throw StageFailure(error)
    }
  }

  /// - Throws: `EINVAL` for a member of an archive that is to be anything but copied; a run is refused before it comes to that.
  private func place(_ file: InputFile, at path: String) throws(FileError) -> StagedFile {
    let destination = directory.appending(path)
    if placement == .copy { return try file.place.copied(for: destination, names: temporaries) }
    guard file.member == nil else { throw FileError(.link, destination, .invalidArgument) }
    return try StagedFile(placing: file.location, by: placement, for: destination, names: temporaries)
  }

  /// Why a pipeline cannot file these photographs; nil where it can.
  package static func problem(_ spec: StageSpec, with files: FileTable) -> String? {
    guard spec.use == schema.name, spec.options.text("mode") != Placement.copy.rawValue, files.hasMembers,
      let member = files.first(where: { $0.member != nil })
    else { return nil }
    let mode = spec.options.text("mode")
    return
      "'\(spec.id)' cannot \(mode) photographs that are in an archive, as in \(member.location): use mode 'copy', or unpack it first"
  }

  /// `IMG_1.JPG.xmp` beside `a/cat-1.JPG` becomes `a/cat-1.JPG.xmp`, and `IMG_1.xmp` becomes `a/cat-1.xmp`.
  ///
  /// - Parameters:
  ///   - companions: all sidecars of the photograph, which may have one in both forms.
  ///   - whole: the first form for both, where the second could be that of another photograph.
  private static func place(
    of sidecar: InputFile, among companions: [InputFile], beside path: String, original: InputFile, whole: Bool
  ) -> String {
    let ending = sidecar.path.extension.map { "." + SafeName.stem($0) } ?? ""
    let name = (original.member == nil ? original.location : original.path).lastComponent?.string
    if sidecar.path.stem == name { return path + ending }
    let placed = FilePath(path)
    func beside(_ stem: String) -> String {
      placed.removingLastComponent().appending(stem + ending).string
    }
    guard whole else { return beside(placed.stem ?? "") }
    let isTaken = companions.contains { $0.path.stem == name && $0.path.extension == sidecar.path.extension }
    return isTaken ? beside("\(placed.stem ?? "")-\(Hashing.hash8(sidecar.pathBytes))") : path + ending
  }
}
