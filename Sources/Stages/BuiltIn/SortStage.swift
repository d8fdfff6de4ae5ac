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
      Places the file itself, byte for byte, not the pixels: a sorted crop is a `write` with {label} in its path. A copy keeps the time of \
      the last change.
      """,
    options: [
      OptionSchema(
        "path", .parsed(PathTemplate.format), default: .text("sorted/{label}/{name}"), isDestination: true,
        "where the photograph goes"),
      OptionSchema(
        "mode", .choice(StagedFile.Placement.allCases.map(\.rawValue)), default: .text("copy"),
        "a copy, or a link to the original"),
    ],
    needs: ["file"])

  package let phases: [Phase] = [.output]

  private let id: String
  private let mode: StagedFile.Placement
  private let names: OutputNames
  private let directory: FilePath

  package init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError) {
    guard let output = setup.output else {
      throw .noOutput("'\(spec.id)' places files: say where with --output DIR")
    }
    guard let template = try? PathTemplate(spec.options.text("path")),
      let mode = StagedFile.Placement(rawValue: spec.options.text("mode"))
    else { preconditionFailure("the options were checked when the pipeline was read") }
    id = spec.id
    directory = output
    self.mode = mode
    names = OutputNames(template, outputExtension: nil, files: setup.files)
  }

  package func output(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) {
    guard let fingerprint = sample.fingerprint, let header = sample.header else {
      preconditionFailure("sort runs behind read")
    }
    guard FileFingerprint(sample.file.location) == fingerprint else { throw StageFailure(ImagingError.changed) }
    do throws(FileError) {
      let path = names.path(for: sample.file, fields: sample.templateFields)
      let original = mode == .symlink ? sample.file.location.absolute : sample.file.location
      let file = try StagedFile(placing: original, by: mode, for: directory.appending(path))
      let record = OutputRecord(
        stage: id, file: RecordPath(path), width: header.upright.width, height: header.upright.height,
        bytes: fingerprint.size, sha256: sample.sha256 ?? "")
      sample.outputs.append(PlannedOutput(file: file, record: record))
    } catch {
      throw StageFailure(error)
    }
  }
}
