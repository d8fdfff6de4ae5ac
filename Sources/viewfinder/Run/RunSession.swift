import ArgumentParser
import Dispatch
import Foundation
import Imaging
import Logging
import Manifests
import PipelineFiles
import StageGraph
import Stages
import SystemPackage

/// Carries one run out for the command line: checks what can be checked first, shows it, heeds signals, writes the summary.
struct RunSession {
  let spec: PipelineSpec
  let request: InputRequest
  /// Where outputs, manifest and summary go; nil prints the records on stdout.
  let output: FilePath?
  let options: ExecutionOptions
  /// The run whose photographs are processed again, for what people have corrected; nil for every other session.
  let correcting: CorrectedRun?
  private let codecs: Codecs
  private let earlier = EarlierRuns()
  private let messages = StageMessages()
  /// Where the pipeline file is; nil for a pipeline of the program's own.
  let directory: FilePath?

  /// - Parameters:
  ///   - manifest: of an earlier run, whose photographs are taken where there are no inputs.
  ///   - file: the pipeline's; nil for a pipeline of the program's own.
  init(
    _ spec: PipelineSpec, inputs: [String], from manifest: String? = nil, _ inputOptions: InputOptions,
    output: String?, _ options: ExecutionOptions, pipeline file: String? = nil
  ) throws(Exit) {
    self.spec = spec
    directory = file.map { FilePath($0).removingLastComponent() }
    self.output = output.map { FilePath($0) }
    self.options = options
    correcting = nil
    codecs = RunLimits(spec.limits).isolates ? .apart(CodecProcessCommand.command) : .here
    let namesNone = inputs.isEmpty && inputOptions.filesFrom == nil
    if options.printConfig {
      request = InputRequest()
    } else if let manifest, namesNone {
      request = inputOptions.request(of: try earlier.listed(by: FilePath(manifest)))
    } else if namesNone, options.shard != nil,
      let list = self.output.flatMap({ RunDirectory($0).earlier()?.list })
    {
      // What the directory was planned for.
      request = inputOptions.request(of: list)
    } else {
      request = try inputOptions.request(inputs, output: self.output)
    }
  }

  /// Processes photographs of an earlier run again, as corrected, into the directory of that run.
  init(correcting run: CorrectedRun, _ options: ExecutionOptions) throws(Exit) {
    spec = run.spec
    directory = run.summary.pipeline.directory.map { FilePath(bytes: $0.rawBytes) }
    output = run.output
    self.options = options
    correcting = run
    codecs = RunLimits(spec.limits).isolates ? .apart(CodecProcessCommand.command) : .here
    var request = InputRequest()
    request.listed = try run.list()
    self.request = request
  }

  var jobs: Int { options.jobs ?? GrantedCores.count }

  func run() throws {
    let start = Date()
    let resolved = try PipelineFile.write(spec, vocabulary: .viewfinder)
    if options.printConfig {
      print(resolved, terminator: "")
      return
    }
    let models = LoadedModels(library: ModelLibrary())
    let shard = try options.shard?.shard()
    if options.dryRun {
      let list = try InputList(for: request)
      // Names depend on the whole listing.
      DryRun(graph: try graph(models, list.files), list: shard.map(list.part) ?? list).print()
      return
    }
    // libvips needs as long to start as a model to be read. Nobody may leave while it is at it.
    let starting = DispatchGroup()
    DispatchQueue.global().async(group: starting) { Vips.start() }
    defer { starting.wait() }
    // Whatever keeps the run from starting shows here, before it leaves a manifest behind.
    _ = try graph(models, [])
    let stop = StopRequest()
    if let limit = options.timeLimit {
      DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { stop.ask("the time limit") }
    }
    // A shard may have to wait, and its scheduler expects an answer to its signals from the beginning.
    let early = shard.map { _ in Signals(stop) }
    defer { early?.end() }
    guard let preparation = try prepare(resolved, models, shard, stop) else {
      return try endFinished(shard)
    }
    let policy = RunPolicy(into: preparation.records, budget: options.maxErrors, done: preparation.done)
    let temporaries = preparation.shard?.temporaries ?? .plain
    let run = PipelineRun(
      try graph(models, preparation.list.files, temporaries), on: preparation.list, files: preparation.files,
      limits: RunLimits(spec.limits), codecs: codecs, jobs: jobs, records: policy,
      continuing: preparation.done, correcting: preparation.corrections.samples(for: spec),
      replacesOutputs: preparation.replacesOutputs,
      quarantine: Quarantine(
        spec, requested: options.quarantine.map { FilePath($0) }, output: output, temporaries: temporaries))
    let signals = early ?? Signals(stop)
    defer { signals.end() }
    let status = try watch(run, policy, preparation, stop)
    try settle()
    var counts = run.counts
    // Corrections look at no other file; what was no picture then is none now.
    if let correcting { counts.ignored += correcting.summary.counts.ignored }
    let report = RunReport(
      session: self, shard: preparation.shard, roots: preparation.list.roots,
      listed: preparation.list.files.count, status: status, counts: counts, tally: policy.tally,
      before: preparation.done.counts.records,
      models: models.summaries,
      resolved: resolved, seconds: Date().timeIntervalSince(start))
    try finish(report)
  }

  /// Removes the outputs that have been replaced by others.
  private func settle() throws(Exit) {
    guard let output else { return }
    do throws(ManifestError) {
      try SupersededOutputs(in: output).settle(
        Manifest.path(in: output, format: ManifestOptions.format(spec)))
    } catch {
      throw Exit(endingWork: error)
    }
  }

