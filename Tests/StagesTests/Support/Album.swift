import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport

/// A directory `in` of small photographs, and runs over it into `out`, as the command line makes them.
struct Album {
  let directory: TemporaryDirectory

  var output: FilePath { FilePath(directory.file("out")) }
  var manifest: FilePath { Manifest.path(in: output) }

  /// An album in a directory that goes when `body` ends.
  static func use(_ body: (Album) throws -> Void) throws {
    try TemporaryDirectory.use { try body(Album(directory: $0)) }
  }

  /// Adds photographs, each of other bytes.
  func add(_ names: String...) throws {
    for name in names { try directory.put(photograph(name), at: "in/" + name) }
  }

  /// The bytes of the photograph of this name.
  func photograph(_ name: String) throws -> [UInt8] {
    try file(waves(40, 30)) + Array(name.utf8)
  }

  func list(_ inputs: [String] = ["in"]) throws -> InputList {
    var request = InputRequest()
    request.inputs = inputs.map { FilePath(directory.file($0)) }
    return try InputList(request)
  }

  /// Runs from the beginning, or goes on with what the manifest says.
  @discardableResult
  func run(
    _ stages: [StageSpec], from inputs: [String] = ["in"], resuming plan: ResumePlan? = nil,
    quarantine: FilePath? = nil
  ) throws -> [String: Record] {
    let runDirectory = RunDirectory(output)
    let lock = try runDirectory.lock()
    defer { withExtendedLifetime(lock) {} }
    let list: InputList
    if plan != nil, let earlier = runDirectory.earlier() {
      list = earlier.list
    } else {
      list = try self.list(inputs)
      try runDirectory.begin(Album.state(list), list)
    }
    let setup = setup(list.files, output: output)
    let spec = PipelineSpec(limits: Options(RunLimits.schema), stages: stages)
    let writer = try RecordWriter(path: manifest, existing: plan == nil ? .refuse : .resume)
    let run = try PipelineRun(
      graph(stages, setup), on: list, limits: setup.limits, jobs: 1, records: ManifestOutput(writer),
      continuing: plan ?? ResumePlan(), replacesOutputs: plan != nil,
      quarantine: Quarantine(spec, requested: quarantine, output: output))
    _ = try run.run()
    return try records()
  }

  static func state(_ list: InputList) -> RunDirectory.State {
    RunDirectory.State(pipeline: "p", models: [:], inputs: list.roots.map(\.string))
  }

  /// What of the run in `out` stays.
  func plan(retrying: Set<ReasonCode> = [], jobs: Int = 2) throws -> ResumePlan {
    try ResumePlan(
      manifest: manifest, format: .lines, list: RunDirectory(output).earlier()!.list, output: output,
      retrying: retrying, jobs: jobs)
  }

  /// The manifest's records by path.
  func records() throws -> [String: Record] {
    Dictionary(uniqueKeysWithValues: try Manifest.read(manifest).records.map { ($0.path, $0) })
  }

  func exists(_ name: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: directory.file(name))) != nil
  }

  func contents(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: directory.file(name))))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: directory.file(name)) }

  func link(_ name: String, to other: String) throws {
    try FileManager.default.linkItem(atPath: directory.file(name), toPath: directory.file(other))
  }

  /// Entries of the output directory that are no directories, without the run's own.
  func outputs() throws -> [String] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: output.string)
    return all.filter { path in
      !path.hasPrefix(".viewfinder") && !path.hasPrefix("manifest") && !isDirectory("out/" + path)
    }.sorted()
  }

  func isDirectory(_ name: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: directory.file(name))
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }
}

/// `read`, then `sort` with these options.
func sorting(_ mode: String, _ path: String = "sorted/{reldir}/{name}", _ more: [String: OptionValue] = [:])
  -> [StageSpec]
{
  let given: [String: OptionValue] = ["mode": .text(mode), "path": .text(path)]
  return [stage("read", after: []), stage("sort", after: [0], given.merging(more) { $1 })]
}
