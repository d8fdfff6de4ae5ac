import ArgumentParser
import Foundation
import Manifests
import PipelineFiles
import StageGraph
import Stages
import SystemPackage

/// Carries one run out for the command line: checks what can be checked first, shows it, heeds signals, writes the summary.
struct RunSession {
  let spec: PipelineSpec
  let list: InputList
  /// Where outputs, manifest and summary go; nil prints the records on stdout.
  let output: FilePath?
  let options: ExecutionOptions

  private var jobs: Int { options.jobs ?? GrantedCores.count }

  init(
    _ spec: PipelineSpec, inputs: [String], _ inputOptions: InputOptions, output: String?,
    _ options: ExecutionOptions
  ) throws(Exit) {
    self.spec = spec
    self.output = output.map { FilePath($0) }
    self.options = options
    let request = try inputOptions.request(inputs, output: self.output)
    do throws(InputError) {
      list = try InputList(request)
    } catch {
      throw Exit(error)
    }
  }

  func run() throws {
    let start = Date()
    let loaded = LoadedModels(library: ModelLibrary())
    let setup = StageSetup(limits: RunLimits(spec.limits), files: list.files, output: output) {
      name throws(SetupError) in try loaded.model(name)
    }
    let graph: Graph<Sample>
    do throws(SetupError) {
      graph = try PipelineBuilder.graph(for: spec, setup: setup, jobs: jobs)
    } catch {
      throw Exit(error)
    }
    // Only now: a run that cannot start leaves no manifest behind, which would make the next one refuse.
    let reports = FailureReport(into: try recordOutput())
    let run = PipelineRun(
      graph, on: list, limits: setup.limits, jobs: jobs, records: reports, replacesOutputs: options.overwrite)

    let total = list.files.count
    let progress = Progress(options.quiet ? .none : options.progress) {
      let status = run.executor.status
      return ProgressState(done: status.finished + run.ignored, total: total, failed: status.failed)
    }
    reports.listener.set { progress.message($0) }
    let signals = Signals { name in
      progress.message("\(name): finishing what is in flight; once more ends at once")
      run.executor.stop(.requested(name))
    }
    let status: RunStatus
    do throws(ManifestError) {
      status = try run.run()
    } catch {
      throw Exit(ExitStatus.inputOutput, error.description)
    }
    signals.end()
    progress.finish()

    let summary = RunReport(
      session: self, status: status, counts: run.counts, models: loaded.summaries,
      seconds: Date().timeIntervalSince(start), jobs: jobs)
    try summary.write()
    if !options.quiet { Terminal.write(summary.text, to: STDERR_FILENO) }
    if let exit = summary.exit { throw exit }
  }

  private func recordOutput() throws(Exit) -> any RecordOutput {
    guard let output else {
      return LineOutput { bytes throws(FileError) in
        do {
          try FileDescriptor.standardOutput.writeAll(bytes)
        } catch {
          throw FileError(.write, "stdout", error as? Errno ?? .ioError)
        }
      }
    }
    do throws(FileError) {
      try makeDirectories(output)
    } catch {
      throw Exit(ExitStatus.cannotCreate, error.description)
    }
    do throws(ManifestError) {
      let writer = try RecordWriter(
        path: Manifest.path(in: output), format: ManifestOptions.format(spec), sorted: options.sorted,
        existing: options.overwrite ? .replace : .refuse)
      return ManifestOutput(writer)
    } catch {
      switch error {
      case .exists(let path):
        throw Exit(
          ExitStatus.cannotCreate,
          "\(path) is there already: choose another --output, or give --overwrite to replace that run")
      default: throw Exit(ExitStatus.cannotCreate, error.description)
      }
    }
  }
}

extension Exit {
  init(_ error: SetupError) {
    switch error {
    case .configuration(let message): self.init(ExitStatus.configuration, message)
    case .noOutput(let message): self.init(ExitStatus.usage, message)
    }
  }

  init(_ error: InputError) {
    switch error {
    case .unreadable(let path, let reason): self.init(ExitStatus.noInput, "cannot read \(path): \(reason)")
    case .sameName(let name):
      self.init(
        ExitStatus.usage,
        "two inputs are called '\(name)', so their records could not be told apart; run them one by one")
    case .none: self.init(ExitStatus.noInput, "there is no file to process")
    }
  }
}
