import Foundation
import Geometry
import Imaging
import Manifests
import StageGraph
import Stages
import Synchronization
import SystemPackage
import TestSupport

/// Programs of an `exec` stage, played by a shell.
enum Programs {
  /// Runs a script.
  static func script(_ text: String) -> [String] { ["/bin/sh", "-c", text] }

  /// Answers every request with its id and these members.
  ///
  /// - Parameter first: what is done for each before; the request is `$line`, the folder `$folder`.
  static func answering(_ members: String = "", first: String = ":") -> [String] {
    script(loop(members, first: first))
  }

  static func loop(_ members: String = "", first: String = ":") -> String {
    #"""
    while read -r line; do
      id=${line#*'"id":'}; id=${id%%,*}
      folder=${line#*'"folder":"'}; folder=${folder%%'"'*}
      \#(first)
      printf '{"id":%s\#(members)}\n' "$id"
    done
    """#
  }
}

/// What stages have said.
final class Heard: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

/// An `exec` stage on its own, ended when `body` ends.
func withExec(
  _ command: [String], _ given: [String: OptionValue] = [:], from directory: FilePath = ".",
  hearing heard: Heard = Heard(), _ body: (ExecStage) throws -> Void
) throws {
  let options = Options(ExecStage.schema.options, given: given.merging(["command": .list(command)]) { $1 })
  let setup = StageSetup(
    limits: RunLimits(Options(RunLimits.schema)), files: [], output: nil,
    model: { request throws(SetupError) in throw .configuration("no model \(request.name) in this test") },
    directory: directory, say: { heard.add($0) })
  let stage = try ExecStage(StageSpec(id: "it", use: "exec", options: options, after: []), setup)
  defer { stage.end() }
  try body(stage)
}

extension ExecStage {
  /// Carries out all phases.
  func work(on sample: inout Sample) throws(StageFailure) -> Verdict {
    for phase in phases {
      switch phase {
      case .prepare: try prepare(&sample, SingleStage.context)
      case .input: try input(&sample, SingleStage.context)
      case .compute: return try compute(&sample, SingleStage.context)
      case .output: break
      }
    }
    return .pass
  }
}

/// A photograph that was decoded.
func decodedSample(_ width: Int = 40, _ height: Int = 30) throws -> Sample {
  let bytes = try file(waves(width, height), .png)
  var sample = try sample(bytes, named: "p.png")
  sample.sha256 = Hashing.sha256(bytes)
  sample.picture = Picture(try waves(width, height), size: PixelSize(width: width, height: height))
  return sample
}

extension TemporaryDirectory {
  func contents(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: file(name))))
  }
}

/// A process that is dead and not yet buried has no command line any more.
func isGone(_ pid: Int32) -> Bool {
  (FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()).isEmpty
}
