import CVipsBridge
import Foundation
import Glibc

/// A process that this program has started, in a process group of its own: Ctrl-C is for the program alone, which drains what is in flight,
/// and what the process leaves behind ends with it.
///
/// Whoever starts one calls ``end()`` once.
package struct ChildProcess: Sendable {
  /// How a process came to its end.
  package enum End: Hashable, Sendable {
    /// By itself, with this code.
    case exit(code: Int32)
    /// By this signal.
    case signal(Int32)

    /// In words that follow "the program ".
    package var words: String {
      switch self {
      case .exit(let code): "ended with code \(code)"
      case .signal(let number): "died of signal \(number) (\(describe(signal: number)))"
      }
    }
  }

  /// Descriptors that become the standard streams of a process; nil is `/dev/null`.
  package struct Streams: Sendable {
    package let input: Int32
    package let output: Int32?
    package let error: Int32?

    package init(input: Int32, output: Int32? = nil, error: Int32? = nil) {
      self.input = input
      self.output = output
      self.error = error
    }
  }

  private let pid: pid_t

  /// A pipe of which no process inherits an end that is not given it. The ends are the caller's to close.
  ///
  /// - Throws: `unreadable` with the errno of pipe2(2).
  package static func pipe() throws(ImagingError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard vf_pipe(&ends) == 0 else { throw .unreadable(call: "pipe2", errno: errno) }
    return (ends[0], ends[1])
  }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: the path of its file.
  ///   - words: what it is told; the first is its own name.
  ///   - directory: where it is to work; nil for where this program does.
  /// - Throws: `unreadable` with the errno of posix_spawn(3).
  package init(
    _ program: String, _ words: [String], in directory: String? = nil, _ streams: Streams
  ) throws(ImagingError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, streams.input, STDIN_FILENO)
    for (stream, descriptor) in [(STDOUT_FILENO, streams.output), (STDERR_FILENO, streams.error)] {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
      } else {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
      }
    }
    if let directory { vf_spawn_in(&actions, directory) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The program itself may ignore these while it runs, and what it starts would inherit that.
    var usual = sigset_t()
    sigemptyset(&usual)
    for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&usual, signal) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)

    // A process has one permit: threads of a matrix library would be beyond it.
    let settings = ProcessInfo.processInfo.environment.merging(["OPENBLAS_NUM_THREADS": "1"]) { given, _ in
      given
    }
    var environment = Self.strings(settings.map { "\($0)=\($1)" })
    var arguments = Self.strings(words)
    defer { for text in environment + arguments { free(text) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, program, &actions, &attributes, &arguments, &environment)
    guard failure == 0 else { throw .unreadable(call: "posix_spawn", errno: failure) }
    self.pid = pid
  }

  /// Whether it has come to its end, by itself or not. It stays to be buried by ``end()``.
  package var hasEnded: Bool {
    var information = siginfo_t()
    let result = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
    return result == 0 && information.si_signo == SIGCHLD
  }

  /// Sends a signal to the process and all of its group.
  package func send(signal: Int32) { kill(-pid, signal) }

  /// Kills it, and what else is in its group, and waits for it. Its last act counts: a process that had ended before has ended so.
  package func end() -> End {
    // Until it is waited for, its number is nobody else's.
    kill(-pid, SIGKILL)
    kill(pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? .exit(code: status >> 8 & 0xFF) : .signal(signal)
  }

  /// A list as execve(2) takes it, to be freed.
  private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }
}
