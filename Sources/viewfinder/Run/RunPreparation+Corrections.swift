import Manifests
import PipelineFiles
import StageGraph
import Stages
import SystemPackage

/// A run whose results people have corrected: what it was, and what is to be made anew.
struct CorrectedRun {
  /// The run's directory.
  let output: FilePath
  let spec: PipelineSpec
  let summary: RunSummary
  let fitted: FittedCorrections

  /// - Parameter manifest: of the run.
  init(_ manifest: FilePath, _ corrections: Corrections) throws(Exit) {
    let parent = manifest.removingLastComponent()
    output = parent.isEmpty ? "." : parent
    guard let own = RunPreparation.existingManifest(in: output), own.lastComponent == manifest.lastComponent
    else {
      throw Exit(ExitStatus.noInput, "\(manifest) is not there, or is not the manifest that a run wrote")
    }
    do throws(ManifestError) {
      summary = try RunSummary.read(output.appending("run.json"))
    } catch {
      throw Exit(error)
    }
    do throws(Diagnostics) {
      spec = try PipelineFile.read(summary.pipeline.resolved, name: "run.json", vocabulary: .viewfinder)
    } catch {
      throw Exit(
        ExitStatus.invalidData, "this program cannot read the pipeline of that run any more:\n\(error.rendered)"
      )
    }
    do throws(ManifestError) {
      fitted = try FittedCorrections(
        corrections, to: manifest, of: spec, kept: try RunDirectory(output).corrections())
    } catch {
      throw Exit(error)
    }
  }

  /// What the run found, and where.
  func list() throws(Exit) -> InputList {
    guard let earlier = RunDirectory(output).earlier() else { throw Self.unknownPlaces(output) }
    return earlier.list
  }

  fileprivate static func unknownPlaces(_ output: FilePath) -> Exit {
    Exit(
      ExitStatus.invalidData,
      "\(output): the folder .viewfinder, which says where the photographs are, is missing; only the directory of a run can be corrected"
    )
  }
}

extension RunPreparation {
  /// Makes the corrected photographs of a run ready to be processed again: their records go, originals that were moved go back, and what
  /// they had as outputs is remembered. Everything else stays untouched.
  ///
  /// - Parameter pipelineHash: SHA-256 of the pipeline as it is resolved now.
  init(
    correcting run: CorrectedRun, pipelineHash: String, models: [String: String], say: (String) -> Void
  ) throws(Exit) {
    let directory = RunDirectory(run.output)
    let lock = try Self.lock(directory)
    guard let earlier = directory.earlier() else { throw CorrectedRun.unknownPlaces(run.output) }
    guard earlier.state.pipeline == pipelineHash, earlier.state.models == models else {
      throw Exit(
        ExitStatus.configuration,
        "the model or the defaults of the pipeline are not those of that run any more; `run --resume` on \(run.output) makes all of it anew"
      )
    }
    directory.removeLeftovers()
    do throws(ManifestError) {
      let manifest = Manifest.path(in: run.output)
      // An array becomes lines again while photographs are added to it.
      _ = try RecordWriter(path: manifest, existing: .resume)
      // First of all: from the moment on that anything is touched, a run that goes on knows what is wanted.
      var corrections = try directory.corrections()
      corrections.add(run.fitted.corrections)
      try onFile { () throws(FileError) in try directory.keep(corrections) }
      let redoing = try Self.makeRoom(for: run, earlier.list, manifest, say)
      let done = try ResumePlan(manifest: manifest, list: earlier.list, output: run.output, redoing: redoing)
      self.init(
        list: earlier.list, done: done, corrections: corrections,
        records: ManifestOutput(
          try RecordWriter(path: manifest, format: ManifestOptions.format(run.spec), existing: .resume)),
        replacesOutputs: true, lock: lock)
    } catch {
      throw Exit(endingWork: error)
    }
  }

  /// - Returns: the photographs that can be processed again.
  private static func makeRoom(
    for run: CorrectedRun, _ list: InputList, _ manifest: FilePath, _ say: (String) -> Void
  ) throws(ManifestError) -> Set<RecordPath> {
    let wanted = Set(run.fitted.corrections.list.map(\.file))
    var records: [Record] = []
    try Manifest.scan(manifest) { entry in
      if wanted.contains(entry.record.file) { records.append(entry.record) }
    }
    try SupersededOutputs(in: run.output).add(records)
    return wanted.subtracting(putBack(records, below: run.output, list, say))
  }

  /// Ends what an `apply` had begun when it was killed: photographs whose outputs it meant to replace, and that have their old records
  /// still, are made ready.
  ///
  /// - Returns: those that are to be processed again.
  static func interruptedCorrections(
    in output: FilePath, _ list: InputList, _ manifest: FilePath, _ say: (String) -> Void
  ) throws(ManifestError) -> Set<RecordPath> {
    let records = try SupersededOutputs(in: output).untouched(manifest)
    return Set(records.map(\.file)).subtracting(putBack(records, below: output, list, say))
  }

  /// Puts the originals back that were moved.
  ///
  /// - Returns: photographs that have to be left as they are.
  private static func putBack(
    _ records: [Record], below output: FilePath, _ list: InputList, _ say: (String) -> Void
  ) -> [RecordPath] {
    let moves = MovedFiles(below: output, of: list)
    return records.compactMap { record in
      moves.putBack(record).map { reason in
        say("left as it is: \(record.path.debugDescription): \(reason)")
        return record.file
      }
    }
  }
}

/// Runs file operations on behalf of a manifest.
private func onFile(_ body: () throws(FileError) -> Void) throws(ManifestError) {
  do throws(FileError) {
    try body()
  } catch {
    throw .file(error)
  }
}
