import Glibc
import Imaging
import Manifests
import SystemPackage

/// A running program that answers lines with lines. It is ended, and waited for, at the end of the object's life.
///
/// The program is not trusted: whatever it says is a line of a bounded length in time, or it is of no further use.
///
/// `@unchecked Sendable`: it belongs to one thread at a time, to which the pool hands it.
final class ExecProcess: @unchecked Sendable {
  /// Why nothing more will come.
  enum End: Error, Hashable {
    /// It has come to its end, or has closed its side of a pipe.
    case over
    /// It does not speak our language; in words that follow "the answer ".
    case malformed(String)
    /// The deadline has passed.
    case late
  }

  let folder: ScratchFolder
  private let child: ChildProcess
  private let messages: ProgramMessages
  private var input: Descriptor?
  private var output: Descriptor?
  private var error: Descriptor?
  private var received: [UInt8] = []
  private var cutter = LineCutter()
  private var isBuried = false

  /// Milliseconds after which a program that says nothing is asked whether it is still there: what it has started may hold its pipes open.
  private static let glance: Int32 = 100

  /// - Parameters:
  ///   - program: its file.
  ///   - command: what it is told, its name first.
  ///   - directory: where it is to work.
  init(
    _ program: FilePath, _ command: [String], in directory: FilePath, _ folder: ScratchFolder,
    _ messages: ProgramMessages
  ) throws(ImagingError) {
    let (itsInput, input) = try Descriptor.pipe()
    let (output, itsOutput) = try Descriptor.pipe()
    let (error, itsError) = try Descriptor.pipe()
    for descriptor in [input, output, error] { descriptor.forgoWaiting() }
    self.folder = folder
    self.messages = messages
    self.input = input
    self.output = output
    self.error = error
    child = try ChildProcess(
      program.string, command, in: directory.string,
      ChildProcess.Streams(input: itsInput.number, output: itsOutput.number, error: itsError.number))
    // Until here: held any longer, the pipes would not close when the program ends.
    withExtendedLifetime((itsInput, itsOutput, itsError)) {}
  }

  deinit {
    if !isBuried { _ = end() }
  }

  /// Sends a line, and receives one without its newline. After an error the program is of no further use.
  func ask(_ line: [UInt8], before deadline: Deadline) throws(End) -> [UInt8] {
    var unsent = line[...]
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        guard end == received.count - 1, unsent.isEmpty else { throw .malformed("is more than one line") }
        defer { received = [] }
        return Array(received[..<end])
      }
      guard received.count <= ExecAnswer.longest else {
        throw .malformed("is longer than \(ExecAnswer.longest >> 20) MiB")
      }
      guard !deadline.hasPassed else { throw .late }
      let isQuiet = wait(toWrite: !unsent.isEmpty, milliseconds: min(Self.glance, deadline.milliseconds))
      // Asked before reading, so that its last words are read.
      let isGone = isQuiet && child.hasEnded
      hearErrors()
      if !unsent.isEmpty, let input {
        switch input.write(unsent) {
        case .bytes(let count): unsent = unsent.dropFirst(count)
        case .nothing: break
        case .over: throw .over
        }
      }
      switch output?.read(into: &received) ?? .over {
      case .bytes: break
      case .nothing: if isGone { throw .over }
      case .over:
        output = nil
        throw .over
      }
    }
  }

  /// Waits until there is something to do; true when there was nothing.
  private func wait(toWrite: Bool, milliseconds: Int32) -> Bool {
    // A negative descriptor is passed over.
    var places = [
      pollfd(fd: output?.number ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: error?.number ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: toWrite ? input?.number ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
    ]
    return poll(&places, nfds_t(places.count), milliseconds) == 0
  }

  /// Passes on what it has written to its standard error.
  private func hearErrors() {
    var heard: [UInt8] = []
    if error?.read(into: &heard) == .over { error = nil }
    cutter.take(heard) { messages.add($0) }
  }

  // MARK: The end

  /// Whether it has come to its end.
  var hasEnded: Bool { child.hasEnded }

  /// Says that no line will come any more: the end of every program that reads them.
  func closeInput() { input = nil }

  /// Asks it to end.
  func terminate() { child.send(signal: SIGTERM) }

  /// Lets it speak for a moment, so that it is not held up by a full pipe.
  func listen() {
    _ = wait(toWrite: false, milliseconds: 10)
    var ignored: [UInt8] = []
    if output?.read(into: &ignored) == .over { output = nil }
    hearErrors()
  }

  /// Ends it, and all it has started. Call it once.
  ///
  /// - Parameter patience: seconds that it may take to end by itself.
  /// - Returns: how it had ended; nil where it was killed only now.
  func end(patience: Double = 0) -> ChildProcess.End? {
    isBuried = true
    let deadline = Deadline(seconds: patience)
    while !child.hasEnded, !deadline.hasPassed { listen() }
    let wasAlive = !child.hasEnded
    let end = child.end()
    hearErrors()
    cutter.end { messages.add($0) }
    return wasAlive ? nil : end
  }
}
