import Foundation
import Glibc

/// A way into the program for bytes from anywhere. Add one by a line in ``all``, and a folder of its name with a few files to begin with.
///
/// `body` may refuse the bytes; what it may not do is crash, hang, or read memory that is not its own.
struct FuzzTarget: Sendable {
  let body: @Sendable ([UInt8]) -> Void

  static let all: [String: FuzzTarget] = [
    "pipeline": FuzzTarget(body: fuzzPipeline),
    "condition": FuzzTarget(body: fuzzCondition),
    "template": FuzzTarget(body: fuzzTemplate),
    "safetensors": FuzzTarget(body: fuzzSafetensors),
    "pickle": FuzzTarget(body: fuzzPickle),
    "answer": FuzzTarget(body: fuzzAnswer),
    "manifest": FuzzTarget(body: fuzzManifest),
    "corrections": FuzzTarget(body: fuzzCorrections),
    "decode": FuzzTarget(body: fuzzDecode),
    "archive": FuzzTarget(body: fuzzArchive),
  ]

  /// The one that `VIEWFINDER_FUZZ_TARGET` names.
  static let chosen: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["VIEWFINDER_FUZZ_TARGET"] ?? ""
    guard let target = all[name] else {
      print("VIEWFINDER_FUZZ_TARGET must be one of \(all.keys.sorted().joined(separator: ", "))")
      exit(64)
    }
    return target
  }()
}

/// What libFuzzer calls with each of its inputs.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzTarget.chosen.body(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
