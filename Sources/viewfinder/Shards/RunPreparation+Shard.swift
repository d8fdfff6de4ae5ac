import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage

extension RunPreparation {
  /// One shard of a run into a directory that it shares with the others. It goes on where an earlier attempt was.
  ///
  /// - Returns: nil where the shard is finished.
  init?(
    _ shard: Shard, into output: FilePath, spec: PipelineSpec, state: RunDirectory.State, request: InputRequest,
    options: ExecutionOptions, jobs: Int, stop: StopRequest, say: @escaping (String) -> Void
  ) throws(Exit) {
    let directory = RunDirectory(output)
    do throws(InputError) { try request.check() } catch { throw Exit(error) }
    lock = try Self.lock(directory, isShared: true)
    list = try SharedListing(directory: directory, state: state, stop: stop, spec: spec, say: say).list(
      for: request)
    let part = list.part(shard)
    files = part.files
    let own = ShardFiles(shard, in: output)
    let retries = options.retryFailed != nil
    // Twice: what is finished need not be waited for, and what was waited for may be finished.
    if !retries, ShardAttempt.isDone(own, state) != nil { return nil }
    let attempt = try ShardAttempt(own, in: directory, state: state, stop: stop, say: say)
    if !retries, ShardAttempt.isDone(own, state) != nil { return nil }
    replacesOutputs = !attempt.isFirst
    corrections = Corrections()
    try attempt.begin(in: directory)
    do throws(ManifestError) {
      // What was there is written anew, under another file's number: an attempt that only seemed dead cannot add to it any more.
      done =
        FileManager.default.fileExists(atPath: own.manifest.string)
        ? try ResumePlan(
          manifest: own.manifest, format: .lines, list: part, output: output,
          retrying: options.retryFailed?.codes ?? [], jobs: jobs) : ResumePlan()
      records = ManifestOutput(try RecordWriter(path: own.manifest, sorted: true, existing: .resume))
    } catch {
      throw Exit(writing: error, or: ExitStatus.cannotCreate)
    }
    if !attempt.isFirst { say("\(done.done.count) of \(files.count) photographs of shard \(shard) are done") }
    try attempt.sign(records: done.done.count)
    self.shard = attempt
  }

  /// Shards that were not joined hold all there is: only `--overwrite` gives them up, and not where they moved photographs.
  static func refuseToForgetShards(
    of output: FilePath, isMerged: Bool, _ options: ExecutionOptions
  ) throws(Exit) {
    let manifests = ShardFiles.found(in: output).map { ShardFiles($0, in: output).manifest }.filter {
      FileManager.default.fileExists(atPath: $0.string)
    }
    guard !manifests.isEmpty, !isMerged else { return }
    guard options.overwrite else {
      throw Exit(
        ExitStatus.cannotCreate,
        "\(output) holds the shards of a run: go on with --shard I/N, join them with `viewfinder merge \(output)`, give --overwrite to replace them, or choose another --output"
      )
    }
    for manifest in manifests { try refuseToForgetMoves(manifest) }
  }
}
