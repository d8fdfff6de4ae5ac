import Foundation
import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport

/// One stage on its own, without a graph around it.
enum SingleStage {
  /// Makes a stage with some of its options given.
  static func make<Kind: PhotographStage>(
    _ kind: Kind.Type, _ given: [String: OptionValue] = [:], output: String? = nil, files: FileTable = []
  ) throws -> Kind {
    let options = Options(Kind.schema.options, given: given)
    let limits = RunLimits(Options(RunLimits.schema))
    let setup = StageSetup(limits: limits, files: files, output: output.map { FilePath($0) }) {
      (request) throws(SetupError) in throw .configuration("no model \(request.name) in this test")
    }
    return try Kind(StageSpec(id: "it", use: Kind.schema.name, options: options, after: []), setup)
  }

  /// A photograph that was read and decoded at full scale.
  static func sample(_ content: [UInt8], name: String = "p.jpg", in directory: TemporaryDirectory) throws
    -> Sample
  {
    let path = directory.file(name)
    try Data(content).write(to: URL(fileURLWithPath: path))
    var sample = Sample(file: InputFile(location: FilePath(path), path: FilePath(name), isNamed: true))
    let bytes = try ImageBytes(content)
    let header = try HeaderReader.read(bytes)
    sample.fingerprint = FileFingerprint(sample.file.location)
    sample.bytes = bytes
    sample.header = header
    sample.picture = Picture(try Decoder.decode(bytes, header: header), size: header.upright)
    return sample
  }

  /// A picture of one colour.
  static func plain(_ width: Int, _ height: Int, _ level: UInt8 = 100) throws -> PixelBuffer {
    try PixelBuffer(
      size: PixelSize(width: width, height: height), rgb: [UInt8](repeating: level, count: 3 * width * height))
  }

  static let context = StageContext(stage: "it")
}
