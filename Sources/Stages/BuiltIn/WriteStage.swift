package import Geometry
import Imaging
import Manifests
package import StageGraph
import SystemPackage

/// Encodes the pixels at hand into a file below the output directory.
package struct WriteStage: PhotographStage {
  package static let schema = StageSchema(
    name: "write", summary: "encodes the pixels into a file",
    discussion: """
      The file appears whole or not at all: it stands under a temporary name until the photograph's record is written. Two photographs \
      whose names would meet both get the first digits of their path's hash. The file is in sRGB and upright; of the photograph's metadata \
      the names of its author and owner stay with it unless `metadata` says otherwise. `keep` takes over all that the new pixels have not made \
      untrue, but no thumbnail, no colour profile, no notes of the camera's maker, and no coordinates unless `gps` is true.
      """,
    options: [
      OptionSchema(
        "path", .parsed(PathTemplate.pictureFormat), default: nil, isDestination: true, "where the file goes"),
      OptionSchema(
        "format", .choice(["auto"] + Encoder.formats.map(\.rawValue)), default: .text("auto"),
        "auto takes the path's extension, and JPEG where that says nothing"),
      OptionSchema("quality", .integer(1...100), default: .integer(88), "of JPEG and WebP"),
      OptionSchema(
        "metadata", .choice(["keep", "copyright", "strip"]), default: .text("copyright"),
        "what is taken over from the photograph (EXIF, XMP, IPTC)"),
      OptionSchema(
        "gps", .boolean, default: .boolean(false), "also say where it was taken; only with metadata: keep"),
      OptionSchema(
        "modified", .boolean, default: .boolean(true), "give the file the photograph's time of last change"),
    ],
    needs: ["pixels"],
    conflict: { options in
      options.boolean("gps") && options.text("metadata") != "keep"
        ? "has 'gps', which needs 'metadata: keep', and here it is '\(options.text("metadata"))'" : nil
    })

  package let phases: [Phase] = [.compute, .output]

  private let id: String
  private let encoding: EncodeOptions
  private let metadata: MetadataPolicy
  private let codecs: Codecs
  private let timeout: Double
  private let keepsTime: Bool
  private let names: OutputNames
  private let directory: FilePath
  private let temporaries: TemporaryNames

  package init(_ spec: StageSpec, _ setup: StageSetup) throws(SetupError) {
    guard let output = setup.output else {
      throw .noOutput("'\(spec.id)' writes files: say where with --output DIR")
    }
    guard let template = try? PathTemplate(spec.options.text("path")) else {
      preconditionFailure("the template was checked when the pipeline was read")
    }
    id = spec.id
    directory = output
    temporaries = setup.temporaries
    let named = template.literalExtension.flatMap(ImageFormat.init(fileExtension:))
    let format = ImageFormat(rawValue: spec.options.text("format")) ?? named ?? .jpeg
    encoding = EncodeOptions(format: format, quality: spec.options.integer("quality"))
    keepsTime = spec.options.boolean("modified")
    metadata = Self.policy(spec.options)
    codecs = setup.codecs
    timeout = setup.limits.timeout
    names = OutputNames(template, outputExtension: format.fileExtension, files: setup.files)
  }

  private static func policy(_ options: Options) -> MetadataPolicy {
    switch options.text("metadata") {
    case "keep": .keep(position: options.boolean("gps"))
    case "copyright": .copyright
    default: .strip
    }
  }

  package func coarsestShrink(for upright: PixelSize) -> Int? { 1 }

  package func plannedPath(for file: InputFile) -> String? { names.plannedPath(for: file) }

  package func memoryCost(for sample: Sample) -> MemoryCost {
    // An encoded photograph is rarely more than a byte a pixel, and gone once it is in its file.
    MemoryCost(working: sample.header.map { $0.upright.area } ?? 0)
  }

  package func compute(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) -> Verdict {
    guard let pixels = sample.picture?.pixels else { preconditionFailure("write runs behind decode") }
    let encoded: [UInt8]
    do throws(ImagingError) {
      encoded = try Encoder.encode(pixels, encoding, metadata: metadata(for: pixels, of: sample))
    } catch {
      throw StageFailure(error)
    }
    let record = OutputRecord(
      stage: id, file: RecordPath(names.path(for: sample.file, fields: sample.templateFields)),
      width: pixels.size.width, height: pixels.size.height, bytes: encoded.count,
      sha256: Hashing.sha256(encoded),
      crop: sample.region)
    sample.encoded = EncodedPicture(bytes: encoded, record: record)
    return .pass
  }

  package func output(_ sample: inout Sample, _ context: StageContext) throws(StageFailure) {
    guard let encoded = sample.encoded else { preconditionFailure("output follows compute") }
    sample.encoded = nil
    do throws(FileError) {
      let file = try StagedFile(
        writing: encoded.bytes, for: directory.appending(encoded.record.path), names: temporaries)
      if keepsTime, let fingerprint = sample.fingerprint { try setTime(of: file, fingerprint) }
      sample.outputs.append(PlannedOutput(file: file, record: encoded.record))
    } catch {
      throw StageFailure(error)
    }
  }

  private func metadata(for pixels: PixelBuffer, of sample: Sample) -> EmbeddedMetadata? {
    guard let bytes = sample.bytes, let header = sample.header else { return nil }
    return codecs.metadata(
      of: bytes, format: header.format, policy: metadata, size: pixels.size, seconds: timeout)
  }

  private func setTime(of file: StagedFile, _ fingerprint: FileFingerprint) throws(FileError) {
    do throws(FileError) {
      try file.setModified(fingerprint.modified, nanoseconds: fingerprint.nanoseconds)
    } catch {
      file.discard()
      throw error
    }
  }
}
