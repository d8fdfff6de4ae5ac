package import Imaging
package import Manifests
package import StageGraph

/// One run of a pipeline over a list of files, made ready: stages with their models, source and sink.
///
/// Thread-safe: the executor may be watched and stopped from other threads.
package final class PipelineRun: Sendable {
  package let executor: Executor<Sample>
  private let source: PhotographSource
  private let sink: ManifestSink

  /// - Parameters:
  ///   - graph: made by ``PipelineBuilder`` for the same list and limits.
  ///   - files: those of the list that this run looks at: all, or the files of its shard.
  ///   - jobs: core permits, at least 1.
  ///   - done: the part of an interrupted run that stays as it is.
  ///   - corrections: what a person wants otherwise.
  ///   - replacesOutputs: false refuses to write over files that are already there.
  package init(
    _ graph: Graph<Sample>, on list: InputList, files: FileTable? = nil, limits: RunLimits,
    codecs: Codecs = .here, jobs: Int,
    records: any RecordOutput,
    continuing done: ResumePlan = ResumePlan(), correcting corrections: [RecordPath: SampleCorrection] = [:],
    replacesOutputs: Bool, quarantine: Quarantine = .nowhere
  ) {
    source = PhotographSource(
      files ?? list.files, limits: limits, codecs: codecs, skipping: done.done, correcting: corrections)
    sink = ManifestSink(
      records, continuing: done, replacesOutputs: replacesOutputs,
      originals: Originals(replacesOutputs ? list.files : []), quarantine: quarantine)
    let bounds = Admission.Bounds(credits: 4 * jobs, bytes: limits.memory ?? jobs * 110 << 20)
    executor = Executor(graph, from: source, to: sink, jobs: jobs, bounds: bounds)
  }

  /// Runs to the end, or to where it was stopped, and closes the manifest. Blocks the calling thread. Call it once.
  package func run() throws(ManifestError) -> RunStatus {
    let status = executor.run()
    try sink.close()
    return status
  }

  /// What the records say so far.
  package var counts: RunCounts {
    var counts = sink.counts
    counts.ignored = source.ignored
    return counts
  }

  /// Files that were looked at so far and are no pictures.
  package var ignored: Int { source.ignored }
}
