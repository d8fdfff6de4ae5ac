import Imaging
import Manifests
import StageGraph
import Synchronization
import SystemPackage

/// The running programs of one stage: as many as its workers ask at once. One that fails is ended, and another is started in its place, so
/// often in a row.
///
/// Thread-safe.
final class ExecPool: Sendable {
  private struct State: Sendable {
    var idle: [ExecProcess] = []
    /// Programs that failed since the last answer.
    var failures = 0
    /// Why nothing is asked any more.
    var end: StageFailure?
  }

  private let stage: String
  private let options: ExecOptions
  private let program: FilePath
  private let directory: FilePath
  private let messages: ProgramMessages
  private let state = Mutex(State())
  private let nextID = Atomic(1)

  /// Seconds that programs have to end once their input is closed, and then once they are asked to by a signal.
  private static let patience = (closed: 2.0, terminated: 1.0)

  /// No program starts before it is needed.
  init(
    stage: String, _ options: ExecOptions, program: FilePath, in directory: FilePath,
    _ messages: ProgramMessages
  ) {
    self.stage = stage
    self.options = options
    self.program = program
    self.directory = directory
    self.messages = messages
  }

  /// Asks about one photograph and waits for the answer.
  ///
  /// - Parameters:
  ///   - give: puts what the request speaks of into the program's folder; called again where another program takes over.
  ///   - use: takes what the answer speaks of out of the folder, before that is emptied.
  /// - Throws: what the photograph's record says; with the scope of the host where the program fails again and again.
  func ask<Result>(
    _ sample: Sample, give: (ScratchFolder) throws(StageFailure) -> ExecRequest.Pixels?,
    use: (ExecAnswer, ScratchFolder) throws(StageFailure) -> Result
  ) throws(StageFailure) -> Result {
    while true {
      let waiting = try takeIdle()
      let process = if let waiting { waiting } else { try start() }
      let seconds = options.timeout + (waiting == nil ? options.startup : 0)
      let request = ExecRequest(
        id: nextID.wrappingAdd(1, ordering: .relaxed).oldValue, stage: stage, sample: sample,
        folder: process.folder.path, pixels: try hand(process, give))
      let answer: ExecAnswer
      do throws(ExecProcess.End) {
        let line = try process.ask(request.line, before: Deadline(seconds: seconds))
        answer = try read(line, to: request.id)
      } catch {
        let end = process.end(patience: error == .over ? 0.2 : 0)
        // It may have ended of anything since its last answer, which is no fault of this photograph.
        if error == .over, waiting != nil { continue }
        throw failed(error, end, seconds)
      }
      defer { putBack(process, hasAnswered: true) }
      return try use(answer, process.folder)
    }
  }

  /// A disk without room is not the program's fault either.
  private func hand(
    _ process: ExecProcess, _ give: (ScratchFolder) throws(StageFailure) -> ExecRequest.Pixels?
  ) throws(StageFailure) -> ExecRequest.Pixels? {
    do throws(StageFailure) {
      return try give(process.folder)
    } catch {
      putBack(process, hasAnswered: false)
      throw error
    }
  }

  private func read(_ line: [UInt8], to id: Int) throws(ExecProcess.End) -> ExecAnswer {
    do throws(ExecAnswer.Problem) {
      return try ExecAnswer(line, to: id, adds: options.adds)
    } catch {
      throw .malformed(error.sentence)
    }
  }

  private func takeIdle() throws(StageFailure) -> ExecProcess? {
    let taken = state.withLock { state -> Swift.Result<ExecProcess?, StageFailure> in
      if let end = state.end { return .failure(end) }
      return .success(state.idle.popLast())
    }
    return try taken.get()
  }

  private func putBack(_ process: ExecProcess, hasAnswered: Bool) {
    process.folder.empty()
    state.withLock { state in
      state.idle.append(process)
      if hasAnswered { state.failures = 0 }
    }
  }

  /// A program that cannot even be started is no photograph's fault.
  private func start() throws(StageFailure) -> ExecProcess {
    let folder: ScratchFolder
    do throws(FileError) {
      folder = try ScratchFolder()
    } catch {
      throw StageFailure(.io, error.description, scope: .host)
    }
    do throws(ImagingError) {
      return try ExecProcess(program, options.command, in: directory, folder, messages)
    } catch {
      throw StageFailure(.program, "'\(stage)': \(program) cannot be started: \(error.detail)", scope: .host)
    }
  }

  /// Counts a failure, and says what it means for the photograph, or for the run.
  private func failed(_ error: ExecProcess.End, _ end: ChildProcess.End?, _ seconds: Double) -> StageFailure {
    let failure =
      switch error {
      case .late:
        StageFailure(
          .timeout, "the program of '\(stage)' gave no answer in \(seconds.formatted) s and was ended")
      case .malformed(let sentence): StageFailure(.program, "the answer of '\(stage)' \(sentence)")
      case .over:
        StageFailure(
          .program,
          "the program of '\(stage)' \(end?.words ?? "closed its end of the pipe") before it had answered")
      }
    return state.withLock { state in
      state.failures += 1
      guard state.failures > options.restarts else { return failure }
      let last = StageFailure(
        .program,
        "the program of '\(stage)' failed \(state.failures) times in a row, and 'restarts' allows \(options.restarts); at last: \(failure.detail)",
        scope: .host)
      state.end = state.end ?? last
      return last
    }
  }

  /// Ends all programs: first by closing their inputs, then by a signal, then by force. Call it when nobody asks any more.
  func end() {
    let processes = state.withLock { state in
      defer { state.idle = [] }
      return state.idle
    }
    for process in processes { process.closeInput() }
    Self.wait(for: processes, seconds: Self.patience.closed)
    for process in processes where !process.hasEnded { process.terminate() }
    Self.wait(for: processes, seconds: Self.patience.terminated)
    for process in processes { _ = process.end() }
  }

  private static func wait(for processes: [ExecProcess], seconds: Double) {
    let deadline = Deadline(seconds: seconds)
    while !deadline.hasPassed {
      let running = processes.filter { !$0.hasEnded }
      if running.isEmpty { return }
      for process in running { process.listen() }
    }
  }
}

extension Double {
  /// Without `.0`.
  fileprivate var formatted: String { Int(exactly: self).map(String.init) ?? String(self) }
}