  private func finish(_ report: RunReport) throws(Exit) {
    if let shard = report.shard, !shard.isOurs { throw shard.overtaken }
    let log = options.logger { Terminal.write($0 + "\n", to: STDERR_FILENO) }
    let isForPeople = options.logFormat == .text
    let words = ClosingWords(report: report).lines(
      width: isForPeople ? Terminal.columns : .max, coloured: isForPeople && options.color.isOn)
    for line in words { log.info("\(line)") }
    do throws(Exit) {
      try report.write()
    } catch {
      // Why the run ended early says more than what that entailed.
      throw report.exit ?? error
    }
    if let exit = report.exit { throw exit }
  }

  /// The shard was finished by an earlier attempt.
  private func endFinished(_ shard: Shard?) throws(Exit) {
    guard let shard, let output else { preconditionFailure("only shards are found finished") }
    let counts = (try? ShardDone.read(ShardFiles(shard, in: output).done))?.counts ?? RunCounts()
    options.logger { Terminal.write($0 + "\n", to: STDERR_FILENO) }
      .info("shard \(shard) is finished already: \(counts.records) photographs")
    if let exit = RunReport.missedBudget(options, counts) { throw exit }
  }

  private func graph(
    _ models: LoadedModels, _ files: FileTable, _ temporaries: TemporaryNames = .plain
  ) throws(Exit) -> Graph<Sample> {
    let setup = StageSetup(
      limits: RunLimits(spec.limits), files: files, output: output, temporaries: temporaries, codecs: codecs,
      model: { request throws(SetupError) in try models.model(request) },
      earlier: { [earlier] manifest throws(SetupError) in try earlier.run(manifest) },
      directory: directory ?? "", say: { [messages] text in messages.say(text) })
    do throws(SetupError) {
      return try PipelineBuilder.graph(for: spec, setup: setup, jobs: jobs)
    } catch {
      throw Exit(error)
    }
  }

  /// - Returns: nil for a shard that is finished.
  private func prepare(
    _ resolved: String, _ models: LoadedModels, _ shard: Shard?, _ stop: StopRequest
  ) throws(Exit) -> RunPreparation? {
    guard let output else {
      guard shard == nil else {
        throw Exit(ExitStatus.usage, "--shard wants a directory that the shards share: give --output DIR")
      }
      return RunPreparation(printing: try InputList(for: request))
    }
    let say = { (message: String) in
      options.logger { Terminal.write($0 + "\n", to: STDERR_FILENO) }.info("\(message)")
    }
    let hashes = models.hashes.merging(earlier.hashes) { $1 }
    let pipelineHash = Hashing.sha256(resolved.utf8)
    if let correcting {
      return try RunPreparation(
        correcting: correcting, pipelineHash: pipelineHash, models: hashes, say: say)
    }
    if let shard {
      let state = RunDirectory.State(
        pipeline: pipelineHash, models: hashes, inputs: request.roots.map(\.string), shards: shard.count)
      return try RunPreparation(
        shard, into: output, spec: spec, state: state, request: request, options: options, jobs: jobs,
        stop: stop, say: say)
    }
    return try RunPreparation(
      into: output, spec: spec, pipelineHash: pipelineHash, models: hashes, request: request,
      options: options, jobs: jobs, say: say)
  }

  /// Runs, with progress, heeding whoever wants it to stop.
  private func watch(
    _ run: PipelineRun, _ policy: RunPolicy, _ preparation: RunPreparation, _ stop: StopRequest
  ) throws(Exit) -> RunStatus {
    let total = preparation.files.count
    let before = preparation.done.done.count
    let cores = jobs
    let progress = Progress(options.shownProgress, showsStages: options.verbose) {
      let status = run.executor.status
      return ProgressState(
        done: before + status.finished + run.ignored, total: total, failed: status.failed, before: before,
        stages: status.stages.map { StageProgress($0) }, cores: cores)
    }
    let log = options.logger { progress.message($0) }
    log.debug("\(total - before) photographs, \(jobs) jobs, output \(output?.string ?? "on stdout")")
    messages.show(in: log)
    policy.act(RunPolicy.Actions(log: log, stop: { run.executor.stop($0) }))
    stop.whenAsked { who in
      if Signals.names.contains(who) {
        log.notice("\(who): finishing what is in flight; once more ends at once")
      }
      run.executor.stop(.requested(who))
    }
    let limits = RunLimits(spec.limits)
    let watchdog = Watchdog(
      patience: limits.timeout, isolates: limits.isolates, status: { run.executor.status },
      say: { log.warning("\($0)") })
    defer {
      watchdog.end()
      progress.finish()
    }
    do throws(ManifestError) {
      return try run.run()
    } catch {
      if let shard = preparation.shard, !shard.isOurs { throw shard.overtaken }
      throw Exit(writing: error, or: ExitStatus.inputOutput)
    }
  }
}

extension StageProgress {
  init(_ stage: StageTelemetry) {
    self.init(
      id: stage.id, waiting: stage.waiting, working: stage.running, done: stage.items,
      busySeconds: Double(stage.busyNanoseconds) / 1e9)
  }
}

extension Exit {
  init(_ error: SetupError) {
    switch error {
    case .configuration(let message): self.init(ExitStatus.configuration, message)
    case .noOutput(let message): self.init(ExitStatus.usage, message)
    case .manifest(let error): self.init(error)
    }
  }

  init(_ error: InputError) {
    switch error {
    case .unreadable(let path, let reason): self.init(ExitStatus.noInput, "cannot read \(path): \(reason)")
    case .sameName(let name):
      self.init(
        ExitStatus.usage,
        "two inputs are called '\(name)', so their records could not be told apart; run them one by one")
    case .emptyList(let list): self.init(ExitStatus.noInput, "the list \(list) names no file")
    case .none: self.init(ExitStatus.noInput, "there is no file to process")
    }
  }
}
