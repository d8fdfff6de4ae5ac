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
  private let codecs: Codecs
  private let earlier = EarlierRuns()

  /// - Parameter manifest: of an earlier run, whose photographs are taken where there are no inputs.
  init(
    _ spec: PipelineSpec, inputs: [String], from manifest: String? = nil, _ inputOptions: InputOptions,
    output: String?, _ options: ExecutionOptions
  ) throws(Exit) {
    self.spec = spec
    self.output = output.map { FilePath($0) }
    self.options = options
    codecs = RunLimits(spec.limits).isolates ? .apart(CodecProcessCommand.command) : .here
    if let manifest, inputs.isEmpty, inputOptions.filesFrom == nil {
      request = inputOptions.request(of: try earlier.listed(by: FilePath(manifest)))
    } else {
      request = try inputOptions.request(inputs, output: self.output)
    }
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
    if options.dryRun {
      let list = try InputList(for: request)
      DryRun(graph: try graph(models, list.files), list: list).print()
      return
    }
    // libvips needs as long to start as a model to be read. Nobody may leave while it is at it.
    let starting = DispatchGroup()
    DispatchQueue.global().async(group: starting) { Vips.start() }
    defer { starting.wait() }
    // Whatever keeps the run from starting shows here, before it leaves a manifest behind.
    _ = try graph(models, [])
    let preparation = try prepare(resolved, models)
    let policy = RunPolicy(into: preparation.records, budget: options.maxErrors, done: preparation.done.counts)
    let run = PipelineRun(
      try graph(models, preparation.list.files), on: preparation.list, limits: RunLimits(spec.limits),
      codecs: codecs, jobs: jobs, records: policy, continuing: preparation.done,
      replacesOutputs: preparation.replacesOutputs,
      quarantine: Quarantine(spec, requested: options.quarantine.map { FilePath($0) }, output: output))
    let status = try watch(run, policy, preparation)
    let report = RunReport(
      session: self, roots: preparation.list.roots, status: status, counts: run.counts,
      models: models.summaries,
      resolved: resolved, seconds: Date().timeIntervalSince(start))
    try finish(report)
  }

  private func finish(_ report: RunReport) throws(Exit) {
    let log = options.logger { Terminal.write($0 + "\n", to: STDERR_FILENO) }
    for line in report.text.split(separator: "\n") { log.info("\(line)") }
    do throws(Exit) {
      try report.write()
    } catch {
      // Why the run ended early says more than what that entailed.
      throw report.exit ?? error
    }
    if let exit = report.exit { throw exit }
  }

  private func graph(_ models: LoadedModels, _ files: FileTable) throws(Exit) -> Graph<Sample> {
    let setup = StageSetup(
      limits: RunLimits(spec.limits), files: files, output: output, codecs: codecs,
      model: { request throws(SetupError) in try models.model(request) },
      earlier: { [earlier] manifest throws(SetupError) in try earlier.run(manifest) })
    do throws(SetupError) {
      return try PipelineBuilder.graph(for: spec, setup: setup, jobs: jobs)
    } catch {
      throw Exit(error)
    }
  }

  private func prepare(_ resolved: String, _ models: LoadedModels) throws(Exit) -> RunPreparation {
    guard let output else { return RunPreparation(printing: try InputList(for: request)) }
    return try RunPreparation(
      into: output, spec: spec, pipelineHash: Hashing.sha256(resolved.utf8),
      models: models.hashes.merging(earlier.hashes) { $1 }, request: request, options: options, jobs: jobs
    ) { message in
      options.logger { Terminal.write($0 + "\n", to: STDERR_FILENO) }.info("\(message)")
    }
  }

  /// Runs, with progress, signals and the time limit.
  private func watch(_ run: PipelineRun, _ policy: RunPolicy, _ preparation: RunPreparation) throws(Exit)
    -> RunStatus
  {
    let total = preparation.list.files.count
    let before = preparation.done.done.count
    let progress = Progress(options.shownProgress) {
      let status = run.executor.status
      return ProgressState(
        done: before + status.finished + run.ignored, total: total, failed: status.failed, before: before)
    }
    let log = options.logger { progress.message($0) }
    log.debug("\(total - before) photographs, \(jobs) jobs, output \(output?.string ?? "on stdout")")
    policy.act(RunPolicy.Actions(log: log, stop: { run.executor.stop($0) }))
    let signals = Signals { name in
      log.notice("\(name): finishing what is in flight; once more ends at once")
      run.executor.stop(.requested(name))
    }
    if let limit = options.timeLimit {
      DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) {
        run.executor.stop(.requested("the time limit"))
      }
    }
    let limits = RunLimits(spec.limits)
    let watchdog = Watchdog(
      patience: limits.timeout, isolates: limits.isolates, status: { run.executor.status },
      say: { log.warning("\($0)") })
    defer {
      watchdog.end()
      signals.end()
      progress.finish()
    }
    do throws(ManifestError) {
      return try run.run()
    } catch {
      throw Exit(ExitStatus.inputOutput, error.description)
    }
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
