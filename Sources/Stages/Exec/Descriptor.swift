import Glibc
import Imaging

/// One end of a pipe, closed at the end of its life.
final class Descriptor: Sendable {
  let number: Int32

  private init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// What a call that does not wait has done.
  enum Transfer: Hashable, Sendable {
    case bytes(Int)
    /// Nothing, now.
    case nothing
    /// The other end is gone.
    case over
  }

  /// A pipe that no program inherits unless it is given it.
  ///
  /// - Throws: `unreadable` with the errno of pipe2(2).
  static func pipe() throws(ImagingError) -> (reading: Descriptor, writing: Descriptor) {
    let ends = try ChildProcess.pipe()
    return (Descriptor(owning: ends.reading), Descriptor(owning: ends.writing))
  }

  /// From now on calls do not wait.
  func forgoWaiting() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL, 0) | O_NONBLOCK) }

  /// Appends what there is, at most so many bytes.
  func read(into bytes: inout [UInt8], most: Int = 1 << 16) -> Transfer {
    var transfer = Transfer.nothing
    bytes += [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      transfer = Self.transfer(Glibc.read(number, buffer.baseAddress, buffer.count))
      if case .bytes(let read) = transfer { count = read }
    }
    return transfer
  }

  /// Writes as much as there is room for. A reader that is gone is an answer, and no signal that ends this program.
  func write(_ bytes: ArraySlice<UInt8>) -> Transfer {
    var (pipe, before) = (sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
    let transfer = Self.transfer(count)
    if transfer == .over {
      // Take the signal that waits for this thread, if any.
      var now = timespec()
      _ = sigtimedwait(&pipe, nil, &now)
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return transfer
  }

  private static func transfer(_ count: Int) -> Transfer {
    if count > 0 { return .bytes(count) }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .over
  }
}
