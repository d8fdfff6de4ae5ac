import ArgumentParser
import Foundation
import Manifests
import PipelineFiles
import StageGraph
import Stages
import SystemPackage

/// What a run starts from in its output directory: the files, the records that stay, and where new ones go.
struct RunPreparation {
  let list: InputList
  /// Those of the list that this run looks at: all, or its shard's.
  let files: FileTable
  let done: ResumePlan
  /// What people have corrected in this directory's results.
  let corrections: Corrections
  let records: any RecordOutput
  /// True where outputs of the same name are this command's own from before.
  let replacesOutputs: Bool
  /// Held as long as the run lasts.
  let lock: RunDirectory.Lock?
  /// What makes it one of many.
  let shard: ShardAttempt?

  /// - Parameter lock: of the directory that the records go to; nil where they go nowhere.
  init(
    list: InputList, done: ResumePlan, corrections: Corrections, records: any RecordOutput,
    replacesOutputs: Bool,
    lock: RunDirectory.Lock?
  ) {
    self.list = list
    self.done = done
    self.corrections = corrections
    self.records = records
    self.replacesOutputs = replacesOutputs
    self.lock = lock
    files = list.files
    shard = nil
  }

  /// A run whose records go to stdout.
  init(printing list: InputList) {
    self.list = list
    files = list.files
    shard = nil
    done = ResumePlan()
    corrections = Corrections()
    replacesOutputs = false
    lock = nil
    records = LineOutput { bytes throws(FileError) in
      do {
        try FileDescriptor.standardOutput.writeAll(bytes)
      } catch {
        throw FileError(.write, "stdout", error as? Errno ?? .ioError)
      }
    }
  }

  /// A run into a directory, new or continued.
  init(
    into output: FilePath, spec: PipelineSpec, pipelineHash: String, models: [String: String],
    request: InputRequest, options: ExecutionOptions, jobs: Int, say: (String) -> Void
  ) throws(Exit) {
    let directory = RunDirectory(output)
    shard = nil
    let continues = options.resume || options.retryFailed != nil
    let earlier = continues ? directory.earlier() : nil
    if let earlier { try Self.check(earlier.state, inputs: request.roots.map(\.string)) }
    // Inputs that cannot be read leave nothing behind.
    if let earlier { list = earlier.list } else { list = try InputList(for: request) }
    files = list.files
    try list.check(for: spec)
    lock = try Self.lock(directory)
    let format = ManifestOptions.format(spec)
    let manifest = Self.existingManifest(in: output)
    if manifest != nil, !continues, !options.overwrite {
      throw Exit(
        ExitStatus.cannotCreate,
        """
        \(output) holds a manifest already: give --resume to go on with that run, --retry-failed to do its failed photographs \
        again, --overwrite to replace it, or choose another --output
        """)
    }
    if let manifest, continues, earlier == nil, try Self.hasRecords(manifest) {
      throw Exit(
        ExitStatus.cannotCreate,
        """
        \(output) holds records, but its folder .viewfinder, which says what they are of, is missing or cannot be read: bring it back, give \
        --overwrite to begin anew, or choose another --output
        """)
    }
    try Self.refuseToForgetShards(of: output, isMerged: continues && manifest != nil, options)
    let keepsRecords = earlier.map { $0.state.pipeline == pipelineHash && $0.state.models == models } ?? false
    if let manifest, !(continues && keepsRecords) { try Self.refuseToForgetMoves(manifest) }
    replacesOutputs = continues || options.overwrite
    if replacesOutputs { directory.removeLeftovers() }
    if earlier == nil { directory.forget() }
    let state = RunDirectory.State(pipeline: pipelineHash, models: models, inputs: list.roots.map(\.string))
    do throws(ManifestError) {
      corrections = try earlier == nil ? Corrections() : directory.corrections()
      if let earlier, manifest != nil {
        let writerPath = Manifest.path(in: output)
        // Torn lines are cut and an array becomes lines again before anything is judged.
        _ = try RecordWriter(path: writerPath, existing: .resume)
        done = try Self.plan(earlier.state, state, writerPath, list, output, options, jobs, say)
      } else {
        done = ResumePlan()
      }
      records = ManifestOutput(
        try RecordWriter(
          path: Manifest.path(in: output), format: format, sorted: options.sorted,
          existing: earlier != nil ? .resume : replacesOutputs ? .replace : .refuse))
      // After the old records are gone: those of another pipeline must never stand beside the state of this one.
      if earlier?.state != state { try Self.begin(directory, state, list) }
    } catch {
      throw Exit(writing: error, or: ExitStatus.cannotCreate)
    }
  }

