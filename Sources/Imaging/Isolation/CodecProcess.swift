import Foundation
import Glibc

/// The program that serves as a codec process: it calls ``CodecService/serve()`` with a socket as its standard input.
package struct CodecCommand: Hashable, Sendable {
  package let program: String
  package let arguments: [String]

  package init(program: String, arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }
}

/// A running codec process. It is killed, and waited for, at the end of the object's life.
///
/// `@unchecked Sendable`: it belongs to one thread at a time, to which the pool hands it.
final class CodecProcess: @unchecked Sendable {
  private let channel: CodecChannel
  private let pid: pid_t
  private var isEnded = false

  /// The start of a process, which loads a hundred libraries, is no photograph's fault.
  private static let secondsToStart = 60.0

  /// Starts a process and waits until it is ready.
  ///
  /// - Throws: `unreadable` with the errno of a call that failed; `operationFailed` where it does not come up.
  init(_ command: CodecCommand) throws(ImagingError) {
    var ends: [Int32] = [0, 0]
    _ = try uninterrupted("socketpair") {
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    }
    channel = CodecChannel(descriptor: ends[0])
    let spawned = Result { () throws(ImagingError) in try Self.spawn(command, socket: ends[1]) }
    // Held here too, the other end would not close when the process dies.
    close(ends[1])
    pid = try spawned.get()
    do throws(CodecChannel.End) {
      try channel.receiveReady(before: Deadline(seconds: Self.secondsToStart))
    } catch {
      throw .operationFailed("start of a codec process")
    }
  }

  deinit {
    if !isEnded { _ = end() }
  }

  /// Sends a request and receives the answer. After an error the process is of no further use.
  ///
  /// - Parameter receive: takes the answer, of which so many bytes follow in the channel.
  func ask<Result>(
    _ request: CodecRequest, _ bytes: UnsafeRawBufferPointer = .init(start: nil, count: 0),
    before deadline: Deadline,
    receive: (CodecAnswer, _ byteCount: Int, borrowing CodecChannel) throws(CodecChannel.End) -> Result
  ) throws(CodecChannel.End) -> Result {
    try channel.send(request, bytes, before: deadline)
    let (answer, byteCount) = try channel.receive(CodecAnswer.self, before: deadline)
    return try receive(answer, byteCount, channel)
  }

  /// Ends the process. Its last act counts: a signal that had ended it before, and 0 for an exit.
  func end() -> Int32 {
    isEnded = true
    // A process whose socket closes because it dies has its status by then, so this cannot change it.
    kill(pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    return status & 0x7F
  }

  private static func spawn(_ command: CodecCommand, socket: Int32) throws(ImagingError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
    // Whatever a codec has to say is no message of ours.
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: Ctrl-C is for the program, which drains what is in flight.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)

    var environment = Self.strings(ProcessInfo.processInfo.environment.map { "\($0)=\($1)" })
    var arguments = Self.strings([command.program] + command.arguments)
    defer { for text in environment + arguments { free(text) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, command.program, &actions, &attributes, &arguments, &environment)
    guard failure == 0 else { throw .unreadable(call: "posix_spawn", errno: failure) }
    return pid
  }

  /// A list as execve(2) takes it, to be freed.
  private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }
}
