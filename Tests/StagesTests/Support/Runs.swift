import Foundation
import Geometry
import Imaging
import Manifests
import Networks
import StageGraph
import Stages
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The model that ships with the program, loaded once.
enum TestModel {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/viewfinder/Resources/models/lite0-rectangle.safetensors").path

  private static let loaded = Result { try Model.load(path) }

  static func load(canvas: PixelSize? = nil) throws(SetupError) -> Model {
    do {
      return try canvas == nil ? loaded.get() : Model.load(path, canvas: canvas)
    } catch {
      throw .configuration("\(error)")
    }
  }
}

/// A stage of a pipeline, with its options as a file would give them.
func stage(
  _ use: String, id: String? = nil, after: [Int], _ given: [String: OptionValue] = [:], when: Condition? = nil,
  onError: StageSpec.ErrorPolicy = .record
) -> StageSpec {
  let schema = StageCatalog.schemas.first { $0.name == use }!
  return StageSpec(
    id: id ?? use, use: use, options: Options(schema.options, given: given), after: after, when: when,
    onError: onError)
}

/// `read`, `decode` and what follows them one after another.
func chain(_ stages: (use: String, given: [String: OptionValue])...) -> [StageSpec] {
  var specs = [stage("read", after: []), stage("decode", after: [0])]
  for (use, given) in stages { specs.append(stage(use, after: [specs.count - 1], given)) }
  return specs
}

func setup(
  _ files: FileTable = [], output: FilePath? = "out", limits: [String: OptionValue] = [:]
) -> StageSetup {
  StageSetup(limits: RunLimits(Options(RunLimits.schema, given: limits)), files: files, output: output) {
    request throws(SetupError) in try TestModel.load(canvas: request.canvas)
  }
}

func graph(_ stages: [StageSpec], _ setup: StageSetup, jobs: Int = 1) throws(SetupError) -> Graph<Sample> {
  let spec = PipelineSpec(limits: Options(RunLimits.schema), stages: stages)
  return try PipelineBuilder.graph(for: spec, setup: setup, jobs: jobs)
}

/// A sample as it is when `read` has passed.
func sample(_ bytes: [UInt8], named name: FilePath = "p.jpg") throws -> Sample {
  var sample = Sample(file: InputFile(location: name, path: name, isNamed: true))
  sample.bytes = try ImageBytes(bytes)
  sample.header = try HeaderReader.read(ImageBytes(bytes))
  return sample
}

/// Carries out the computing phase of the stages of a chain behind `read`, and hands over the sample after each.
func walk(_ stages: [StageSpec], on start: Sample, setup: StageSetup = setup()) throws -> [Sample] {
  var sample = start
  return try graph(stages, setup).nodes.dropFirst().map { node in
    _ = try node.stage.compute(&sample, StageContext(stage: node.id))
    return sample
  }
}

extension TemporaryDirectory {
  /// Writes a file, and the directories above it.
  @discardableResult
  func put(_ bytes: some Sequence<UInt8>, at name: String) throws -> String {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(Array(bytes)).write(to: url)
    return url.path
  }

  /// Writes a file whose name may be any bytes.
  func put(_ bytes: [UInt8], atBytes name: [UInt8]) throws {
    let path = FilePath(path).pushing(filePath(name))
    let descriptor = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
  }

  /// All regular files below a directory, by their paths below it.
  func files(below name: String) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    let root = file(name)
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
      let type =
        try FileManager.default.attributesOfItem(atPath: root + "/" + path)[.type] as? FileAttributeType
      if type == .typeRegular {
        found[path] = try Array(Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
      }
    }
    return found
  }
}

func filePath(_ bytes: [UInt8]) -> FilePath {
  (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
    FilePath(platformString: $0.baseAddress!)
  }
}

/// Records in memory.
final class RecordList: RecordOutput {
  private let records = Mutex<[Record]>([])
  private let failing: Bool

  init(failing: Bool = false) { self.failing = failing }

  var all: [Record] { records.withLock { $0 } }

  func append(_ new: [Record]) throws(ManifestError) {
    if failing { throw .file(FileError(.write, "manifest.jsonl", .ioError)) }
    records.withLock { $0 += new }
  }

  func close() {}
}