  /// What of the earlier run stays: nothing, where it ran another pipeline or model.
  private static func plan(
    _ earlier: RunDirectory.State, _ state: RunDirectory.State, _ manifest: FilePath, _ list: InputList,
    _ output: FilePath, _ options: ExecutionOptions, _ jobs: Int, _ say: (String) -> Void
  ) throws(ManifestError) -> ResumePlan {
    guard earlier.pipeline == state.pipeline, earlier.models == state.models else {
      say("the pipeline or its model is another than in that run: every photograph is processed again")
      try Manifest.rewrite(manifest, to: manifest, format: .lines) { _ in false }
      return ResumePlan()
    }
    let plan = try ResumePlan(
      manifest: manifest, format: .lines, list: list, output: output,
      retrying: options.retryFailed?.codes ?? [],
      redoing: try interruptedCorrections(in: output, list, manifest, say), jobs: jobs)
    say("\(plan.done.count) of \(list.files.count) photographs are done")
    return plan
  }

  /// Takes a directory for this run, or with the other shards of its run.
  static func lock(
    _ directory: RunDirectory, isShared: Bool = false
  ) throws(Exit) -> RunDirectory.Lock {
    do throws(FileError) {
      return try directory.lock(isShared: isShared)
    } catch {
      guard error.operation == .lock else { throw Exit(ExitStatus.cannotCreate, error.description) }
      guard error.errno == .wouldBlock else {
        throw Exit(
          ExitStatus.cannotCreate,
          "\(error.description); the directory of a run must be on a file system with locks (flock)")
      }
      throw Exit(
        ExitStatus.cannotCreate,
        "another run is writing into \(directory.output); wait for it or choose another --output")
    }
  }

  private static func begin(
    _ directory: RunDirectory, _ state: RunDirectory.State, _ list: InputList
  ) throws(ManifestError) {
    do throws(FileError) {
      try directory.begin(state, list)
    } catch {
      throw .file(error)
    }
  }

  static func existingManifest(in output: FilePath) -> FilePath? {
    ManifestFormat.allCases.map { Manifest.path(in: output, format: $0) }.first {
      FileManager.default.fileExists(atPath: $0.string)
    }
  }

  private static func hasRecords(_ manifest: FilePath) throws(Exit) -> Bool {
    var count = 0
    do throws(ManifestError) { try Manifest.scan(manifest) { _ in count += 1 } } catch { throw Exit(error) }
    return count > 0
  }

  /// The manifest of a run that moved originals is what leads them back: it is not given up.
  static func refuseToForgetMoves(_ manifest: FilePath) throws(Exit) {
    var moves = 0
    do throws(ManifestError) {
      try Manifest.scan(manifest) { entry in
        if entry.record.outputs.contains(where: { $0.placed == .move }) { moves += 1 }
      }
    } catch {
      throw Exit(error)
    }
    guard moves == 0 else {
      throw Exit(
        ExitStatus.cannotCreate,
        "\(manifest) says where \(moves) moved photographs came from; put them back first with `viewfinder undo \(manifest)`, or choose another --output"
      )
    }
  }

  /// A continued run goes on with its frozen list, so its inputs must be the same.
  static func check(_ state: RunDirectory.State, inputs roots: [String]) throws(Exit) {
    guard roots == state.inputs else {
      throw Exit(
        ExitStatus.usage,
        "that run was over \(state.inputs.joined(separator: ", ")), not over \(roots.joined(separator: ", "))")
    }
  }
}

extension InputList {
  /// - Throws: where the pipeline asks for what cannot be done with these photographs.
  func check(for spec: PipelineSpec) throws(Exit) {
    for stage in spec.stages {
      if let problem = SortStage.problem(stage, with: files) { throw Exit(ExitStatus.usage, problem) }
    }
  }

  /// The list, with errors in the words of the command line.
  init(for request: InputRequest) throws(Exit) {
    do throws(InputError) {
      try self.init(request)
    } catch {
      throw Exit(error)
    }
  }
}

extension Exit {
  /// What ends a run that may go on later: a full disk and its like say so, everything else is as for any manifest.
  init(endingWork error: ManifestError) {
    if case .file(let file) = error, file.stopsIntake {
      self.init(ExitStatus.stoppedEarly, error.description)
    } else {
      self.init(error)
    }
  }

  /// A file that cannot be written, or read for that.
  init(_ error: FileError) {
    if error.stopsIntake {
      self.init(ExitStatus.stoppedEarly, error.description)
    } else if [.open, .read].contains(error.operation), error.errno == .noSuchFileOrDirectory {
      self.init(ExitStatus.noInput, error.description)
    } else {
      self.init(ExitStatus.cannotCreate, error.description)
    }
  }

  /// A manifest that cannot be written. Where the disk is full, or lacks what every run needs, the same command goes on once that is mended.
  ///
  /// - Parameter status: of everything else.
  init(writing error: ManifestError, or status: ExitCode) {
    if case .file(let file) = error, file.stopsIntake {
      self.init(ExitStatus.stoppedEarly, error.description)
    } else {
      self.init(status, error.description)
    }
  }
}
