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
  private let child: ChildProcess
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
    // Whatever a codec has to say is no message of ours.
    let started = Result { () throws(ImagingError) in
      try ChildProcess(
        command.program, [command.program] + command.arguments, ChildProcess.Streams(input: ends[1]))
    }
    // Held here too, the other end would not close when the process dies.
    close(ends[1])
    child = try started.get()
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
    return if case .signal(let number) = child.end() { number } else { 0 }
  }
}
